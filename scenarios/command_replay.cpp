// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "scenarios/command.h"
#include "scenarios/parameters.h"
#include "scenarios/report_json.h"
#include "scenarios/report_text.h"

namespace heddle {

namespace {

struct Replayed {
    Selected selected;
    Schedule schedule;
};

// Of several variants the one that the schedule was made for; a message if there is not one.
std::variant<Replayed, std::string> find_replayed(const std::vector<Selected>& scenarios,
                                                  const CommandLine& line) {
    std::vector<Replayed> fitting;
    std::string message = "'" + line.replayed + "' has no scenario";
    std::string names;
    for (const Selected& selected : scenarios) {
        auto parsed = parse_schedule(selected.scenario, line.schedule);
        if (const auto* schedule = std::get_if<Schedule>(&parsed)) {
            fitting.push_back({selected, *schedule});
            names += (names.empty() ? "" : ", ") + selected.selector;
        } else {
            message = std::get<std::string>(parsed);
        }
    }
    if (fitting.size() > 1) {
        return "the schedule fits several scenarios: " + names + "; expected one of them";
    }
    return fitting.empty() ? std::variant<Replayed, std::string>(message) : fitting.front();
}

}  // namespace

ExitCode replay_command(const CommandLine& line, JsonOutput& json) {
    Selection selection = select({line.replayed}, line.catalogue);
    set_parameters(line.parameters, selection);
    // A malformed file that has nothing to do with the schedule is told and does not count.
    const ExitCode selected_code = tell_problems(selection, line.catalogue);
    if (selection.scenarios.empty() || !selection.mistakes.empty()) {
        return selected_code;
    }
    const auto found = find_replayed(selection.scenarios, line);
    if (const auto* message = std::get_if<std::string>(&found)) {
        tell(*message);
        return ExitCode::usage;
    }
    const auto& [selected, schedule] = std::get<Replayed>(found);
    const Result result = replay_scenario(selected, schedule, line.check.execution);
    const ExitCode code = exit_code_of(result.summary);
    if (!json.is_stdout()) {
        write_text(std::cout, result, style_of_stdout(line.color));
    }
    if (result.summary.verdict.kind == Verdict::Kind::error) {
        tell(result.summary.verdict.reason);
    }
    return or_usage(code, json.write([&](std::ostream& out) {
        write_json(out, {&result, 1}, {}, code);
    }));
}

}  // namespace heddle
