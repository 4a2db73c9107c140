// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "scenarios/catalogue.h"
#include "scenarios/parameters.h"
#include "scenarios/program/command.h"
#include "scenarios/program/history_options.h"
#include "scenarios/program/reports.h"
#include "scenarios/program/search_options.h"
#include "scenarios/report/text.h"

namespace heddle {

namespace {

class Check final : public Command {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    ExitCode check_all(const std::vector<Selected>& scenarios, const CheckOptions& options);
    Result check_one(const Selected& selected, CheckOptions options, const std::string& which);
    void tell_verdict(const Result& result, const TextStyle& style) const;

    std::string catalogue_ = own_catalogue();
    std::vector<std::string> selection_ = {};
    std::vector<std::string> parameters_ = {};
    SearchFlags search_ = {};
    Reports reports_ = {};
    HistoryFlags history_ = {};
    std::string color_ = "auto";
    bool allow_incomplete_ = false;
    bool verbose_ = false;

    ProgressLine progress_ = {};
    std::vector<Result> results_ = {};
};

void Check::add_options(CLI::App& app) {
    add_selection(app, selection_);
    search_.add_to(app);
    add_parameters(app, parameters_);
    app.add_flag("--allow-incomplete", allow_incomplete_, "UNKNOWN is no failure")
        ->envname("HEDDLE_ALLOW_INCOMPLETE");
    app.add_flag("--verbose", verbose_,
                 "Show every verdict in full: passes, and traces of expected failures when none "
                 "was named; and of traces every step")
        ->envname("HEDDLE_VERBOSE");
    add_catalogue(app, catalogue_);
    reports_.add_options(app);
    history_.add_options(app);
    add_color(app, color_);
}

// Which verdicts are told in full, above the table.
void Check::tell_verdict(const Result& result, const TextStyle& style) const {
    const bool is_pass = result.summary.verdict.kind == Verdict::Kind::pass;
    if (result.summary.met() && is_pass && !verbose_) {
        return;
    }
    if (result.summary.met() && selection_.empty() && !verbose_) {
        write_headline(std::cout, result, style);
        std::cout << "  " << replay_line(result) << "\n\n";
        return;
    }
    write_text(std::cout, result, style);
    std::cout << std::endl;
}

Result Check::check_one(const Selected& selected, CheckOptions options, const std::string& which) {
    progress_.show(which);
    options.on_progress = [&](const Progress& now) {
        progress_.show(which + ": " + progress_text(now));
        reports_.progress(selected.scenario.name, now);
    };
    Result result = check_scenario(selected, options);
    add_critical_step(result, options.execution);
    progress_.clear();
    reports_.add(result);
    return result;
}

ExitCode Check::check_all(const std::vector<Selected>& scenarios, const CheckOptions& options) {
    TextStyle style = style_of_stdout(color_);
    style.verbose = verbose_;
    const bool with_text = !reports_.has_stdout();
    ExitCode code = ExitCode::met;
    for (std::size_t i = 0; i < scenarios.size() && !searches_are_interrupted(); ++i) {
        const std::string which =
            fmt::format("[{}/{}] {}", i + 1, scenarios.size(), scenarios[i].scenario.name);
        results_.push_back(check_one(scenarios[i], options, which));
        if (with_text) {
            tell_verdict(results_.back(), style);
        }
        const ExitCode own = exit_code_of(results_.back().summary);
        const bool forgiven = own == ExitCode::incomplete && allow_incomplete_;
        code = more_important(code, forgiven ? ExitCode::met : own);
    }
    if (searches_are_interrupted()) {
        tell(fmt::format("interrupted; {} of {} scenarios were begun", results_.size(),
                         scenarios.size()));
        code = ExitCode::interrupted;
    }
    if (with_text && !results_.empty()) {
        write_table(std::cout, results_, style);
    }
    return code;
}

// Empty, or why a checkpoint cannot be had.
std::string checkpoint_mistake(const CheckOptions& options, std::size_t scenarios) {
    if (options.how.checkpoint.empty() && options.how.resume.empty()) {
        return "";
    }
    if (options.search != "exhaustive") {
        return "--checkpoint and --resume: expected --search exhaustive, not " + options.search;
    }
    return scenarios == 1
               ? ""
               : fmt::format("--checkpoint and --resume: expected one scenario, not {}", scenarios);
}

ExitCode Check::run() {
    for (const std::string& message : {reports_.open(), history_.open()}) {
        if (!message.empty()) {
            return or_usage(ExitCode::met, message);
        }
    }
    Selection selection = select(selection_, catalogue_);
    set_parameters(parameters_, selection);
    const CheckOptions options = search_.options();
    const std::string mistake = checkpoint_mistake(options, selection.scenarios.size());
    ExitCode code = or_usage(tell_problems(selection, catalogue_), mistake);
    if (selection.mistakes.empty() && mistake.empty()) {
        code = more_important(code, check_all(selection.scenarios, options));
    }
    code = or_usage(code, history_.keep(results_));
    return or_usage(code, reports_.finish({results_, problems_of(selection), code, allow_incomplete_}));
}

}  // namespace

std::unique_ptr<Command> make_check() { return std::make_unique<Check>(); }

}  // namespace heddle
