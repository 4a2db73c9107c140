// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/guided_log.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace heddle {

namespace {

constexpr const char* format = "heddle-stress-log-1";

GuidedLog log_from(const nlohmann::json& from) {
    Guide guide;
    from.at("claim").get_to(guide.claim);
    for (const nlohmann::json& event : from.at("events")) {
        guide.steps.push_back({.task = event.at("task"),
                               .operation = event.at("operation"),
                               .file = event.at("file"),
                               .line = event.at("line"),
                               .value = event.at("value")});
    }
    return {.scenario = from.at("scenario"),
            .selector = from.at("selector"),
            .hash = from.at("hash"),
            .guide = std::make_shared<const Guide>(std::move(guide))};
}

}  // namespace

std::variant<GuidedLog, std::string> read_guided_log(const std::string& file) {
    std::ifstream stream(file);
    if (!stream) {
        return "--guided: cannot read '" + file + "'; expected a log of `heddle-stress --log`";
    }
    try {
        const nlohmann::json from = nlohmann::json::parse(stream);
        if (!from.is_object() || from.value("format", "") != format) {
            return fmt::format("--guided: '{}' is no log; expected the format {}", file, format);
        }
        return log_from(from);
    } catch (const nlohmann::json::exception& error) {
        return fmt::format("--guided: '{}' is no log of `heddle-stress --log`: {}", file,
                           error.what());
    }
}

std::string mismatch(const GuidedLog& log, const Scenario& scenario) {
    if (log.scenario != scenario.name) {
        return fmt::format("--guided: the log is of {}, not of {}", log.scenario, scenario.name);
    }
    return log.hash == scenario.hash
               ? ""
               : fmt::format(
                     "--guided: {} has changed since the log was written; expected what "
                     "`heddle-stress --log` says of it now",
                     scenario.name);
}

}  // namespace heddle
