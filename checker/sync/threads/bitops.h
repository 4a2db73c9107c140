// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/sync/threads/atomic.h"

namespace heddle {

constexpr std::uint64_t bit_mask(unsigned nr) { return 1ULL << nr; }

inline bool test_bit(unsigned nr, const unsigned long* word, Where where = Where::here()) {
    begin_operation("test_bit", word, where);
    return end_operation((shared(*word).load(std::memory_order_relaxed) & bit_mask(nr)) != 0);
}

inline void set_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    begin_operation("set_bit", word, where);
    end_operation(shared(*word).fetch_or(bit_mask(nr), after_fence) | bit_mask(nr));
}

inline void set_bit_release(unsigned nr, unsigned long* word, Where where = Where::here()) {
    begin_operation("set_bit", word, where);
    end_operation(shared(*word).fetch_or(bit_mask(nr), std::memory_order_release) | bit_mask(nr));
}

inline void clear_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    begin_operation("clear_bit", word, where);
    end_operation(shared(*word).fetch_and(~bit_mask(nr), after_fence) & ~bit_mask(nr));
}

inline bool test_and_set_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    begin_operation("test_and_set_bit", word, where);
    return end_operation((fully_ordered(shared(*word).fetch_or(bit_mask(nr))) & bit_mask(nr)) != 0);
}

inline bool test_and_clear_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    begin_operation("test_and_clear_bit", word, where);
    return end_operation((fully_ordered(shared(*word).fetch_and(~bit_mask(nr))) & bit_mask(nr)) !=
                         0);
}

// A load and a store, so that an update in between is lost, but no data race of the language.
inline void load_and_store(unsigned long* word, unsigned long kept, unsigned long added,
                           const char* name, Where where) {
    begin_operation(name, word, where);
    const unsigned long seen = end_operation(shared(*word).load(std::memory_order_relaxed));
    begin_operation(name, word, where);
    const unsigned long stored = (seen & kept) | added;
    shared(*word).store(stored, std::memory_order_relaxed);
    end_operation(stored);
}

inline void __set_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    load_and_store(word, ~0UL, bit_mask(nr), "__set_bit", where);
}

inline void __clear_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    load_and_store(word, ~bit_mask(nr), 0, "__clear_bit", where);
}

}  // namespace heddle
