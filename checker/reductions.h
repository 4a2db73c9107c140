// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>

namespace heddle {

// What `exhaustive` leaves out because something it does visit stands for it. Each can be switched
// off by itself; none changes a verdict or the set of final states (up to symmetry).
struct Reductions {
    bool symmetry = true;         // tasks that a scenario declares alike are interchangeable
    bool commuting = true;        // operations on one word commute where what they do allows it
    bool partial_order = true;    // of orders of operations that do not conflict one is enough
    bool private_objects = true;  // what no other task can reach any more needs no order at all
    bool await = true;            // who only looks waits until there is something new to see
    bool locals = true;           // what a task has seen and no longer holds does not matter

    bool operator==(const Reductions&) const = default;

    static constexpr Reductions all() { return {}; }
    static constexpr Reductions none() { return {false, false, false, false, false, false}; }

    // Every state there is of a program whose waiting loops have no end of their own: with none()
    // such a loop is walked round and round.
    static constexpr Reductions only_await() { return {false, false, false, false, true, false}; }
};

// A row of the table of reductions.
struct ReductionKind {
    const char* name;
    const char* help;
    bool Reductions::*on;
};

std::span<const ReductionKind> reduction_kinds();

// "all", "none", a list of names ("symmetry,locals"), or of names to leave out of all
// ("-symmetry,-locals"). Nothing if it is none of these.
std::optional<Reductions> parse_reductions(const std::string& text);

// The way back.
std::string text_of(const Reductions& reductions);

}  // namespace heddle
