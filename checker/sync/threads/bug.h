// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>

#include "checker/sync/operation.h"

namespace heddle {

// On threads a violation cannot be taken back: it is printed and the program aborts.
[[noreturn]] inline void fail(const Failure& failure) {
    std::fprintf(stderr, "%s violated: %s (%s, %s:%u)\n", failure.claim, failure.formula,
                 failure.where.function, failure.where.file, failure.where.line);
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

}  // namespace heddle
