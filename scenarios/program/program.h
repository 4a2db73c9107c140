// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace heddle {

// The program: results on stdout, messages and progress on stderr. Returns its exit code (see
// scenarios/exit_code.h).
int run_program(int argc, const char* const* argv);

}  // namespace heddle
