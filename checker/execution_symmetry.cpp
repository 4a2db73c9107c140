// SPDX-License-Identifier: Apache-2.0
// Alike tasks.
#include <algorithm>
#include <cstring>

#include "checker/execution_state.h"

namespace heddle {

const Symmetry* Execution::use_symmetry(bool use) {
    Implementation& inside = *implementation_;
    inside.uses_symmetry = use && !inside.symmetry->empty();
    inside.pending_in.clear();
    return inside.uses_symmetry ? inside.symmetry.get() : nullptr;
}

// The words of locks that say who holds them. A lock held alone has its owner in its first four
// bytes.
void Execution::Implementation::sort_alike_tasks() {
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
                offset < world_end) {
                lock_words.push_back({offset, sizeof(owner)});
            }
        }
    }
    std::sort(lock_words.begin(), lock_words.end(),
              [](auto& one, auto& other) { return one.offset < other.offset; });
    symmetry->sort({arena.begin(), world_end}, {histories, tasks}, lock_words);
}

// Tasks that are in the same local state and are about to do different things are not alike.
void Execution::Implementation::compare_with_alike(unsigned task) {
    const Operation* pending = controls[task].pending;
    std::uint64_t what = 1;
    if (pending != nullptr) {
        const Symmetry::Place place = symmetry->place_of(task, pending->object);
        what = (reinterpret_cast<std::uintptr_t>(place.object) * 2 + (place.own ? 1 : 0)) *
                   0x9e3779b97f4a7c15ULL +
               static_cast<unsigned>(pending->kind) * 3U + pending->bits * 5 +
               pending->where.line * 7U;
    }
    const LocalState state = controls[task].local_state;
    if (state >= pending_in.size()) {
        pending_in.resize(state + 1, 0);
    }
    if (pending_in[state] != 0 && pending_in[state] != what) {
        failure = Failure{.claim = "alike",
                          .formula = "tasks declared alike do the same to what they own"};
        failed_task = task;
    }
    pending_in[state] = what;
}

}  // namespace heddle
