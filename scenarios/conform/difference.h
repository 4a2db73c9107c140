// SPDX-License-Identifier: Apache-2.0
// Where the model and the host part.
#pragma once

#include <string>
#include <vector>

#include "scenarios/conform/side.h"

namespace heddle {

struct Difference {
    SyscallSequence sequence = {};  // as far as the call after which they differ
    SideState before = {};          // that call, in which both agree
    SideStep model = {};
    SideStep host = {};
    unsigned zero_pages = 0;  // entries of the zero page that the model has had at a time

    const SystemCall& call() const { return model.call; }
};

struct Comparison {
    std::vector<Difference> differences = {};
    std::string broken = {};  // what the model says of a mistake of its own, with the calls so far
    unsigned calls = 0;       // compared
};

// Runs the sequence on both and compares after each call, until they no longer are in the same
// state: calls that only return something else are differences, and the comparison goes on. The
// host gets the calls that the model has made. Without `onfault` nobody tells of VM_LOCKONFAULT.
Comparison compare_sides(const SyscallSequence& sequence, ConformSide& model, ConformSide& host,
                         bool onfault);

// For a host that does not tell of VM_LOCKONFAULT.
void forget_onfault(SideState& state);

// The calls with both results, and what differs after the last, in two columns.
std::string difference_text(const Difference& difference);

}  // namespace heddle
