// SPDX-License-Identifier: Apache-2.0
// The local states of tasks as several processes number them together.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "checker/local_states.h"
#include "checker/shared_memory.h"

namespace heddle {

// Keys of 128 bits, and for each a number that all processes agree on: that of who was first to
// give one. Filled as SharedTable is, by the same algorithm, and as safe against the death of a
// process. It does not move when it grows: what finds no place goes to the next table, which is
// four times as large.
class AgreedNumbers {
  public:
    using Key = LocalStates::Locals;

    AgreedNumbers();

    // The place of the key's number, which is 0 while it has none and one more afterwards. Null if
    // there is no room for the key.
    std::atomic<std::uint32_t>* place_of(Key key);

    // Gives the number if there is none yet; returns the one that holds.
    static std::uint32_t agree(std::atomic<std::uint32_t>& place, std::uint32_t number);

    // Those that have a number, while nobody else adds any.
    void for_each(const std::function<void(Key, std::uint32_t)>& see) const;

    static constexpr std::uint64_t numbers_max = std::uint64_t{1} << 24;

  private:
    struct Slot {
        std::atomic<std::uint64_t> high;
        std::atomic<std::uint64_t> low;
        std::atomic<std::uint32_t> number;
    };
    // How the algorithm sees the slots; `at` is the slot it has ended at.
    struct Words {
        Slot* slots;
        std::size_t at = 0;
        std::uint64_t load_high(std::size_t slot) const;
        std::uint64_t load_low(std::size_t slot);
        std::uint64_t claim_high(std::size_t slot, std::uint64_t value) const;
        std::uint64_t claim_low(std::size_t slot, std::uint64_t value) const;
    };

    static constexpr std::size_t slots_at_first = std::size_t{1} << 10;
    static constexpr std::size_t slots_of_the_last = numbers_max;
    static constexpr std::size_t probes_max = 32;

    static std::size_t home_of(Key key);
    static std::size_t slots_in_all();
    void note_use(std::uint32_t tables);

    SharedMemory memory_;
    std::atomic<std::uint32_t>* tables_used_;
    Slot* slots_;
};

// Local states, each with the history it was first met with by anybody. So equal histories are one
// local state in all processes, and histories that leave the same stack mostly are.
class SharedLocals {
  public:
    SharedLocals();

    // A history that a task has not met before in this process.
    struct Met {
        LocalStates::Locals history_key;
        const LocalStates::Locals* locals_key;  // of the task's stack; null: it is like no other
        const History& history;
        LocalState from;
    };

    // The local state that it stands for.
    LocalState number_of(const Met& met);

    // By local state.
    const History* first_histories() const { return first_histories_; }

    // Grows along most steps of a task, and cannot along all steps of a cycle.
    std::uint32_t rank(LocalState state) const { return ranks_[state]; }

    // Whether numbers have run out. What was numbered since is worth nothing.
    bool is_full() const { return header_->full.load(std::memory_order_relaxed) != 0; }

    // ---- for checkpoints, while nobody numbers

    std::uint32_t size() const { return header_->count.load(); }
    const AgreedNumbers& by_history() const { return by_history_; }
    const AgreedNumbers& by_locals() const { return by_locals_; }
    AgreedNumbers& by_history() { return by_history_; }
    AgreedNumbers& by_locals() { return by_locals_; }
    void add(const History& first, std::uint32_t rank);

  private:
    struct Header {
        std::atomic<std::uint32_t> count;
        std::atomic<std::uint32_t> full;
    };
    static constexpr std::size_t header_bytes = 64;

    LocalState new_state(const Met& met);

    AgreedNumbers by_history_;
    AgreedNumbers by_locals_;
    SharedMemory memory_;
    Header* header_;
    History* first_histories_;
    std::uint32_t* ranks_;
};

}  // namespace heddle
