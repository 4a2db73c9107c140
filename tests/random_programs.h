// SPDX-License-Identifier: Apache-2.0
// Small programs made by chance, as data: what every search must agree on with brute force.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/scenario.h"

namespace heddle {

// What one statement does. The first of a family is where it begins in the table of names.
enum class Action : std::uint8_t {
    load,  // of one of the words
    store,
    add,
    add_return,
    cmpxchg,
    exchange,
    await,      // looks until the word has the value
    load_pair,  // both halves of a word at once
    store_half,
    plain_load,
    plain_store,
    load_flags,  // of the flag word, whole
    store_flags,
    set_bit,
    clear_bit,
    test_bit,
    test_and_set_bit,
    test_and_clear_bit,
    lock,  // of one of the locks, see LockOf
    trylock,
    unlock,
    choose,
    forget,
    preempt_disable,
    preempt_enable
};

// The locks of every program, and the modes of the semaphore.
enum class LockOf : std::uint8_t { spin, mutex, other_mutex, read, write };

constexpr unsigned program_words = 3;
constexpr unsigned program_tasks_max = 4;
constexpr unsigned program_registers = 8;
constexpr std::uint8_t no_register = program_registers;

// A statement is done only if a register has, or has not, a value. Registers begin as 0.
struct Guard {
    std::uint8_t from = no_register;  // no register: the statement is always done
    std::uint8_t value = 0;
    bool equal = true;

    bool operator==(const Guard&) const = default;
};

struct Statement {
    Action action = Action::load;
    std::uint8_t object = 0;            // the number of a word, half, bit or lock
    std::uint8_t value = 0;             // stored, added, awaited; of choose: the alternatives
    std::uint8_t source = no_register;  // its value is added to `value`
    std::uint8_t expected = 0;          // by cmpxchg
    std::uint8_t result = no_register;  // where what it returns goes
    Guard guard = {};

    bool operator==(const Statement&) const = default;
};

struct ProgramTask {
    unsigned cpu = 0;
    TaskKind kind = TaskKind::ordinary;
    std::vector<Statement> statements;

    bool operator==(const ProgramTask&) const = default;
};

// "Never is the one this and the other that"; of a `sometimes` claim: "at some time".
struct ProgramClaim {
    struct Side {
        std::uint8_t object = 0;  // words, then the plain word, then the flag word
        std::uint8_t value = 0;

        bool operator==(const Side&) const = default;
    };
    Moment moment = Moment::finally;
    Side one = {};
    Side other = {};

    bool operator==(const ProgramClaim&) const = default;
};

struct Program {
    std::vector<ProgramTask> tasks;
    std::vector<ProgramClaim> claims;
    bool records = true;  // at its end a task writes what its registers hold into the world

    bool operator==(const Program&) const = default;
};

// The program of a seed: 2 to 4 tasks of 2 to 6 statements, so few that brute force ends. Each
// uses some kinds of statements only, which meet more often so. Source: Groce et al., Swarm
// Testing, ISSTA 2012.
Program random_program(std::uint64_t seed);

// A few lines for a reader.
std::string text_of(const Program& program);

// The program as a scenario; rules on the order of locks are switched off, for brute force does not
// know them.
Scenario scenario_of_program(const Program& program);

// The smallest program found for which `is_wanted` still holds, by leaving out tasks, statements,
// guards and claims and by making values smaller, one at a time, until nothing more can go.
// Source: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, TSE 2002.
Program shrink(Program program, const std::function<bool(const Program&)>& is_wanted);

}  // namespace heddle
