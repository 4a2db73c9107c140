// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/command.h"

namespace heddle {

namespace {

nlohmann::ordered_json parameters_json(const Scenario& scenario) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Parameter& parameter : scenario.parameters) {
        json.push_back({{"name", parameter.name},
                        {"help", parameter.help},
                        {"default", parameter.value},
                        {"min", parameter.min},
                        {"max", parameter.max}});
    }
    return json;
}

nlohmann::ordered_json list_json(const std::vector<Selected>& scenarios) {
    nlohmann::ordered_json json = {{"schema", "heddle-scenarios-1"},
                                   {"scenarios", nlohmann::ordered_json::array()}};
    for (const Selected& selected : scenarios) {
        const Scenario& scenario = selected.scenario;
        json["scenarios"].push_back({{"name", scenario.name},
                                     {"story", scenario.story},
                                     {"expected", scenario.expect},
                                     {"labels", scenario.labels},
                                     {"parameters", parameters_json(scenario)},
                                     {"hash", scenario.hash}});
    }
    return json;
}

std::string first_line(const std::string& text) {
    const std::vector<std::string> lines = lines_of_text(text);
    return lines.empty() ? "" : lines.front();
}

void list_text(const std::vector<Selected>& scenarios) {
    unsigned name_width = 0;
    unsigned expected_width = 0;
    for (const Selected& selected : scenarios) {
        name_width = std::max(name_width, text_width(selected.scenario.name));
        expected_width = std::max(expected_width, text_width(selected.scenario.expect));
    }
    for (const Selected& selected : scenarios) {
        const Scenario& scenario = selected.scenario;
        std::cout << padded(scenario.name, name_width) << "  "
                  << padded(scenario.expect, expected_width) << "  " << first_line(scenario.story)
                  << '\n';
        for (const Parameter& parameter : scenario.parameters) {
            std::cout << "    --param " << parameter.name << "=" << parameter.value << "  "
                      << parameter.help << ", " << parameter.min << " to " << parameter.max << '\n';
        }
    }
}

}  // namespace

ExitCode list_command(const CommandLine& line, JsonOutput& json) {
    const Selection selection = select(line.selection, line.catalogue);
    const ExitCode code = tell_problems(selection, line.catalogue);
    if (!json.is_stdout()) {
        list_text(selection.scenarios);
    }
    return or_usage(code, json.write([&](std::ostream& out) {
        using Json = nlohmann::ordered_json;
        const Json document = list_json(selection.scenarios);
        out << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    }));
}

}  // namespace heddle
