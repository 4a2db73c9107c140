// SPDX-License-Identifier: Apache-2.0
// One world for all that differ by who of several alike tasks is who.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "checker/execution.h"
#include "checker/local_states.h"

namespace heddle {

// Puts worlds into a form that is the same for most worlds that an exchange of alike tasks leads
// from one to the other: alike tasks are sorted by what they have seen, what they own and which
// words name them, and change places accordingly. Two worlds of one form are always of that kind.
// Source: Emerson and Sistla, Symmetry and Model Checking, FMSD 1996; sorting as in Bosnacki, Dams
// and Holenderski, Symmetric Spin, STTT 2002.
class Symmetry {
  public:
    // A word that holds the number of a task + 1.
    struct TaskWord {
        std::size_t offset;  // in the world
        std::size_t bytes;
    };

    // `world` is what the scenario has built.
    Symmetry(const Setup& setup, std::span<const std::byte> world);

    bool empty() const { return groups_.empty(); }

    // The first of the tasks that are like `task`.
    unsigned representative(unsigned task) const { return representative_[task]; }

    // An object that a task touches, as if the task were the first of its kind.
    struct Place {
        const void* object;
        bool own;  // it lies in what the task owns: no other task's own object is the same
    };
    Place place_of(unsigned task, const void* object) const;

    // The exchange of tasks that leads to the common form; lock_words are those of locks held.
    // Afterwards world() and histories() have that form.
    void sort(std::span<const std::byte> world, std::span<const History> histories,
              std::span<const TaskWord> lock_words);

    // The worlds in which two tasks that stand side by side in their group have changed places:
    // such exchanges make all others.
    std::vector<std::vector<std::byte>> neighbours(std::span<const std::byte> world,
                                                   std::span<const TaskWord> lock_words) const;

    std::span<const std::byte> world() const { return sorted_; }
    std::span<const History> histories() const { return sorted_histories_; }

  private:
    struct Block {
        std::size_t offset;
        std::size_t bytes;
    };
    struct OwnedBlock {
        Block block;
        std::size_t first_offset;  // of the one that the first of its kind owns in its place
        unsigned task;
    };
    struct Group {
        std::vector<unsigned> tasks;
        std::vector<std::vector<Block>> blocks;  // by task, in the order of `tasks`
    };
    struct Member {
        Fingerprint signature;
        unsigned at;  // in the group
    };

    std::vector<std::byte> exchanged(const Group& group, unsigned at,
                                     std::span<const std::byte> world,
                                     std::span<const TaskWord> words) const;
    std::vector<Block> blocks_of(const std::vector<AlikeTasks::Block>& owned) const;
    std::size_t offset_of(const void* address) const;
    Fingerprint signature(const Group& group, unsigned at) const;
    void exchange(const Group& group);
    void rename();

    std::span<const std::byte> built_;
    std::vector<Group> groups_;
    std::vector<OwnedBlock> owned_;
    std::vector<unsigned> representative_;
    std::vector<TaskWord> words_;  // of the world, then those of locks held now
    std::size_t words_of_the_world_ = 0;
    std::vector<unsigned> place_;  // of each task in the common form: another's number
    std::vector<Member> members_;
    std::vector<std::byte> renamed_;  // the world with its words renamed, nothing moved yet
    std::vector<std::byte> sorted_;
    std::vector<History> histories_;
    std::vector<History> sorted_histories_;
};

}  // namespace heddle
