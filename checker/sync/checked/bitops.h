// SPDX-License-Identifier: Apache-2.0
// Bit operations on a flag word. Source: Documentation/atomic_ops.txt and
// include/asm-generic/bitops (v4.8): forms that return the old bit are full barriers, *_lock
// acquires, clear_bit_unlock releases, the others order nothing.
#pragma once

#include "checker/sync/checked/atomic.h"

namespace heddle {

constexpr std::uint64_t bit_mask(unsigned nr) { return 1ULL << nr; }

// The operation touches this bit of its word only.
inline Operation on_bit(unsigned nr, Operation operation) {
    operation.bits = bit_mask(nr);
    return operation;
}

inline bool test_bit(unsigned nr, const unsigned long* word, Where where = Where::here()) {
    const Operation operation =
        on_bit(nr, operation_on(*word, OperationKind::read, Ordering::none, "test_bit", where));
    const Rule rule = mutation_of(operation, rules_of_tests);
    if (rule != Rule::none) {
        return answer(rule, false);
    }
    announce(operation);
    const bool value = (*word & bit_mask(nr)) != 0;
    observe(value);
    return value;
}

inline void set_bit_in_order(unsigned nr, unsigned long* word, Ordering ordering, Where where) {
    const Operation operation =
        on_bit(nr, operation_on(*word, OperationKind::set, ordering, "set_bit", where));
    if (is_left_out(operation, Change::set, bit_mask(nr))) {
        return;
    }
    announce(operation);
    *word |= bit_mask(nr);
}

inline void set_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    set_bit_in_order(nr, word, Ordering::none, where);
}

// What stands before it has happened for whoever finds the bit.
inline void set_bit_release(unsigned nr, unsigned long* word, Where where = Where::here()) {
    set_bit_in_order(nr, word, Ordering::release, where);
}

inline void clear_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    const Operation operation =
        on_bit(nr, operation_on(*word, OperationKind::clear, Ordering::none, "clear_bit", where));
    if (is_left_out(operation, Change::clear, bit_mask(nr))) {
        return;
    }
    announce(operation);
    *word &= ~bit_mask(nr);
}

// Mutants of a test that also writes.
constexpr RuleSet rules_of_test_and_change = rules_of_tests | only(Rule::split) | only(Rule::skip);

// Stores `new_word(*word)` in the same step as the test.
template <typename NewWord>
bool test_and_change_bit(unsigned nr, unsigned long* word, const char* name, Where where,
                         NewWord new_word) {
    const Operation operation =
        on_bit(nr, operation_on(*word, OperationKind::rmw, Ordering::full, name, where));
    const Rule rule = mutation_of(operation, rules_of_test_and_change);
    announce(operation);
    const bool old = (*word & bit_mask(nr)) != 0;
    observe(old);
    if (rule == Rule::split) {
        announce(operation);
    }
    if (rule != Rule::skip) {
        *word = new_word(*word);
    }
    return answer(rule, old);
}

inline bool test_and_set_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    return test_and_change_bit(nr, word, "test_and_set_bit", where,
                               [nr](unsigned long bits) { return bits | bit_mask(nr); });
}

inline bool test_and_clear_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    return test_and_change_bit(nr, word, "test_and_clear_bit", where,
                               [nr](unsigned long bits) { return bits & ~bit_mask(nr); });
}

// The non-atomic forms: a load and a store of the whole word, between which an update of another
// bit by another task is lost.
inline void store_word(unsigned long* word, unsigned long value, const char* name, Where where) {
    const Operation operation =
        operation_on(*word, OperationKind::write, Ordering::none, name, where);
    if (is_left_out(operation, Change::store, value)) {
        return;
    }
    announce(operation);
    *word = value;
}

inline unsigned long load_word(const unsigned long* word, const char* name, Where where) {
    announce(operation_on(*word, OperationKind::read, Ordering::none, name, where));
    observe(*word);
    return *word;
}

inline void __set_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    store_word(word, load_word(word, "__set_bit load", where) | bit_mask(nr), "__set_bit store",
               where);
}

inline void __clear_bit(unsigned nr, unsigned long* word, Where where = Where::here()) {
    store_word(word, load_word(word, "__clear_bit load", where) & ~bit_mask(nr),
               "__clear_bit store", where);
}

}  // namespace heddle
