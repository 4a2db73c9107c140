// SPDX-License-Identifier: Apache-2.0
// Which claims real threads cannot decide.
#pragma once

#include <span>
#include <string>

namespace heddle {

struct SilentClaim {
    const char* id;   // of an invariant, or of a rule of the engine
    const char* why;  // in words
};

// Invariants of the model that are not asked after a round: what they compare with is ghost state
// that only the checker keeps. All others are asked.
std::span<const SilentClaim> silent_invariants();

// Null if a round can break the claim: an invariant that is asked, a claim of the scenario, an
// assertion, a deadlock. Otherwise why it cannot.
const char* why_silent(const std::string& claim);

// Whether a world in which `hidden` was broken unseen may end with `seen` broken, which threads do
// see. What is broken otherwise is another bug.
bool may_end_in(const std::string& hidden, const std::string& seen);

}  // namespace heddle
