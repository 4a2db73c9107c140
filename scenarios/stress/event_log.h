// SPDX-License-Identifier: Apache-2.0
// What the tasks of a round have done, in the order of time.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "checker/scenario.h"
#include "scenarios/stress/crew.h"

namespace heddle {

struct LoggedEvent {
    unsigned task = 0;
    std::string name;    // of the operation
    std::string object;  // its name, or its address; empty: none
    std::uint64_t value = 0;
    Where where = {};
    double ns = 0;  // since the first
};

struct EventLog {
    std::vector<std::string> tasks;
    std::vector<LoggedEvent> events;
    std::uint64_t forgotten = 0;  // before them, for which the tasks' rings had no room
};

// Of the crew's last round.
EventLog log_of(const Crew& crew, const Setup& setup);

// For each task that has not come to its end what it was about to do: "munlock: spin_lock_irq(...),
// held by drain".
std::string waiters(const Crew& crew, const Setup& setup);

// A part of `heddle-stress-log-1`, see README.md.
nlohmann::json json_of(const EventLog& log);

// A line per event, the last `lines_max`.
std::string text_of(const EventLog& log, std::size_t lines_max);

}  // namespace heddle
