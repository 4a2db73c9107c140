// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "scenarios/stress/cores.h"

namespace heddle {

namespace {

constexpr std::size_t lines_max = 60;  // of a round's operations

bool is_met(const StressResult& result) {
    const StressVerdict verdict = result.verdict();
    return verdict == StressVerdict::clean || verdict == StressVerdict::found ||
           verdict == StressVerdict::instead;
}

const char* met_text(const StressResult& result) {
    if (is_met(result)) {
        return "yes";
    }
    return result.verdict() == StressVerdict::broken ? "NO" : "?";
}

auto count_of(const std::vector<StressResult>& results, StressVerdict verdict) {
    return std::count_if(results.begin(), results.end(), [verdict](const StressResult& result) {
        return result.verdict() == verdict;
    });
}

const char* verdict_name(StressVerdict verdict) {
    switch (verdict) {
        case StressVerdict::clean:
            return "clean";
        case StressVerdict::found:
            return "found";
        case StressVerdict::instead:
            return "found-instead";
        case StressVerdict::not_found:
            return "not-found";
        case StressVerdict::interrupted:
            return "interrupted";
        case StressVerdict::broken:
            break;
    }
    return "broken";
}

std::string expectation_text(const StressResult& result) {
    const std::string& expected = result.selected.scenario.expect;
    switch (result.verdict()) {
        case StressVerdict::found:
            return ", as expected";
        case StressVerdict::instead:
            return ", where threads cannot see " + expected.substr(5) + ": " + result.why_hidden;
        default:
            return ", expected " + expected;
    }
}

double rate_of(const StressResult& result) {
    return result.seconds > 0 ? static_cast<double>(result.rounds) / result.seconds : 0;
}

std::string indented(const std::string& text) {
    std::string lines = "  ";
    for (const char c : text) {
        lines += c;
        lines += c == '\n' ? "  " : "";
    }
    return lines + "\n";
}

}  // namespace

ExitCode exit_code_of(const StressResult& result, bool allow_incomplete) {
    if (is_met(result)) {
        return ExitCode::met;
    }
    switch (result.verdict()) {
        case StressVerdict::interrupted:
            return ExitCode::interrupted;
        case StressVerdict::not_found:
            return allow_incomplete ? ExitCode::met : ExitCode::incomplete;
        default:
            return ExitCode::not_met;
    }
}

std::string text_of(const StressResult& result, const StressOptions& options) {
    if (!result.failed) {
        return "";
    }
    const FailedRound& failed = *result.failed;
    const Violation& violation = failed.violation;
    std::string text = fmt::format("FAIL {}: {} violated{}\n", result.selected.scenario.name,
                                   violation.claim, expectation_text(result));
    text += indented(violation.formula);
    text += violation.sides.empty() ? "" : indented(violation.sides);
    if (*violation.where.file() != '\0') {
        text += fmt::format("  at {} {}:{}\n", violation.where.function(), violation.where.file(),
                            violation.where.line());
    }
    text += fmt::format("  in round {} of seed {}, after {:.3f} s; what its tasks did:\n\n",
                        failed.round, options.seed, failed.seconds);
    text += text_of(failed.log, lines_max);
    text += failed.state.empty() ? "" : "\nAfter:\n" + indented(failed.state);
    return text + "\n";
}

std::string table_of(const std::vector<StressResult>& results) {
    std::size_t name_width = 8;
    std::size_t expected_width = 8;
    std::size_t verdict_width = 7;
    for (const StressResult& result : results) {
        name_width = std::max(name_width, result.selected.scenario.name.size());
        expected_width = std::max(expected_width, result.selected.scenario.expect.size());
        verdict_width = std::max(verdict_width, verdict_text(result).size());
    }
    std::string text = fmt::format("{:{}}  {:{}}  {:{}}  met  {:>10}  {:>9}  {:>8}\n", "scenario",
                                   name_width, "expected", expected_width, "verdict", verdict_width,
                                   "rounds", "a second", "seconds");
    for (const StressResult& result : results) {
        text += fmt::format(
            "{:{}}  {:{}}  {:{}}  {:3}  {:10}  {:9.0f}  {:8.3f}\n", result.selected.scenario.name,
            name_width, result.selected.scenario.expect, expected_width, verdict_text(result),
            verdict_width, met_text(result), result.rounds, rate_of(result), result.seconds);
    }
    text += fmt::format(
        "{} scenario{} on {} core{}: {} as expected, {} expected and not found, {} not as "
        "expected{}; stress proves nothing\n",
        results.size(), results.size() == 1 ? "" : "s", cores_allowed(),
        cores_allowed() == 1 ? "" : "s", std::count_if(results.begin(), results.end(), is_met),
        count_of(results, StressVerdict::not_found), count_of(results, StressVerdict::broken),
        count_of(results, StressVerdict::interrupted) == 0 ? "" : ", 1 interrupted");
    return text;
}

nlohmann::json json_of(const std::vector<StressResult>& results, const StressOptions& options,
                       ExitCode code) {
    nlohmann::json rows = nlohmann::json::array();
    for (const StressResult& result : results) {
        nlohmann::json row = {{"scenario", result.selected.scenario.name},
                              {"expected", result.selected.scenario.expect},
                              {"verdict", verdict_name(result.verdict())},
                              {"met", is_met(result)},
                              {"rounds", result.rounds},
                              {"stalled_rounds", result.stalled},
                              {"seconds", result.seconds},
                              {"rounds_per_second", rate_of(result)}};
        if (result.failed) {
            row["violation"] = {{"claim", result.failed->violation.claim},
                                {"formula", result.failed->violation.formula},
                                {"sides", result.failed->violation.sides},
                                {"round", result.failed->round},
                                {"seconds", result.failed->seconds}};
        }
        rows.push_back(row);
    }
    return {{"format", "heddle-stress-1"},         {"seed", options.seed},
            {"delay_ns", options.delay_ns},        {"cores", cores_allowed()},
            {"exit_code", static_cast<int>(code)}, {"results", rows}};
}

nlohmann::json log_json_of(const StressResult& result, const StressOptions& options) {
    nlohmann::json log = json_of(result.failed->log);
    log["format"] = "heddle-stress-log-1";
    log["scenario"] = result.selected.scenario.name;
    log["selector"] = result.selected.selector;
    log["hash"] = result.selected.scenario.hash;
    log["claim"] = result.failed->violation.claim;
    log["sides"] = result.failed->violation.sides;
    log["seed"] = options.seed;
    log["round"] = result.failed->round;
    return log;
}

}  // namespace heddle
