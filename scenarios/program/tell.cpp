// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/tell.h"

#include <iostream>

namespace heddle {

void tell(const std::string& message) { std::cerr << "heddle: " << message << '\n'; }

std::vector<std::string> problems_of(const Selection& selection) {
    std::vector<std::string> problems;
    for (const auto* list : {&selection.mistakes, &selection.errors, &selection.unmatched}) {
        problems.insert(problems.end(), list->begin(), list->end());
    }
    return problems;
}

ExitCode tell_problems(const Selection& selection, const std::string& catalogue) {
    for (const std::string& message : problems_of(selection)) {
        tell(message);
    }
    if (!selection.mistakes.empty() || !selection.errors.empty()) {
        return ExitCode::usage;
    }
    if (!selection.unmatched.empty()) {
        return ExitCode::nothing;
    }
    if (selection.scenarios.empty()) {
        tell("there is no scenario in '" + catalogue + "'");
        return ExitCode::nothing;
    }
    return ExitCode::met;
}

ExitCode or_usage(ExitCode code, const std::string& message) {
    if (message.empty()) {
        return code;
    }
    tell(message);
    return more_important(code, ExitCode::usage);
}

}  // namespace heddle
