// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>

#include "scenarios/command.h"
#include "scenarios/parameters.h"
#include "scenarios/report_json.h"
#include "scenarios/report_text.h"

namespace heddle {

namespace {

// Which verdicts are told in full, above the table.
void tell_verdict(const Result& result, const CommandLine& line, const TextStyle& style) {
    const bool is_pass = result.summary.verdict.kind == Verdict::Kind::pass;
    if (result.summary.met() && is_pass && !line.verbose) {
        return;
    }
    if (result.summary.met() && line.selection.empty() && !line.verbose) {
        write_headline(std::cout, result, style);
        std::cout << "  " << replay_line(result) << "\n\n";
        return;
    }
    write_text(std::cout, result, style);
    std::cout << std::endl;
}

ExitCode check_all(const CommandLine& line, const std::vector<Selected>& scenarios,
                   std::vector<Result>& results, bool with_text) {
    const TextStyle style = style_of_stdout(line.color);
    ProgressLine progress;
    ExitCode code = ExitCode::met;
    for (std::size_t i = 0; i < scenarios.size() && !searches_are_interrupted(); ++i) {
        const std::string which =
            fmt::format("[{}/{}] {}", i + 1, scenarios.size(), scenarios[i].scenario.name);
        progress.show(which);
        CheckOptions options = line.check;
        if (progress.is_on_terminal()) {
            options.on_progress = [&](const Progress& now) {
                progress.show(which + ": " + progress_text(now));
            };
        }
        results.push_back(check_scenario(scenarios[i], options));
        progress.clear();
        if (with_text) {
            tell_verdict(results.back(), line, style);
        }
        const ExitCode own = exit_code_of(results.back().summary);
        const bool forgiven = own == ExitCode::incomplete && line.allow_incomplete;
        code = more_important(code, forgiven ? ExitCode::met : own);
    }
    if (searches_are_interrupted()) {
        tell(fmt::format("interrupted; {} of {} scenarios were begun", results.size(),
                         scenarios.size()));
        code = ExitCode::interrupted;
    }
    if (with_text && !results.empty()) {
        write_table(std::cout, results, style);
    }
    return code;
}

std::vector<std::string> problems_of(const Selection& selection) {
    std::vector<std::string> problems;
    for (const auto* list : {&selection.mistakes, &selection.errors, &selection.unmatched}) {
        problems.insert(problems.end(), list->begin(), list->end());
    }
    return problems;
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

}  // namespace

ExitCode check_command(const CommandLine& line, JsonOutput& json) {
    Selection selection = select(line.selection, line.catalogue);
    set_parameters(line.parameters, selection);
    const std::string mistake = checkpoint_mistake(line.check, selection.scenarios.size());
    ExitCode code = or_usage(tell_problems(selection, line.catalogue), mistake);
    std::vector<Result> results;
    if (selection.mistakes.empty() && mistake.empty()) {
        const ExitCode checked = check_all(line, selection.scenarios, results, !json.is_stdout());
        code = more_important(code, checked);
    }
    return or_usage(code, json.write([&](std::ostream& out) {
        write_json(out, results, problems_of(selection), code);
    }));
}

}  // namespace heddle
