// SPDX-License-Identifier: Apache-2.0
// Schedules for a viewer of traces: ui.perfetto.dev, chrome://tracing.
#pragma once

#include <ostream>

#include "scenarios/report/report.h"

namespace heddle {

// Trace events in JSON: a process per scenario with a trace, a track per CPU, a slice per step,
// each of the same length, for time is the order of steps. Sections under a lock are asynchronous
// slices; an arrow goes from a release to the acquire that sees it.
// Source: Google, Trace Event Format (the JSON array format, "traceEvents").
void write_perfetto(std::ostream& out, const Run& run);

}  // namespace heddle
