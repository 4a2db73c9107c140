// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>

#include "scenarios/catalogue.h"
#include "scenarios/parameters.h"
#include "scenarios/program/command.h"
#include "scenarios/program/options.h"
#include "scenarios/program/output.h"
#include "scenarios/program/replayed.h"
#include "scenarios/report/diff_text.h"

namespace heddle {

namespace {

class Diff final : public Command {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    using Runs = std::vector<ToldRun>;

    // The two runs, or what is wrong.
    std::variant<Runs, std::string> runs() const;
    std::variant<Runs, std::string> runs_of_files() const;
    std::variant<Runs, std::string> runs_of_schedules() const;

    std::string catalogue_ = own_catalogue();
    std::vector<std::string> words_ = {};
    std::string scenario_ = {};
    std::vector<std::string> parameters_ = {};
    std::string color_ = "auto";
};

void Diff::add_options(CLI::App& app) {
    app.add_option("RUNS", words_,
                   "NAME SCHEDULE SCHEDULE: two schedules of a scenario, or of variants of it; or "
                   "A.json B.json: two files that --json has written")
        ->required()
        ->expected(2, 3);
    app.add_option("--scenario", scenario_,
                   "Which result of the files, if several have steps: a scenario's name")
        ->envname("HEDDLE_SCENARIO");
    add_parameters(app, parameters_);
    add_catalogue(app, catalogue_);
    add_color(app, color_);
    app.footer(
        "Examples:\n"
        "  heddle diff nr-mlock-leak-pagevec/seed SCHEDULE SCHEDULE\n"
        "  heddle diff before.json after.json --scenario nr-mlock-leak-pagevec/seed");
}

std::variant<Diff::Runs, std::string> Diff::runs_of_files() const {
    Runs runs;
    for (const std::string& file : words_) {
        auto run = read_run(file, scenario_);
        if (auto* message = std::get_if<std::string>(&run)) {
            return *message;
        }
        runs.push_back(std::get<ToldRun>(std::move(run)));
    }
    return runs;
}

std::variant<Diff::Runs, std::string> Diff::runs_of_schedules() const {
    const std::string& name = words_.front();
    Selection selection = select({name}, catalogue_);
    set_parameters(parameters_, selection);
    if (selection.scenarios.empty() || !selection.mistakes.empty()) {
        const std::vector<std::string> problems = problems_of(selection);
        return problems.empty() ? "'" + name + "' has no scenario" : problems.front();
    }
    Runs runs;
    for (std::size_t i = 1; i < words_.size(); ++i) {
        const auto found = find_replayed(selection.scenarios, name, words_[i]);
        if (const auto* message = std::get_if<std::string>(&found)) {
            return *message;
        }
        const auto& [selected, schedule] = std::get<Replayed>(found);
        const Result result = replay_scenario(selected, schedule, {});
        if (result.summary.verdict.kind == Verdict::Kind::error) {
            return words_[i] + ": " + result.summary.verdict.reason;
        }
        runs.push_back(told_run(result));
    }
    return runs;
}

std::variant<Diff::Runs, std::string> Diff::runs() const {
    return words_.size() == 2 ? runs_of_files() : runs_of_schedules();
}

ExitCode Diff::run() {
    const auto found = runs();
    if (const auto* message = std::get_if<std::string>(&found)) {
        return or_usage(ExitCode::met, *message);
    }
    const Runs& two = std::get<Runs>(found);
    write_diff(std::cout, two[0], two[1], style_of_stdout(color_));
    return diff_of(two[0], two[1]).are_equal ? ExitCode::met : ExitCode::not_met;
}

}  // namespace

std::unique_ptr<Command> make_diff() { return std::make_unique<Diff>(); }

}  // namespace heddle
