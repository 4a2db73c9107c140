// SPDX-License-Identifier: Apache-2.0
#include "scenarios/catalogue.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <variant>

#include "scenarios/cpp_scenarios.h"
#include "scenarios/make_scenario.h"
#include "scenarios/scenario_file.h"

namespace heddle {

namespace {

// Adds scenarios to a catalogue and knows who gave each name first.
class Collector {
  public:
    explicit Collector(Catalogue& catalogue) : catalogue_(catalogue) {}

    void add(const Scenario& scenario, const std::string& source) {
        const auto [known, is_new] = sources_.emplace(scenario.name, source);
        if (is_new) {
            catalogue_.scenarios.push_back(scenario);
        } else {
            catalogue_.errors.push_back(source + ": the name '" + scenario.name + "' is taken by " +
                                        known->second + "; expected another one");
        }
    }

    void add_file(const std::string& file) {
        const auto read = read_scenario_file(file);
        if (const auto* error = std::get_if<FileError>(&read)) {
            catalogue_.errors.push_back(text_of(*error));
            return;
        }
        for (const ScenarioWords& words : std::get<std::vector<ScenarioWords>>(read)) {
            const auto made = make_scenario(words);
            if (const auto* error = std::get_if<FileError>(&made)) {
                catalogue_.errors.push_back(text_of(*error));
            } else {
                add(std::get<Scenario>(made), file);
            }
        }
    }

  private:
    Catalogue& catalogue_;
    std::map<std::string, std::string> sources_ = {};
};

std::vector<std::string> toml_files(const std::string& directory, std::error_code& error) {
    namespace fs = std::filesystem;
    std::vector<std::string> files;
    fs::recursive_directory_iterator entry(directory, error);
    while (!error && entry != fs::recursive_directory_iterator()) {
        const bool is_config = entry->path().filename() == "heddle.toml";  // options, no scenario
        if (entry->path().extension() == ".toml" && !is_config && entry->is_regular_file()) {
            files.push_back(entry->path().string());
        }
        entry.increment(error);
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

std::string own_catalogue() {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path installed = program.parent_path().parent_path() / "share/heddle/scenarios";
    return !error && fs::is_directory(installed, error) ? installed.string() : HEDDLE_CATALOGUE_DIR;
}

Catalogue load_catalogue(const std::string& directory) {
    Catalogue catalogue;
    Collector collector(catalogue);
    std::error_code error;
    for (const std::string& file : toml_files(directory, error)) {
        collector.add_file(file);
    }
    if (error) {
        catalogue.errors.push_back("catalogue '" + directory + "': " + error.message() +
                                   "; expected a directory of .toml files");
    }
    if (std::filesystem::equivalent(directory, own_catalogue(), error)) {
        for (const Scenario& scenario : cpp_scenarios()) {
            collector.add(scenario, "a scenario in C++");
        }
    }
    return catalogue;
}

std::string file_of_scenario(const std::string& name, const std::string& directory) {
    std::error_code ignored;
    for (const std::string& file : toml_files(directory, ignored)) {
        const auto read = read_scenario_file(file);
        const auto* scenarios = std::get_if<std::vector<ScenarioWords>>(&read);
        if (scenarios != nullptr &&
            std::any_of(scenarios->begin(), scenarios->end(),
                        [&name](const ScenarioWords& words) { return words.name == name; })) {
            return file;
        }
    }
    return "";
}

Catalogue load_file(const std::string& file) {
    Catalogue catalogue;
    Collector(catalogue).add_file(file);
    return catalogue;
}

std::vector<ScenarioWords> words_of_scenario(const std::string& name,
                                             const std::string& directory) {
    std::error_code error;
    for (const std::string& file : toml_files(directory, error)) {
        auto read = read_scenario_file(file);
        auto* words = std::get_if<std::vector<ScenarioWords>>(&read);
        if (words != nullptr && std::any_of(words->begin(), words->end(),
                                            [&](const auto& each) { return each.name == name; })) {
            return std::move(*words);
        }
    }
    return {};
}

}  // namespace heddle
