// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <type_traits>

#include "checker/sync/threads/round.h"

namespace heddle {

// On threads a violation cannot be taken back. It ends the round of a task under stress; of any
// other it is printed, and the program aborts.
[[noreturn]] inline void fail(const Failure& failure) {
    if (stressed_task != nullptr) {
        stressed_task->fail(failure);
    }
    std::fprintf(stderr, "%s violated: %s (%s, %s:%u)\n", failure.claim, failure.formula,
                 failure.where.function(), failure.where.file(), failure.where.line());
    std::abort();
}

inline void observe(std::uint64_t) {}
inline void forget(std::uint64_t) {}

inline void BUG_ON(bool condition, Where where = Where::here()) {
    if (condition) {
        fail({.claim = "BUG_ON", .formula = "the condition never holds", .where = where});
    }
}

inline void VM_BUG_ON(bool condition, Where where = Where::here()) {
    if (condition) {
        fail({.claim = "VM_BUG_ON", .formula = "the condition never holds", .where = where});
    }
}

inline void VM_BUG_ON_PAGE(bool condition, const void*, Where where = Where::here()) {
    VM_BUG_ON(condition, where);
}

template <class Update>
void ghost(Update&&) {}

template <class Update>
void tally(Update&&) {}

template <class Update>
void ghost_of_own(Update&& update) {
    update();
}

// A scenario's own steps may go by ghost state, who has a page, say. ghost() has kept it up under
// the checker; here they do so themselves.
template <class T>
void note_on_threads(T& ghost_field, std::type_identity_t<T> value) {
    std::atomic_ref<T>(ghost_field).store(value, std::memory_order_relaxed);
}

}  // namespace heddle
