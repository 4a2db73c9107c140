// SPDX-License-Identifier: Apache-2.0
// Alike tasks.
#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

#include "checker/engine_mutations.h"
#include "checker/execution_state.h"
#include "checker/hash.h"

namespace heddle {

const Symmetry* Execution::use_symmetry(bool use) {
    Implementation& inside = *implementation_;
    inside.uses_symmetry = use && !inside.symmetry->empty();
    return inside.uses_symmetry ? inside.symmetry.get() : nullptr;
}

// The words of locks that say who holds them. A lock held alone has its owner in its first four
// bytes.
void Execution::Implementation::find_lock_words() {
    lock_words.clear();
    for (unsigned task = 0; task < tasks; ++task) {
        const TaskState& state = controls[task].state;
        for (unsigned i = 0; i < state.locks_held; ++i) {
            const Acquisition& lock = locks->acquisition(state.held[i]);
            std::uint32_t owner = 0;
            std::memcpy(&owner, lock.object, sizeof(owner));
            const auto offset = static_cast<std::size_t>(
                static_cast<const std::byte*>(lock.object) - arena.begin());
            if ((lock.bits & 0xffff'ffffU) == 0xffff'ffffU && owner == task + 1 &&
                offset < world_end && !engine_mutated(EngineMutation::symmetry_forgets_locks)) {
                lock_words.push_back({offset, sizeof(owner)});
            }
        }
    }
    std::sort(lock_words.begin(), lock_words.end(),
              [](auto& one, auto& other) { return one.offset < other.offset; });
}

void Execution::Implementation::sort_alike_tasks() {
    find_lock_words();
    symmetry->sort({arena.begin(), world_end}, {histories, tasks}, lock_words);
}

// What a task has learnt without an observation (who is in a tree that it walks) counts as seen
// where it shows in what the task is about to do. So does what alike tasks do not have in common.
// Who has failed is about to do nothing, which keeps the states of failed and other steps apart: an
// assertion may look at what nobody has observed.
void Execution::Implementation::observe_what_is_pending(unsigned task) {
    const Operation& pending = controls[task].next;
    if (failure || is_finished(task) || engine_mutated(EngineMutation::pending_not_observed)) {
        return;
    }
    const Symmetry::Place place = symmetry->place_of(task, pending.object);
    const std::uint64_t what[3] = {reinterpret_cast<std::uintptr_t>(place.object), pending.bits,
                                   (place.own ? 1U : 0U) +
                                       static_cast<unsigned>(pending.kind) * 2U +
                                       pending.where.line() * 64U};
    extend(histories[task], XXH3_64bits(what, sizeof(what)));
}

// The present world and those that exchanges of alike tasks make of it, those of fewest exchanges
// first.
std::vector<std::vector<std::byte>> Execution::Implementation::alike_worlds(
    std::size_t worlds_max) {
    find_lock_words();
    std::vector<std::vector<std::byte>> worlds = {{arena.begin(), arena.begin() + world_end}};
    std::set<std::vector<std::byte>> known(worlds.begin(), worlds.end());
    for (std::size_t i = 0; i < worlds.size(); ++i) {
        for (std::vector<std::byte>& next : symmetry->neighbours(worlds[i], lock_words)) {
            if (worlds.size() < worlds_max && known.insert(next).second) {
                worlds.push_back(std::move(next));
            }
        }
    }
    return worlds;
}

void Execution::Implementation::put_world(std::span<const std::byte> world) {
    std::memcpy(arena.begin(), world.data(), world.size());
}

Fingerprint Execution::world_fingerprint_up_to_symmetry() const {
    Implementation& inside = *implementation_;
    if (inside.symmetry->empty()) {
        return world_fingerprint();
    }
    const auto worlds = inside.alike_worlds(std::numeric_limits<std::size_t>::max());
    inside.put_world(*std::min_element(worlds.begin(), worlds.end()));
    const Fingerprint print = world_fingerprint();
    inside.put_world(worlds.front());
    return print;
}

}  // namespace heddle
