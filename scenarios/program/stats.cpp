// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "scenarios/history_trend.h"
#include "scenarios/program/command.h"
#include "scenarios/program/history_options.h"
#include "scenarios/program/options.h"
#include "scenarios/program/output.h"
#include "scenarios/quantity.h"

namespace heddle {

namespace {

constexpr std::size_t commit_letters = 12;

class Stats final : public Command {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    ExitCode show(std::span<const HistoryEntry> entries, Destination& json) const;

    std::vector<std::string> selection_ = {};
    std::string history_ = {};
    std::string last_ = "10";
    std::string json_ = {};
};

void Stats::add_options(CLI::App& app) {
    app.add_option("NAME", selection_, "Names, or patterns such as 'nr-*'; default: all");
    add_history(app, history_);
    app.add_option("--last", last_, "How many runs of each scenario to show")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number, 1 or more",
                        [](const std::string& text) { return parse_count(text).value_or(0) > 0; }))
        ->envname("HEDDLE_LAST");
    add_json(app, json_);
    app.footer(
        "Examples:\n"
        "  heddle check --history history.db && heddle stats --history history.db\n"
        "  heddle stats 'nr-*' --history history.db --last 10");
}

std::string verdict_of(const HistoryEntry& entry) {
    return entry.claim.empty() ? entry.verdict : entry.verdict + " " + entry.claim;
}

// What has changed in words, and how much.
std::string changes_text(const TrendPoint& point) {
    std::string text;
    const auto add = [&text](const std::string& change) {
        text += (text.empty() ? "" : ", ") + change;
    };
    if (point.verdict_changed) {
        add("verdict changed");
    }
    if (point.states_changed) {
        add("states changed");
    }
    if (point.slower) {
        add(point.median_seconds > 0
                ? fmt::format("{:.1f} times the median", point.entry.seconds / point.median_seconds)
                : "slower than the median");
    }
    return text;
}

std::string trend_name(const Trend& trend) {
    return trend.scenario + (trend.parameters.empty() ? "" : " (" + trend.parameters + ")") +
           (trend.search == CheckOptions().search ? "" : ", " + trend.search);
}

void write_trend(std::ostream& out, const Trend& trend) {
    out << trend_name(trend) << '\n';
    std::size_t verdict_width = std::string("verdict").size();
    for (const TrendPoint& point : trend.points) {
        verdict_width = std::max(verdict_width, verdict_of(point.entry).size());
    }
    constexpr const char* row = "  {:<20}  {:<12}  {:<{}}  {:>10}  {:>11}  {:>8}  {:>11}  {}";
    const auto line = [&](const auto&... cells) {
        std::string text = fmt::format(row, cells...);
        out << text.erase(text.find_last_not_of(' ') + 1) << '\n';
    };
    line("date", "commit", "verdict", verdict_width, "states", "transitions", "seconds",
         "peak memory", "");
    for (const TrendPoint& point : trend.points) {
        const HistoryEntry& entry = point.entry;
        line(entry.run.date, entry.run.commit.substr(0, commit_letters), verdict_of(entry),
             verdict_width, entry.states, entry.transitions, fmt::format("{:.3f}", entry.seconds),
             size_text(entry.peak_bytes), changes_text(point));
    }
}

nlohmann::ordered_json point_json(const TrendPoint& point) {
    const HistoryEntry& entry = point.entry;
    nlohmann::ordered_json changes = nlohmann::ordered_json::array();
    for (const auto& [name, is_one] :
         {std::pair("verdict", point.verdict_changed), std::pair("states", point.states_changed),
          std::pair("seconds", point.slower)}) {
        if (is_one) {
            changes.push_back(name);
        }
    }
    return {{"date", entry.run.date},
            {"commit", entry.run.commit},
            {"version", entry.run.version},
            {"cores", entry.run.cores},
            {"verdict", entry.verdict},
            {"invariant", entry.claim},
            {"states", entry.states},
            {"transitions", entry.transitions},
            {"seconds", entry.seconds},
            {"median_seconds_before", point.median_seconds},
            {"peak_rss_bytes", entry.peak_bytes},
            {"changes", changes}};
}

nlohmann::ordered_json trends_json(const std::vector<Trend>& trends) {
    nlohmann::ordered_json json = {{"schema", "heddle-history-1"},
                                   {"scenarios", nlohmann::ordered_json::array()}};
    for (const Trend& trend : trends) {
        nlohmann::ordered_json runs = nlohmann::ordered_json::array();
        for (const TrendPoint& point : trend.points) {
            runs.push_back(point_json(point));
        }
        json["scenarios"].push_back({{"name", trend.scenario},
                                     {"parameters", trend.parameters},
                                     {"search", trend.search},
                                     {"runs", runs}});
    }
    return json;
}

bool is_selected(const std::vector<std::string>& selection, const std::string& name) {
    const std::string base = name.substr(0, name.find('/'));
    return selection.empty() ||
           std::any_of(selection.begin(), selection.end(), [&](const std::string& pattern) {
               return matches(pattern, name) || matches(pattern, base);
           });
}

ExitCode Stats::show(std::span<const HistoryEntry> entries, Destination& json) const {
    std::vector<Trend> trends = trends_of(entries, parse_count(last_).value_or(1));
    std::erase_if(trends,
                  [this](const Trend& trend) { return !is_selected(selection_, trend.scenario); });
    if (!json.is_stdout()) {
        for (const Trend& trend : trends) {
            write_trend(std::cout, trend);
        }
    }
    if (!json.is_nothing()) {
        using Json = nlohmann::ordered_json;
        json.stream() << trends_json(trends).dump(2, ' ', false, Json::error_handler_t::replace)
                      << '\n';
    }
    if (trends.empty()) {
        tell("history '" + history_ + "' has no result" +
             (selection_.empty() ? "" : " of what was asked for"));
        return ExitCode::nothing;
    }
    return ExitCode::met;
}

ExitCode Stats::run() {
    if (history_.empty()) {
        return or_usage(ExitCode::met,
                        "--history FILE is missing; expected one that `heddle check "
                        "--history FILE` has written");
    }
    Destination json;
    if (const std::string message = json.open(json_); !message.empty()) {
        return or_usage(ExitCode::met, message);
    }
    auto history = ResultHistory::open_to_read(history_);
    if (const auto* message = std::get_if<std::string>(&history)) {
        return or_usage(ExitCode::met, *message);
    }
    const auto entries = std::get<ResultHistory>(history).entries();
    if (const auto* message = std::get_if<std::string>(&entries)) {
        return or_usage(ExitCode::met, *message);
    }
    const ExitCode code = show(std::get<std::vector<HistoryEntry>>(entries), json);
    return or_usage(code, json.finish());
}

}  // namespace

std::unique_ptr<Command> make_stats() { return std::make_unique<Stats>(); }

}  // namespace heddle
