// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <utility>

#include "scenarios/catalogue.h"
#include "scenarios/parameters.h"
#include "scenarios/program/check_many.h"
#include "scenarios/program/command.h"
#include "scenarios/program/guided_log.h"
#include "scenarios/program/history_options.h"
#include "scenarios/program/progress.h"
#include "scenarios/program/reports.h"
#include "scenarios/program/search_options.h"
#include "scenarios/program/shard.h"
#include "scenarios/program/watch.h"
#include "scenarios/report/text.h"

namespace heddle {

namespace {

class Check final : public Command {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    ExitCode run_once();
    std::string read_all_figures();
    std::string follow_log(Selection& selection, CheckOptions& options) const;
    ExitCode check_all(const std::vector<Selected>& scenarios, const CheckOptions& options);
    void add(Checked checked, const TextStyle& style);
    void tell_verdict(const Result& result, const TextStyle& style) const;

    std::string catalogue_ = own_catalogue();
    std::vector<std::string> selection_ = {};
    std::vector<std::string> parameters_ = {};
    SearchFlags search_ = {};
    Reports reports_ = {};
    std::vector<std::string> figure_files_ = {};
    std::string guided_ = {};
    HistoryFlags history_ = {};
    std::string color_ = "auto";
    bool allow_incomplete_ = false;
    bool verbose_ = false;
    bool watch_ = false;
    ShardFlag shard_ = {};
    ProgressView progress_ = {};

    std::vector<Result> results_ = {};
    std::vector<Figure> figures_ = {};
    ExitCode code_ = ExitCode::met;  // what they amount to
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
    app.add_flag("--watch", watch_,
                 "Check again whenever one of the files named is saved, until Ctrl-C")
        ->envname("HEDDLE_WATCH");
    app.add_option(
           "--guided", guided_,
           "Look for what this log of `heddle-stress --log` has shown, going by the order of "
           "its operations, and make it simple")
        ->type_name("FILE")
        ->envname("HEDDLE_GUIDED");
    shard_.add_to(app);
    add_catalogue(app, catalogue_);
    progress_.add_options(app);
    reports_.add_options(app);
    app.add_option("--figures", figure_files_,
                   "Figures of the project for reports that show them: a file of `heddle_mutate "
                   "--json` or `cmake/coverage.sh --json`; may be repeated")
        ->type_name("FILE")
        ->allow_extra_args(false)
        ->delimiter(',')
        ->envname("HEDDLE_FIGURES");
    history_.add_options(app);
    add_color(app, color_);
    app.footer(
        "Examples:\n"
        "  heddle check                                   the whole catalogue\n"
        "  heddle check nr-mlock-leak-pagevec --jobs 2    all variants, two at once\n"
        "  heddle check my.toml --watch                   again whenever it is saved\n"
        "  heddle check my.toml --search bounded          the simplest counterexample first\n"
        "  heddle check readers --param n=14              a scenario with a size\n"
        "  heddle check --shard 1/3 --json part-1.json    a third of all, for one of three "
        "machines\n"
        "  heddle check --time-budget 60 --memory-budget 2G --allow-incomplete");
}

// Which verdicts are told in full, above the table.
void Check::tell_verdict(const Result& result, const TextStyle& style) const {
    const bool is_pass = result.summary.verdict.kind == Verdict::Kind::pass;
    if (result.summary.met() && is_pass && !verbose_) {
        return;
    }
    if (result.summary.met() && selection_.empty() && guided_.empty() && !verbose_) {
        write_headline(std::cout, result, style);
        std::cout << "  " << replay_line(result) << "\n\n";
        return;
    }
    write_text(std::cout, result, style);
    std::cout << std::endl;
}

void Check::add(Checked checked, const TextStyle& style) {
    reports_.add(checked.result);
    if (!reports_.has_stdout()) {
        tell_verdict(checked.result, style);
    }
    ExitCode own = checked.died ? ExitCode::internal : exit_code_of(checked.result.summary);
    if (own == ExitCode::incomplete && allow_incomplete_) {
        own = ExitCode::met;
    }
    code_ = more_important(code_, own);
    results_.push_back(std::move(checked.result));
}

ExitCode Check::check_all(const std::vector<Selected>& scenarios, const CheckOptions& options) {
    TextStyle style = style_of_stdout(color_);
    style.verbose = verbose_;
    std::map<std::size_t, Checked> early;  // ended before one that stands before them
    progress_.open(scenarios.size());
    check_many(
        scenarios, options,
        {.on_begin =
             [&](std::size_t index) { progress_.begin(index, scenarios[index].scenario.name); },
         .on_progress =
             [&](std::size_t index, const Progress& now) {
                 progress_.show(index, now);
                 reports_.progress(scenarios[index].scenario.name, now);
             },
         .on_end =
             [&](std::size_t index, Checked checked) {
                 progress_.end(index, checked.result.summary.verdict);
                 add_critical_step(checked.result, options.execution);
                 early.emplace(index, std::move(checked));
                 for (auto next = early.begin();
                      next != early.end() && next->first == results_.size();
                      next = early.erase(next)) {
                     add(std::move(next->second), style);
                 }
             }});
    if (searches_are_interrupted()) {
        tell(fmt::format("interrupted; {} of {} scenarios were begun", results_.size(),
                         scenarios.size()));
        code_ = ExitCode::interrupted;
    }
    if (!reports_.has_stdout() && !results_.empty()) {
        write_table(std::cout, results_, style);
    }
    return code_;
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
    if (!watch_) {
        return run_once();
    }
    const std::vector<std::string> files = files_among(selection_);
    return files.empty() ? or_usage(ExitCode::met, "--watch: expected a .toml file among the names")
                         : do_on_save(files, [this] { return run_once(); });
}

// Empty, or what is wrong.
std::string Check::read_all_figures() {
    figures_.clear();
    for (const std::string& file : figure_files_) {
        auto read = read_figures(file);
        if (auto* message = std::get_if<std::string>(&read)) {
            return *message;
        }
        auto& figures = std::get<std::vector<Figure>>(read);
        figures_.insert(figures_.end(), figures.begin(), figures.end());
    }
    return "";
}

// The scenario that the log is of, and the log. Empty, or why it cannot be followed.
std::string Check::follow_log(Selection& selection, CheckOptions& options) const {
    auto read = read_guided_log(guided_);
    if (const auto* message = std::get_if<std::string>(&read)) {
        return *message;
    }
    const GuidedLog& log = std::get<GuidedLog>(read);
    if (selection_.empty()) {
        selection = select({log.selector}, catalogue_);
    }
    if (!selection.mistakes.empty()) {
        return "";  // they are told with the others
    }
    if (selection.scenarios.size() != 1) {
        return fmt::format("--guided: expected the one scenario {}, not {}", log.scenario,
                           selection.scenarios.size());
    }
    Scenario& scenario = selection.scenarios.front().scenario;
    options.guide = log.guide;
    std::string message = mismatch(log, scenario);
    scenario = with_claim_only(std::move(scenario), log.guide->claim);
    return message;
}

ExitCode Check::run_once() {
    const auto shard = shard_.shard();
    if (const auto* message = std::get_if<std::string>(&shard)) {
        return or_usage(ExitCode::met, *message);
    }
    for (const std::string& message : {read_all_figures(), reports_.open(), history_.open()}) {
        if (!message.empty()) {
            return or_usage(ExitCode::met, message);
        }
    }
    CheckOptions options = search_.options();
    Selection selection;
    if (guided_.empty() || !selection_.empty()) {
        selection = select(selection_, catalogue_);
    }
    if (const std::string message = guided_.empty() ? "" : follow_log(selection, options);
        !message.empty()) {
        return or_usage(ExitCode::met, message);
    }
    set_parameters(parameters_, selection);
    const std::size_t selected = selection.scenarios.size();
    ExitCode code = tell_problems(selection, catalogue_);
    selection.scenarios = scenarios_of(std::get<Shard>(shard), selection.scenarios);
    if (selected > 0 && selection.scenarios.empty()) {
        tell(fmt::format("nothing to check: no scenario of {} belongs to this shard", selected));
    }
    const std::string mistake = checkpoint_mistake(options, selection.scenarios.size());
    code = or_usage(code, mistake);
    if (selection.mistakes.empty() && mistake.empty()) {
        code = more_important(code, check_all(selection.scenarios, options));
    }
    code = or_usage(code, history_.keep(results_));
    return or_usage(code, reports_.finish({results_, problems_of(selection), code,
                                           allow_incomplete_, figures_}));
}

}  // namespace

std::unique_ptr<Command> make_check() { return std::make_unique<Check>(); }

}  // namespace heddle
