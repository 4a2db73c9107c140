// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/sync/threads/atomic.h"

namespace heddle {

constexpr std::uint64_t bit_mask(unsigned nr) { return 1ULL << nr; }

inline bool test_bit(unsigned nr, const unsigned long* word, Where where = Where::here()) {
    return (READ_ONCE(*word, where) & bit_mask(nr)) != 0;
}

inline void set_bit(unsigned nr, unsigned long* word, Where = Where::here()) {
    shared(*word).fetch_or(bit_mask(nr), std::memory_order_relaxed);
}

inline void clear_bit(unsigned nr, unsigned long* word, Where = Where::here()) {
    shared(*word).fetch_and(~bit_mask(nr), std::memory_order_relaxed);
}

inline bool test_and_set_bit(unsigned nr, unsigned long* word, Where = Where::here()) {
    return (fully_ordered(shared(*word).fetch_or(bit_mask(nr))) & bit_mask(nr)) != 0;
}

inline bool test_and_clear_bit(unsigned nr, unsigned long* word, Where = Where::here()) {
    return (fully_ordered(shared(*word).fetch_and(~bit_mask(nr))) & bit_mask(nr)) != 0;
}

// A load and a store, so that an update in between is lost, but no data race of the language.
inline void __set_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    WRITE_ONCE(*word, READ_ONCE(*word, where) | bit_mask(nr), where);
}

inline void __clear_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    WRITE_ONCE(*word, READ_ONCE(*word, where) & ~bit_mask(nr), where);
}

}  // namespace heddle
