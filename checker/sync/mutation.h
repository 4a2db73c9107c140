// SPDX-License-Identifier: Apache-2.0
// Where a mutant changes what the code under test does. Only a build with HEDDLE_MUTATION has any:
// elsewhere each question below has a constant answer, and nothing is left of it.
#pragma once

#include <cstdint>

#include "checker/sync/operation.h"

namespace heddle {

// What a mutant does to the operation at its site.
enum class Rule : std::uint8_t {
    none,
    drop_lock,     // the lock is neither waited for nor taken, nor released afterwards
    answer_false,  // the test says no; if it also writes, that is done
    answer_true,   // the same, yes
    split,         // reads and writes in two steps
    skip,          // nothing is done
    hold_back      // it is done after the task's next operation, in a step of its own
};

using RuleSet = unsigned;
constexpr RuleSet only(Rule rule) { return 1U << static_cast<unsigned>(rule); }
constexpr RuleSet rules_of_locks = only(Rule::drop_lock);
constexpr RuleSet rules_of_tests = only(Rule::answer_false) | only(Rule::answer_true);
constexpr RuleSet rules_of_updates = only(Rule::skip) | only(Rule::hold_back);

// What an update does to its object, for when it is held back.
enum class Change : std::uint8_t { store, add, set, clear };

#if defined(HEDDLE_MUTATION) && !defined(HEDDLE_THREADS)

// The rule by which the active mutant changes this operation, if this is its site and the rule is
// among `rules`, which are those that fit the operation.
Rule mutation_of(const Operation& operation, RuleSet rules);

// Does the change after the running task's next operation.
void hold_back(const Operation& operation, Change change, std::uint64_t value);

// The running task has come to its next operation; to its end, or to where it forgets.
void before_operation();
void do_what_is_held_back();

// Whether a lock that is being released was not taken because of drop_lock. `bits` as in unhold().
bool lock_was_dropped(const Operation& release, std::uint64_t bits);

// Whether the call of `function` at this place is left out, with all it does.
bool call_is_dropped(const char* function, Where where);

// Whether the active mutant is the one of this number among those written by hand.
bool switch_is_on(unsigned number);

// The tests at this place, since an operation at another, were the condition of an assertion.
void assertion_has_read(Where where);

#else

constexpr Rule mutation_of(const Operation&, RuleSet) { return Rule::none; }
constexpr void hold_back(const Operation&, Change, std::uint64_t) {}
constexpr void before_operation() {}
constexpr void do_what_is_held_back() {}
constexpr bool lock_was_dropped(const Operation&, std::uint64_t) { return false; }
constexpr bool call_is_dropped(const char*, Where) { return false; }
constexpr bool switch_is_on(unsigned) { return false; }
constexpr void assertion_has_read(Where) {}

#endif

// Whether the update is not to be done here: never, or later.
inline bool is_left_out(const Operation& operation, Change change, std::uint64_t value) {
    const Rule rule = mutation_of(operation, rules_of_updates);
    if (rule == Rule::hold_back) {
        hold_back(operation, change, value);
    }
    return rule != Rule::none;
}

// What a test answers that has found `value`.
constexpr bool answer(Rule rule, bool value) {
    return rule == Rule::answer_true || (rule != Rule::answer_false && value);
}

}  // namespace heddle
