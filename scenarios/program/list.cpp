// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "scenarios/catalogue.h"
#include "scenarios/program/command.h"
#include "scenarios/program/options.h"
#include "scenarios/program/output.h"

namespace heddle {

namespace {

nlohmann::ordered_json list_parameters_json(const Scenario& scenario) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Parameter& parameter : scenario.parameters) {
        json.push_back({{"name", parameter.name},
                        {"help", parameter.help},
                        {"default", parameter.value},
                        {"min", parameter.min},
                        {"max", parameter.max}});
    }
    return json;
}

nlohmann::ordered_json list_json(const std::vector<Selected>& scenarios) {
    nlohmann::ordered_json json = {{"schema", "heddle-scenarios-1"},
                                   {"scenarios", nlohmann::ordered_json::array()}};
    for (const Selected& selected : scenarios) {
        const Scenario& scenario = selected.scenario;
        json["scenarios"].push_back({{"name", scenario.name},
                                     {"story", scenario.story},
                                     {"expected", scenario.expect},
                                     {"labels", scenario.labels},
                                     {"parameters", list_parameters_json(scenario)},
                                     {"hash", scenario.hash}});
    }
    return json;
}

std::string first_line(const std::string& text) {
    const std::vector<std::string> lines = lines_of_text(text);
    return lines.empty() ? "" : lines.front();
}

void list_text(const std::vector<Selected>& scenarios) {
    unsigned name_width = 0;
    unsigned expected_width = 0;
    for (const Selected& selected : scenarios) {
        name_width = std::max(name_width, text_width(selected.scenario.name));
        expected_width = std::max(expected_width, text_width(selected.scenario.expect));
    }
    for (const Selected& selected : scenarios) {
        const Scenario& scenario = selected.scenario;
        std::cout << padded(scenario.name, name_width) << "  "
                  << padded(scenario.expect, expected_width) << "  " << first_line(scenario.story)
                  << '\n';
        for (const Parameter& parameter : scenario.parameters) {
            std::cout << "    --param " << parameter.name << "=" << parameter.value << "  "
                      << parameter.help << ", " << parameter.min << " to " << parameter.max << '\n';
        }
    }
}

class List final : public Command {
  public:
    void add_options(CLI::App& app) override {
        add_selection(app, selection_);
        add_catalogue(app, catalogue_);
        add_json(app, json_);
        app.footer(
            "Examples:\n"
            "  heddle list                  all there is\n"
            "  heddle list 'nr-*' ksm-leak  those that match, and one\n"
            "  heddle list --json -         for a program");
    }

    ExitCode run() override;

  private:
    std::string catalogue_ = own_catalogue();
    std::vector<std::string> selection_ = {};
    std::string json_ = {};
};

ExitCode List::run() {
    Destination json;
    if (const std::string message = json.open(json_); !message.empty()) {
        return or_usage(ExitCode::met, message);
    }
    const Selection selection = select(selection_, catalogue_);
    const ExitCode code = tell_problems(selection, catalogue_);
    if (!json.is_stdout()) {
        list_text(selection.scenarios);
    }
    if (!json.is_nothing()) {
        using Json = nlohmann::ordered_json;
        json.stream()
            << list_json(selection.scenarios).dump(2, ' ', false, Json::error_handler_t::replace)
            << '\n';
    }
    return or_usage(code, json.finish());
}

}  // namespace

std::unique_ptr<Command> make_list() { return std::make_unique<List>(); }

}  // namespace heddle
