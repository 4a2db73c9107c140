// SPDX-License-Identifier: Apache-2.0
// What a search concludes, by value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/execution.h"

namespace heddle {

struct Verdict {
    enum class Kind {
        pass,     // the search was complete and every claim holds
        fail,     // `violation` and the schedule that leads to it
        unknown,  // a budget ran out first: `reason`
        vacuous,  // complete and clean, but a `sometimes` claim was never reached: `reason`
        error     // the scenario or the schedule cannot be run: `reason`
    };

    Kind kind = Kind::unknown;
    std::string reason;
    std::optional<Violation> violation;
    Schedule schedule;
    bool minimal = false;  // no schedule with fewer preemptions, then steps, fails
    bool deadly = false;   // following the schedule ends the process that does

    static Verdict pass() { return {Kind::pass, "", std::nullopt, {}}; }
    static Verdict fail(Violation violation, Schedule schedule) {
        return {Kind::fail, "", std::move(violation), std::move(schedule)};
    }
    static Verdict unknown(std::string reason) {
        return {Kind::unknown, std::move(reason), std::nullopt, {}};
    }
    static Verdict vacuous(std::string reason) {
        return {Kind::vacuous, std::move(reason), std::nullopt, {}};
    }
    static Verdict error(std::string reason) {
        return {Kind::error, std::move(reason), std::nullopt, {}};
    }
};

// "PASS", "FAIL", "UNKNOWN", "VACUOUS", "ERROR".
const char* name_of(Verdict::Kind kind);

// A verdict and what it cost.
struct Summary {
    std::string scenario;
    std::string expected;  // "pass" or "fail:<claim>"
    std::string search;
    Verdict verdict;
    std::string coverage;           // what the search did, where the counts do not say it all
    std::uint64_t states = 0;       // distinct fingerprints
    std::uint64_t transitions = 0;  // choices taken, those of minimising not counted
    std::uint64_t executions = 0;   // runs that came to an end: quiescence or a violation
    std::uint64_t blocked = 0;      // runs of `dpor` given up: another one stands for them
    std::uint64_t depth_max = 0;    // steps of the longest run
    unsigned passes = 0;            // over the states, each with what was learnt before
    double seconds = 0;
    std::uint64_t peak_rss_bytes = 0;
    std::uint64_t visited_bytes = 0;  // of the fingerprint table

    // Whether the verdict is the expected one.
    bool met() const;
};

// What one step of a schedule did, for reports. The strings are constants of the program.
struct Step {
    Choice choice;
    unsigned run = 0;  // counted from 0; each run begins at the start
    std::string task;
    unsigned cpu = 0;
    Operation operation;
    std::string object;             // its name, empty if there is none
    std::vector<std::string> bits;  // names of the object's bits, if it has names
    std::uint64_t before = 0;       // the object's value
    std::uint64_t after = 0;
    bool preempts = false;       // the task that ran before could have gone on
    bool watched = false;        // writes what the violated claim reads
    bool reads_watched = false;  // only reads it
    std::string state;           // the scenario's description of its world after it
};

// A schedule told step by step.
struct Trace {
    std::vector<Step> steps;
    unsigned preemptions = 0;
    std::string state_before;  // the scenario's description of its world
    std::string state_after;
    std::vector<TaskSpec> tasks;
    std::vector<ObjectName> names;
};

}  // namespace heddle
