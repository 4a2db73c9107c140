// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>
#include <utility>

#include "scenarios/catalogue.h"
#include "scenarios/parameters.h"
#include "scenarios/program/command.h"
#include "scenarios/program/options.h"
#include "scenarios/program/replayed.h"
#include "scenarios/program/reports.h"
#include "scenarios/report/text.h"

namespace heddle {

namespace {

class ReplayCommand final : public Command {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    std::string catalogue_ = own_catalogue();
    std::string replayed_ = {};
    std::string schedule_ = {};
    std::vector<std::string> parameters_ = {};
    EngineOptions engine_ = {};
    Reports reports_ = {};
    std::string color_ = "auto";
    bool verbose_ = false;
};

void ReplayCommand::add_options(CLI::App& app) {
    app.add_option("NAME", replayed_, "A scenario or a .toml file, perhaps /VARIANT")
        ->type_name(scenario_type)
        ->required();
    app.add_option("SCHEDULE", schedule_, "Such as 1-5c0ffee5-a3b2")->required();
    add_parameters(app, parameters_);
    app.add_flag("--verbose", verbose_,
                 "Show every step, also those that do not touch what is broken")
        ->envname("HEDDLE_VERBOSE");
    engine_.add_to(app);
    add_catalogue(app, catalogue_);
    reports_.add_options(app);
    add_color(app, color_);
    app.footer(
        "Example, with the schedule that `heddle check` ends a counterexample with:\n"
        "  heddle replay nr-mlock-leak-pagevec/seed 1-c0d0481a-a7");
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
    Result result = replay_scenario(selected, schedule, engine_.execution());
    add_critical_step(result, engine_.execution());
    const ExitCode code = exit_code_of(result.summary);
    if (!reports_.has_stdout()) {
        TextStyle style = style_of_stdout(color_);
        style.verbose = verbose_;
        write_text(std::cout, result, style);
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
