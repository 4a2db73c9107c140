// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>

#include "scenarios/catalogue.h"
#include "scenarios/parameters.h"
#include "scenarios/program/command.h"
#include "scenarios/program/options.h"
#include "scenarios/program/output.h"
#include "scenarios/report/explanation_text.h"

namespace heddle {

namespace {

class Explain final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("NAME", selection_,
                       "Scenarios as for `check`: a name, its part before the slash, a pattern, or "
                       "a .toml file")
            ->required();
        add_parameters(app, parameters_);
        add_catalogue(app, catalogue_);
        add_json(app, json_);
        add_color(app, color_);
        app.footer(
            "Examples:\n"
            "  heddle explain nr-mlock-leak-pagevec/seed\n"
            "  heddle explain 'clean-*' --json told.json");
    }

    ExitCode run() override;

  private:
    Explanation explain_one(const Selected& selected) const;

    std::string catalogue_ = own_catalogue();
    std::vector<std::string> selection_ = {};
    std::vector<std::string> parameters_ = {};
    std::string json_ = {};
    std::string color_ = "auto";
};

Explanation Explain::explain_one(const Selected& selected) const {
    constexpr std::string_view ending = ".toml";
    const std::size_t dot = selected.selector.rfind(ending);
    if (dot == std::string::npos) {
        return explain(selected.scenario, words_of_scenario(selected.scenario.name, catalogue_));
    }
    const std::string file = selected.selector.substr(0, dot + ending.size());
    auto read = read_scenario_file(file);
    auto* words = std::get_if<std::vector<ScenarioWords>>(&read);
    return explain(selected.scenario, words == nullptr ? std::vector<ScenarioWords>() : *words);
}

ExitCode Explain::run() {
    Destination json;
    if (const std::string message = json.open(json_); !message.empty()) {
        return or_usage(ExitCode::met, message);
    }
    Selection selection = select(selection_, catalogue_);
    set_parameters(parameters_, selection);
    const ExitCode code = tell_problems(selection, catalogue_);
    if (!selection.mistakes.empty()) {
        return code;
    }
    std::vector<Explanation> all;
    for (const Selected& selected : selection.scenarios) {
        all.push_back(explain_one(selected));
        if (!json.is_stdout()) {
            std::cout << (all.size() > 1 ? "\n" : "");
            write_explanation(std::cout, all.back(), style_of_stdout(color_));
        }
    }
    if (!json.is_nothing()) {
        write_explanations_json(json.stream(), all);
    }
    return or_usage(code, json.finish());
}

}  // namespace

std::unique_ptr<Command> make_explain() { return std::make_unique<Explain>(); }

}  // namespace heddle
