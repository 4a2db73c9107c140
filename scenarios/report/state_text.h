// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace heddle {

// A scenario's description of its world (Trace::state_after) as lines for a reader of the kernel's
// own files: events by their names in /proc/vmstat, and besides the zones' NR_MLOCK what
// /proc/meminfo says. Other lines stay as they are.
std::vector<std::string> state_lines(const std::string& state);

}  // namespace heddle
