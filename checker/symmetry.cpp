// SPDX-License-Identifier: Apache-2.0
#include "checker/symmetry.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <numeric>

#include "checker/engine_mutations.h"
#include "checker/hash.h"

namespace heddle {

namespace {

std::uint64_t load_word(std::span<const std::byte> world, const Symmetry::TaskWord& word) {
    std::uint64_t value = 0;
    std::memcpy(&value, world.data() + word.offset, word.bytes);
    return value;
}

}  // namespace

Symmetry::Symmetry(const Setup& setup, std::span<const std::byte> world)
    : built_(world), representative_(setup.tasks().size()), place_(setup.tasks().size()) {
    std::iota(representative_.begin(), representative_.end(), 0U);
    for (const AlikeTasks& alike : setup.alike_tasks()) {
        Group group = {alike.tasks, {}};
        for (std::size_t i = 0; i < alike.tasks.size(); ++i) {
            assert(alike.tasks[i] < representative_.size() &&
                   representative_[alike.tasks[i]] == alike.tasks[i] &&
                   "a task is alike to those of one group");
            representative_[alike.tasks[i]] = alike.tasks[0];
            group.blocks.push_back(alike.owned.empty() ? std::vector<Block>()
                                                       : blocks_of(alike.owned[i]));
            for (std::size_t k = 0; k < group.blocks[i].size(); ++k) {
                owned_.push_back({group.blocks[i][k], group.blocks[0][k].offset, alike.tasks[i]});
            }
        }
        if (group.tasks.size() > 1) {
            groups_.push_back(std::move(group));
        }
    }
    for (const AlikeTasks::Block& word : setup.words_with_tasks()) {
        words_.push_back({offset_of(word.address), word.bytes});
    }
    words_of_the_world_ = words_.size();
}

std::vector<Symmetry::Block> Symmetry::blocks_of(
    const std::vector<AlikeTasks::Block>& owned) const {
    std::vector<Block> blocks;
    blocks.reserve(owned.size());
    for (const AlikeTasks::Block& block : owned) {
        blocks.push_back({offset_of(block.address), block.bytes});
    }
    return blocks;
}

std::size_t Symmetry::offset_of(const void* address) const {
    const auto offset =
        static_cast<std::size_t>(static_cast<const std::byte*>(address) - built_.data());
    assert(offset < built_.size() && "what tasks own lies in the world");
    return offset;
}

Symmetry::Place Symmetry::place_of(unsigned task, const void* object) const {
    const auto offset =
        static_cast<std::size_t>(static_cast<const std::byte*>(object) - built_.data());
    for (const OwnedBlock& owned : owned_) {
        const std::size_t inside = offset - owned.block.offset;
        if (inside < owned.block.bytes) {
            return {built_.data() + owned.first_offset + inside, owned.task == task};
        }
    }
    return {object, false};
}

// What tells a member of the group from the others.
Fingerprint Symmetry::signature(const Group& group, unsigned at) const {
    const unsigned task = group.tasks[at];
    XXH128_hash_t hash = XXH3_128bits(&histories_[task], sizeof(History));
    const auto extend = [&hash](const void* bytes, std::size_t count) {
        const std::uint64_t before = hash.high64;
        hash = XXH3_128bits_withSeed(bytes, count, hash.low64);
        hash.high64 ^= before * 0x9e3779b97f4a7c15ULL;
    };
    for (const Block& block : group.blocks[at]) {
        extend(renamed_.data() + block.offset, block.bytes);
    }
    for (const TaskWord& word : words_) {
        if (load_word(renamed_, word) == task + 1) {
            extend(&word.offset, sizeof(word.offset));
        }
    }
    return {hash.low64, hash.high64};
}

// Gives each member's place, history and blocks to the one whose turn it is.
void Symmetry::exchange(const Group& group) {
    members_.clear();
    for (unsigned at = 0; at < group.tasks.size(); ++at) {
        members_.push_back({signature(group, at), at});
    }
    std::stable_sort(members_.begin(), members_.end(), [](const Member& one, const Member& other) {
        return one.signature < other.signature;
    });
    for (std::size_t to = 0; to < members_.size(); ++to) {
        const unsigned from = members_[to].at;
        place_[group.tasks[from]] = group.tasks[to];
        if (!engine_mutated(EngineMutation::symmetry_leaves_histories)) {
            sorted_histories_[group.tasks[to]] = histories_[group.tasks[from]];
        }
    }
}

void Symmetry::rename() {
    for (const TaskWord& word : words_) {
        const std::uint64_t value = load_word(renamed_, word);
        if (value != 0 && value <= place_.size() &&
            !engine_mutated(EngineMutation::symmetry_renames_nothing)) {
            const std::uint64_t name = place_[value - 1] + 1;
            std::memcpy(renamed_.data() + word.offset, &name, word.bytes);
        }
    }
}

void Symmetry::sort(std::span<const std::byte> world, std::span<const History> histories,
                    std::span<const TaskWord> lock_words) {
    words_.resize(words_of_the_world_);
    words_.insert(words_.end(), lock_words.begin(), lock_words.end());
    renamed_.assign(world.begin(), world.end());
    histories_.assign(histories.begin(), histories.end());
    sorted_histories_ = histories_;
    std::iota(place_.begin(), place_.end(), 0U);
    for (const Group& group : groups_) {
        exchange(group);
    }
    rename();
    sorted_ = renamed_;
    if (engine_mutated(EngineMutation::symmetry_moves_nothing)) {
        return;
    }
    for (const Group& group : groups_) {
        for (std::size_t from = 0; from < group.tasks.size(); ++from) {
            const auto to = static_cast<std::size_t>(
                std::find(group.tasks.begin(), group.tasks.end(), place_[group.tasks[from]]) -
                group.tasks.begin());
            for (std::size_t k = 0; to != from && k < group.blocks[from].size(); ++k) {
                std::memcpy(sorted_.data() + group.blocks[to][k].offset,
                            renamed_.data() + group.blocks[from][k].offset,
                            group.blocks[from][k].bytes);
            }
        }
    }
}

// The world with the member of the group at `at` in the place of the one before it, and the
// reverse.
std::vector<std::byte> Symmetry::exchanged(const Group& group, unsigned at,
                                           std::span<const std::byte> world,
                                           std::span<const TaskWord> words) const {
    std::vector<std::byte> renamed(world.begin(), world.end());
    const std::uint64_t one = group.tasks[at - 1] + std::uint64_t{1};
    const std::uint64_t other = group.tasks[at] + std::uint64_t{1};
    for (const TaskWord& word : words) {
        const std::uint64_t value = load_word(renamed, word);
        if (value == one || value == other) {
            const std::uint64_t name = value == one ? other : one;
            std::memcpy(renamed.data() + word.offset, &name, word.bytes);
        }
    }
    for (std::size_t k = 0; k < group.blocks[at].size(); ++k) {
        const Block& block = group.blocks[at][k];
        std::swap_ranges(
            renamed.begin() + static_cast<std::ptrdiff_t>(block.offset),
            renamed.begin() + static_cast<std::ptrdiff_t>(block.offset + block.bytes),
            renamed.begin() + static_cast<std::ptrdiff_t>(group.blocks[at - 1][k].offset));
    }
    return renamed;
}

std::vector<std::vector<std::byte>> Symmetry::neighbours(
    std::span<const std::byte> world, std::span<const TaskWord> lock_words) const {
    std::vector<TaskWord> words(words_.begin(),
                                words_.begin() + static_cast<std::ptrdiff_t>(words_of_the_world_));
    words.insert(words.end(), lock_words.begin(), lock_words.end());
    std::vector<std::vector<std::byte>> worlds;
    for (const Group& group : groups_) {
        for (unsigned at = 1; at < group.tasks.size(); ++at) {
            worlds.push_back(exchanged(group, at, world, words));
        }
    }
    return worlds;
}

}  // namespace heddle
