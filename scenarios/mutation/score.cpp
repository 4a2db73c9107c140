// SPDX-License-Identifier: Apache-2.0
#include "scenarios/mutation/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace heddle {

namespace {

std::string killed_text(const Trial& trial) {
    return fmt::format("by {} ({}) in {:.2f} s, {} states", trial.scenario, trial.finding,
                       trial.seconds, trial.states);
}

std::string survived_text(const Trial& trial) {
    return fmt::format("{} scenarios, {} states, {:.2f} s", trial.tried, trial.states,
                       trial.seconds);
}

std::string counts_text(const std::map<std::string, unsigned>& counts) {
    std::string text;
    for (const auto& [finding, count] : counts) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", finding, count);
    }
    return text;
}

// Of a mutant written by hand: what all its scenarios find, and which does what it must.
std::string named_text(const Mutant& mutant, const Trial& trial) {
    const std::string all =
        fmt::format("; in {} scenarios {}", trial.tried, counts_text(trial.findings));
    if (trial.named_scenario.empty()) {
        return fmt::format("{}; NONE breaks {}", all, mutant.by_hand->breaks);
    }
    return fmt::format("{}; {} breaks {}, as it must", all, trial.named_scenario,
                       trial.named_finding);
}

}  // namespace

std::string Score::line_of(const Row& row) const {
    const Mutant& mutant = *row.mutant;
    const Trial& trial = row.trial;
    const std::string who = fmt::format("{} ({})", mutant.name, mutant.place);
    if (trial.killed) {
        return fmt::format("killed      {} {}{}", who, killed_text(trial),
                           mutant.by_hand != nullptr ? named_text(mutant, trial) : "");
    }
    if (!row.reason.empty()) {
        return fmt::format("equivalent  {} {}: {}", who, survived_text(trial), row.reason);
    }
    if (!trial.unfinished.empty()) {
        return fmt::format("UNFINISHED  {} {}: {}", who, survived_text(trial), trial.unfinished);
    }
    return fmt::format("SURVIVED    {} {}", who, survived_text(trial));
}

std::string Score::add(const Mutant& mutant, const Trial& trial) {
    Row row = {&mutant, trial, ""};
    if (mutant.by_hand != nullptr && *mutant.by_hand->breaks == '\0') {
        row.reason = mutant.by_hand->what;
    }
    if (const auto known = reasons_.find(mutant.name); known != reasons_.end()) {
        row.reason = known->second;
    }
    if (trial.killed && !row.reason.empty()) {
        errors_.push_back(fmt::format("{} is called equivalent and is killed by {} ({})",
                                      mutant.name, trial.scenario, trial.finding));
    }
    rows_.push_back(row);
    return line_of(rows_.back());
}

unsigned Score::killed() const {
    return static_cast<unsigned>(
        std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.trial.killed; }));
}

unsigned Score::equivalent() const {
    return static_cast<unsigned>(std::count_if(rows_.begin(), rows_.end(), [](const Row& row) {
        return !row.trial.killed && !row.reason.empty();
    }));
}

double Score::killed_percent() const {
    const auto counted = static_cast<double>(rows_.size() - equivalent());
    return counted > 0 ? 100 * killed() / counted : 100;
}

bool Score::breaks_what_it_must(const Row& row) const {
    return row.mutant->by_hand == nullptr || *row.mutant->by_hand->breaks == '\0' ||
           !row.trial.named_scenario.empty();
}

bool Score::is_reached(double percent_min) const {
    return killed_percent() >= percent_min &&
           std::all_of(rows_.begin(), rows_.end(),
                       [this](const Row& row) { return breaks_what_it_must(row); });
}

std::string Score::text() const {
    std::map<std::string, unsigned> findings;
    std::string survivors;
    for (const Row& row : rows_) {
        if (row.trial.killed) {
            ++findings[row.trial.finding];
        } else if (row.reason.empty()) {
            survivors += "  " + row.mutant->name + '\n';
        }
    }
    return fmt::format("\nkilled by: {}\n{}{}{}: {:.1f} % of those that are not equivalent\n",
                       counts_text(findings), survivors.empty() ? "" : "survived:\n", survivors,
                       counts(), killed_percent());
}

std::string Score::counts() const {
    return fmt::format("{} mutants: {} killed, {} equivalent, {} survived", rows_.size(), killed(),
                       equivalent(), rows_.size() - killed() - equivalent());
}

void Score::write_json(std::ostream& out) const {
    nlohmann::ordered_json json = {{"schema", "heddle-mutants-1"},
                                   {"killed_percent", killed_percent()},
                                   {"killed", killed()},
                                   {"equivalent", equivalent()},
                                   {"figures",
                                    {{{"name", "mutation score"},
                                      {"value", fmt::format("{:.1f} %", killed_percent())},
                                      {"detail", counts()}}}},
                                   {"mutants", nlohmann::ordered_json::array()}};
    for (const Row& row : rows_) {
        json["mutants"].push_back(
            {{"name", row.mutant->name},
             {"place", row.mutant->place},
             {"killed", row.trial.killed},
             {"scenario", row.trial.scenario},
             {"finding", row.trial.finding},
             {"states", row.trial.states},
             {"seconds", row.trial.seconds},
             {"scenarios_tried", row.trial.tried},
             {"unfinished", row.trial.unfinished},
             {"equivalent", row.reason},
             {"must_break", row.mutant->by_hand == nullptr ? "" : row.mutant->by_hand->breaks},
             {"findings", row.trial.findings},
             {"broke_by", row.trial.named_scenario},
             {"broke", row.trial.named_finding}});
    }
    out << json.dump(2) << '\n';
}

}  // namespace heddle
