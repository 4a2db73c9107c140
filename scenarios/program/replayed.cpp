// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/replayed.h"

namespace heddle {

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

}  // namespace heddle
