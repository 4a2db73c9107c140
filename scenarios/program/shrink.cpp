// SPDX-License-Identifier: Apache-2.0
#include "scenarios/shrink.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "scenarios/catalogue.h"
#include "scenarios/make_scenario.h"
#include "scenarios/program/command.h"
#include "scenarios/program/options.h"
#include "scenarios/program/output.h"
#include "scenarios/quantity.h"
#include "scenarios/toml_text.h"

namespace heddle {

namespace {

class ShrinkCommand final : public Command {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    std::string destination_mistake() const;
    ExitCode shrink_one(const Selected& selected, Destination& output) const;
    ShrinkOptions options() const;

    std::string catalogue_ = own_catalogue();
    std::string name_ = {};
    std::string output_ = "-";
    std::string time_budget_ = "60";
    std::string max_states_ = "1000000";
    bool force_ = false;
};

void ShrinkCommand::add_options(CLI::App& app) {
    app.add_option("NAME", name_, "A scenario that fails, or a .toml file")
        ->type_name(scenario_type)
        ->required();
    app.add_option("--output", output_, "Where the smaller scenario goes; - is stdout")
        ->type_name("FILE")
        ->capture_default_str()
        ->envname("HEDDLE_OUTPUT");
    app.add_flag("--force", force_, "Replace an --output that is there")->envname("HEDDLE_FORCE");
    app.add_option("--time-budget", time_budget_, "Seconds for all of it; 0: no limit")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(accepts("a number of seconds, 0 or more, such as 60 or 0.5",
                        [](const std::string& text) { return parse_seconds(text).has_value(); }))
        ->envname("HEDDLE_TIME_BUDGET");
    app.add_option("--max-states", max_states_, "States for each candidate; 0: no limit")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number, 0 or more",
                        [](const std::string& text) { return parse_count(text).has_value(); }))
        ->envname("HEDDLE_MAX_STATES");
    add_catalogue(app, catalogue_);
    app.footer(
        "Examples:\n"
        "  heddle shrink nr-mlock-leak-pagevec/seed\n"
        "  heddle shrink my.toml --output smaller.toml --time-budget 60");
}

// A scenario's document, made ready to be another scenario.
std::variant<toml::table, std::string> document_of(const Selected& selected,
                                                   const std::string& catalogue) {
    const std::string& name = selected.scenario.name;
    const std::string variant = name.find('/') == name.npos ? "" : name.substr(name.find('/') + 1);
    const std::string file =
        selected.selector == name
            ? file_of_scenario(name, catalogue)
            : selected.selector.substr(0, selected.selector.rfind(".toml") + 5);
    if (file.empty()) {
        return "'" + name + "' is written in C++; expected one of a .toml file";
    }
    auto read = read_toml(file);
    if (const auto* error = std::get_if<FileError>(&read)) {
        return text_of(*error);
    }
    toml::table document = merged_document(std::get<toml::table>(read), variant);
    std::string own = name;
    std::replace(own.begin(), own.end(), '/', '-');
    document.insert_or_assign("name", own.ends_with("-shrunk") ? own : own + "-shrunk");
    document.insert_or_assign("story", "What `heddle shrink` has left of " + name + ".");
    return document;
}

void name_the_claim(Shrunk& shrunk, const std::string& name) {
    shrunk.document.insert_or_assign("expect", "fail:" + shrunk.claim);
    shrunk.document.insert_or_assign(
        "story", "What `heddle shrink` has left of " + name + ": it breaks " + shrunk.claim +
                     (shrunk.complete ? ", and without any part of it would not." : "."));
}

// Whether the text is a scenario, and fails as it says; that is not asked if time has run out.
bool holds_good(const std::string& text, bool has_time) {
    const auto read = parse_scenario_file("shrunk.toml", text);
    if (!std::holds_alternative<std::vector<ScenarioWords>>(read)) {
        return false;
    }
    const auto made = make_scenario(std::get<std::vector<ScenarioWords>>(read).front());
    if (!std::holds_alternative<Scenario>(made) || !has_time) {
        return std::holds_alternative<Scenario>(made);
    }
    CheckOptions options;
    options.how.reductions = Reductions::all();
    const Result result = check_scenario({std::get<Scenario>(made), "shrunk.toml"}, options);
    return result.summary.met() || searches_are_interrupted();
}

std::string text_of_end(const Shrunk& shrunk) {
    if (shrunk.complete) {
        return ", nothing else can go";
    }
    return std::string(searches_are_interrupted() ? "; interrupted: " : "; out of time: ") +
           (shrunk.taken > 0 ? "more could go" : "nothing smaller is known");
}

// Of what has not come to its end.
ExitCode code_of_end() {
    return searches_are_interrupted() ? ExitCode::interrupted : ExitCode::incomplete;
}

ShrinkOptions ShrinkCommand::options() const {
    ShrinkOptions options;
    options.seconds = parse_seconds(time_budget_).value_or(0);
    options.states = parse_count(max_states_).value_or(0);
    options.on_taken = [](const std::string& what) { tell("gone: " + what); };
    return options;
}

ExitCode ShrinkCommand::shrink_one(const Selected& selected, Destination& output) const {
    const auto document = document_of(selected, catalogue_);
    if (const auto* message = std::get_if<std::string>(&document)) {
        return or_usage(ExitCode::met, *message);
    }
    const std::string& name = selected.scenario.name;
    auto result = shrink(std::get<toml::table>(document), options());
    if (const auto* not_shrunk = std::get_if<NotShrunk>(&result)) {
        const ExitCode code = not_shrunk->undecided ? code_of_end() : ExitCode::usage;
        tell(name + ": " + not_shrunk->why + (not_shrunk->undecided ? "; nothing is written" : ""));
        return code;
    }
    auto& shrunk = std::get<Shrunk>(result);
    name_the_claim(shrunk, name);
    const std::string text = toml_text(shrunk.document);
    if (!holds_good(text, shrunk.complete)) {
        tell(name + ": what is left does not break " + shrunk.claim + " when it is read again");
        return ExitCode::internal;
    }
    tell(fmt::format("{} breaks {}; {} of {} candidates taken{}", name, shrunk.claim, shrunk.taken,
                     shrunk.candidates, text_of_end(shrunk)));
    output.stream() << text;
    const ExitCode code = shrunk.complete ? ExitCode::met : code_of_end();
    return or_usage(code, output.finish());
}

std::string ShrinkCommand::destination_mistake() const {
    std::error_code ignored;
    return !force_ && output_ != "-" && std::filesystem::exists(output_, ignored)
               ? "'" + output_ + "' is there already; --force replaces it"
               : "";
}

ExitCode ShrinkCommand::run() {
    Destination output;
    std::string mistake = destination_mistake();
    if (mistake.empty()) {
        mistake = output.open(output_);
    }
    if (!mistake.empty()) {
        return or_usage(ExitCode::met, mistake);
    }
    const Selection selection = select({name_}, catalogue_);
    const ExitCode code = tell_problems(selection, catalogue_);
    if (selection.scenarios.empty() || !selection.mistakes.empty()) {
        return code;
    }
    if (selection.scenarios.size() > 1) {
        std::vector<std::string> selectors;
        for (const Selected& selected : selection.scenarios) {
            selectors.push_back(selected.selector);
        }
        return or_usage(code, fmt::format("'{}' is several scenarios; expected one of them: {}",
                                          name_, fmt::join(selectors, ", ")));
    }
    return shrink_one(selection.scenarios.front(), output);
}

}  // namespace

std::unique_ptr<Command> make_shrink() { return std::make_unique<ShrinkCommand>(); }

}  // namespace heddle
