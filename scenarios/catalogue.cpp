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
#include "scenarios/toml_table.h"

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

// The files below `directory` that may have a scenario of that name: they are called so, or it
// stands in them, as itself or in letters that are escaped.
std::vector<std::string> files_about(const std::string& name, const std::string& directory,
                                     std::error_code& error) {
    std::vector<std::string> files = toml_files(directory, error);
    const std::string base = name.substr(0, name.find('/'));
    std::erase_if(files, [&base](const std::string& file) {
        const auto read = read_text(file);
        const auto* text = std::get_if<std::string>(&read);
        return text != nullptr && text->find(base) == text->npos &&
               text->find('\\') == text->npos && std::filesystem::path(file).stem() != base;
    });
    return files;
}

Catalogue load(const std::vector<std::string>& files, const std::string& directory,
               std::error_code error) {
    Catalogue catalogue;
    Collector collector(catalogue);
    for (const std::string& file : files) {
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

}  // namespace

std::string own_catalogue() {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path installed = program.parent_path().parent_path() / "share/heddle/scenarios";
    return !error && fs::is_directory(installed, error) ? installed.string() : HEDDLE_CATALOGUE_DIR;
}

Catalogue load_catalogue(const std::string& directory) {
    std::error_code error;
    const std::vector<std::string> files = toml_files(directory, error);
    return load(files, directory, error);
}

Catalogue load_catalogue_about(const std::string& name, const std::string& directory) {
    std::error_code error;
    const std::vector<std::string> files = files_about(name, directory, error);
    return load(files, directory, error);
}

std::string file_of_scenario(const std::string& name, const std::string& directory) {
    const std::vector<ScenarioWords> words = words_of_scenario(name, directory);
    return words.empty() ? "" : words.front().file;
}

Catalogue load_file(const std::string& file) {
    Catalogue catalogue;
    Collector(catalogue).add_file(file);
    return catalogue;
}

std::vector<ScenarioWords> words_of_scenario(const std::string& name,
                                             const std::string& directory) {
    std::error_code error;
    for (const std::string& file : files_about(name, directory, error)) {
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
