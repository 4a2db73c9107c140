// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/verdict.h"

namespace heddle {

// How the program ends.
enum class ExitCode : int {
    met = 0,           // every expectation met, every search complete
    not_met = 1,       // a violation that was not expected, or an expected one not found
    usage = 2,         // the command line or an input file is wrong
    internal = 3,      // a mistake of ours
    incomplete = 4,    // a search ended as UNKNOWN
    nothing = 5,       // nothing was selected, or a scenario is vacuous
    interrupted = 130  // SIGINT or SIGTERM
};

// The more important of the two, in the order 130, 3, 2, 1, 5, 4, 0.
ExitCode more_important(ExitCode one, ExitCode other);

// What one verdict amounts to.
ExitCode exit_code_of(const Summary& summary);

}  // namespace heddle
