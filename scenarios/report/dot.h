// SPDX-License-Identifier: Apache-2.0
// Small scenarios as graphs of their states, for Graphviz.
#pragma once

#include <cstddef>
#include <ostream>

#include "scenarios/report/report.h"

namespace heddle {

// A scenario with more states has no graph that a reader could follow.
constexpr std::size_t drawn_states_max = 500;

// A digraph per scenario: every state that can be reached, numbered from the start on, each step an
// edge. States that break a claim are marked, the edges of the counterexample are bold. Of a
// scenario whose graph cannot be drawn a single node says why.
void write_dot(std::ostream& out, const Run& run);

}  // namespace heddle
