// SPDX-License-Identifier: Apache-2.0
// Work done again whenever a file changes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scenarios/exit_code.h"

namespace heddle {

// Does the work, in a process of its own each time, at once and whenever one of the files has been
// saved, which also ends work that is going on. Returns after SIGINT or SIGTERM: the exit code of
// the last work, which is that of an interrupt if it was still going on. No Execution may exist
// here.
ExitCode do_on_save(const std::vector<std::string>& files, const std::function<ExitCode()>& work);

}  // namespace heddle
