// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>
#include <utility>

#include "scenarios/parameters.h"
#include "scenarios/program/command.h"
#include "scenarios/program/options.h"
#include "scenarios/program/reports.h"
#include "scenarios/report/text.h"

namespace heddle {

namespace {

class ReplayCommand final : public Command {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    std::string catalogue_ = HEDDLE_CATALOGUE_DIR;
    std::string replayed_ = {};
    std::string schedule_ = {};
    std::vector<std::string> parameters_ = {};
    EngineOptions engine_ = {};
    Reports reports_ = {};
    std::string color_ = "auto";
};

void ReplayCommand::add_options(CLI::App& app) {
    app.add_option("NAME", replayed_, "A scenario or a .toml file, perhaps /VARIANT")
        ->type_name(scenario_type)
        ->required();
    app.add_option("SCHEDULE", schedule_, "Such as 1-5c0ffee5-a3b2")->required();
    add_parameters(app, parameters_);
    engine_.add_to(app);
    add_catalogue(app, catalogue_);
    reports_.add_options(app);
    add_color(app, color_);
    app.footer(
        "Example, with the schedule that `heddle check` ends a counterexample with:\n"
        "  heddle replay nr-mlock-leak/seed 1-c0d0481a-a7");
}

struct Replayed {
    Selected selected;
    Schedule schedule;
};

// Of several variants the one that the schedule was made for; a message if there is not one.
std::variant<Replayed, std::string> find_replayed(const std::vector<Selected>& scenarios,
                                                  const std::string& name,
                                                  const std::string& text) {
    std::vector<Replayed> fitting;
    std::string message = "'" + name + "' has no scenario";
    std::string names;
    for (const Selected& selected : scenarios) {
        auto parsed = parse_schedule(selected.scenario, text);
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

ExitCode ReplayCommand::run() {
    if (const std::string message = reports_.open(); !message.empty()) {
        return or_usage(ExitCode::met, message);
    }
    Selection selection = select({replayed_}, catalogue_);
    set_parameters(parameters_, selection);
    // A malformed file that has nothing to do with the schedule is told and does not count.
    const ExitCode selected_code = tell_problems(selection, catalogue_);
    if (selection.scenarios.empty() || !selection.mistakes.empty()) {
        return selected_code;
    }
    const auto found = find_replayed(selection.scenarios, replayed_, schedule_);
    if (const auto* message = std::get_if<std::string>(&found)) {
        return or_usage(ExitCode::met, *message);
    }
    const auto& [selected, schedule] = std::get<Replayed>(found);
    const Result result = replay_scenario(selected, schedule, engine_.execution());
    const ExitCode code = exit_code_of(result.summary);
    if (!reports_.has_stdout()) {
        write_text(std::cout, result, style_of_stdout(color_));
    }
    if (result.summary.verdict.kind == Verdict::Kind::error) {
        tell(result.summary.verdict.reason);
    }
    reports_.add(result);
    return or_usage(code, reports_.finish({.results = {&result, 1}, .exit_code = code}));
}

}  // namespace

std::unique_ptr<Command> make_replay() { return std::make_unique<ReplayCommand>(); }

}  // namespace heddle
