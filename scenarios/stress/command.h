// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/stress/options.h"

namespace heddle {

// The program. Results go to stdout, progress and messages to stderr.
ExitCode run_stress(const StressFlags& flags);

}  // namespace heddle
