// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/conform/options.h"

namespace heddle {

// Compares, and tells the results.
ExitCode run_conform(const ConformCommandLine& line);

// main() of the program: 0 to 5 or 130.
int run_conform_program(int argc, const char* const* argv);

}  // namespace heddle
