// SPDX-License-Identifier: Apache-2.0
// The mutants of the code under test: where they can be, and which one is active. Only in a build
// with HEDDLE_MUTATION.
#pragma once

#include <cstdint>
#include <span>

#include "checker/sync/mutation.h"

namespace heddle {

// A place in the source where tasks do an operation on what they share, or call what can be left
// out. The strings are constants of the program.
struct Site {
    const char* name = "";  // of the operation or the function
    Where where = {};
    std::uint64_t bits = 0;  // that the operation touches; 0: a call
    RuleSet rules = 0;
    const void* object = nullptr;  // that it touched first
    bool is_of_assertion = false;  // its result is asserted, and nothing else
    bool executed = false;         // since forget_executions()
};

// Whether both are one place and one operation.
bool same_site(const Site& one, const Site& other);

constexpr unsigned switches_max = 64;

// From here on the sites in files below `folder`, a constant such as "model/", are collected as
// tasks come by. Null ends it.
void collect_sites(const char* folder);

// Those collected so far, in no order.
std::span<const Site> collected_sites();

// Whether a task has come by the switch of this number since forget_executions().
bool switch_was_asked(unsigned number);

void forget_executions();

// Makes a mutant the active one; there is at most one. `site` must live as long as it is active.
void activate(const Site& site, Rule rule);
void activate_switch(unsigned number);
void activate_nothing();

}  // namespace heddle
