// SPDX-License-Identifier: Apache-2.0
// Logs of heddle-stress, for `heddle check --guided`.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "checker/guided.h"
#include "scenarios/result.h"

namespace heddle {

struct GuidedLog {
    std::string scenario;  // its name, and the word that selects it
    std::string selector;
    std::string hash;
    std::shared_ptr<const Guide> guide;
};

// What the file says, or a message that names it: it cannot be read, or is none of
// `heddle-stress-log-1`.
std::variant<GuidedLog, std::string> read_guided_log(const std::string& file);

// Empty, or why the log is of another scenario, or of another version of it.
std::string mismatch(const GuidedLog& log, const Scenario& scenario);

}  // namespace heddle
