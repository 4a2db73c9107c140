// SPDX-License-Identifier: Apache-2.0
#include "scenarios/exit_code.h"

#include <algorithm>
#include <array>

namespace heddle {

ExitCode more_important(ExitCode one, ExitCode other) {
    constexpr std::array order = {ExitCode::interrupted, ExitCode::internal, ExitCode::usage,
                                  ExitCode::not_met,     ExitCode::nothing,  ExitCode::incomplete,
                                  ExitCode::met};
    return *std::find_if(order.begin(), order.end(),
                         [=](ExitCode code) { return code == one || code == other; });
}

ExitCode exit_code_of(const Summary& summary) {
    switch (summary.verdict.kind) {
        case Verdict::Kind::pass:
        case Verdict::Kind::fail:
            return summary.met() ? ExitCode::met : ExitCode::not_met;
        case Verdict::Kind::unknown:
            return ExitCode::incomplete;
        case Verdict::Kind::vacuous:
            // Complete without a violation: an expected one has not been found.
            return summary.expected == "pass" ? ExitCode::nothing : ExitCode::not_met;
        case Verdict::Kind::error:
            break;
    }
    return ExitCode::usage;
}

}  // namespace heddle
