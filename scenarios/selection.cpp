// SPDX-License-Identifier: Apache-2.0
#include "scenarios/selection.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

#include "scenarios/catalogue.h"
#include "scenarios/nearest.h"

namespace heddle {

namespace {

// Whether `c` is one of the set "a-cx" or, for "!a-cx", none of it.
bool is_in_set(std::string_view set, char c) {
    const bool negated = set.starts_with('!');
    set.remove_prefix(negated ? 1 : 0);
    bool found = false;
    for (std::size_t i = 0; i < set.size(); ++i) {
        const bool is_range = i + 2 < set.size() && set[i + 1] == '-';
        found = found || (is_range ? set[i] <= c && c <= set[i + 2] : set[i] == c);
        i += is_range ? 2 : 0;
    }
    return found != negated;
}

bool matches_from(std::string_view pattern, std::string_view text) {
    while (!pattern.empty() && pattern.front() != '*') {
        const std::size_t end = pattern.front() == '[' ? pattern.find(']', 2) : pattern.npos;
        const bool is_set = end != pattern.npos;
        const bool fits = !text.empty() && (is_set ? is_in_set(pattern.substr(1, end - 1), text[0])
                                                   : pattern[0] == '?' || pattern[0] == text[0]);
        if (!fits) {
            return false;
        }
        pattern.remove_prefix(is_set ? end + 1 : 1);
        text.remove_prefix(1);
    }
    if (pattern.empty()) {
        return text.empty();
    }
    pattern.remove_prefix(std::min(pattern.find_first_not_of('*'), pattern.size()));
    for (std::size_t skipped = 0; skipped <= text.size(); ++skipped) {
        if (matches_from(pattern, text.substr(skipped))) {
            return true;
        }
    }
    return false;
}

bool is_pattern(const std::string& argument) {
    return argument.find_first_of("*?[") != std::string::npos;
}

std::string base_of(const std::string& name) { return name.substr(0, name.find('/')); }

// Empty if the scenario is the only one of its file.
std::string variant_of(const std::string& name) {
    const std::size_t slash = name.find('/');
    return slash == name.npos ? "" : name.substr(slash + 1);
}

// "my.toml" or "my.toml/fixed": a file, and which of its variants; all of them if that is empty.
struct FileArgument {
    std::string file;
    std::string variant;
};

std::optional<FileArgument> file_argument_of(const std::string& argument) {
    constexpr std::string_view ending = ".toml";
    if (argument.ends_with(ending)) {
        return FileArgument{argument, ""};
    }
    const std::size_t slash = argument.rfind('/');
    if (slash == argument.npos || !argument.substr(0, slash).ends_with(ending)) {
        return std::nullopt;
    }
    return FileArgument{argument.substr(0, slash), argument.substr(slash + 1)};
}

class Selector {
  public:
    explicit Selector(const std::string& directory) : directory_(directory) {}

    void add_all() {
        for (const Scenario& scenario : catalogue()) {
            add(scenario, scenario.name);
        }
    }

    void add_argument(const std::string& argument) {
        const std::optional<FileArgument> file = file_argument_of(argument);
        if (file && !is_pattern(argument)) {
            add_file(*file);
        } else if (is_pattern(argument)) {
            const auto fits = [&](const Scenario& scenario) {
                return matches(argument, scenario.name) ||
                       matches(argument, base_of(scenario.name));
            };
            if (!add_those(fits)) {
                selection_.unmatched.push_back("no scenario matches '" + argument + "'");
            }
        } else {
            add_name(argument);
        }
    }

    // As add_argument(), for one that is all there is: a name needs no more than the files that
    // speak of it.
    void add_only_argument(const std::string& argument) {
        if (!file_argument_of(argument) && !is_pattern(argument)) {
            Catalogue loaded = load_catalogue_about(argument, directory_);
            if (std::any_of(
                    loaded.scenarios.begin(), loaded.scenarios.end(),
                    [&](const Scenario& scenario) { return is_called(scenario, argument); })) {
                use(std::move(loaded));
            }
        }
        add_argument(argument);
    }

    Selection take() { return std::move(selection_); }

  private:
    const std::vector<Scenario>& catalogue() {
        if (!catalogue_) {
            use(load_catalogue(directory_));
        }
        return catalogue_->scenarios;
    }

    void use(Catalogue loaded) {
        catalogue_ = std::move(loaded);
        selection_.errors.insert(selection_.errors.end(), catalogue_->errors.begin(),
                                 catalogue_->errors.end());
    }

    static bool is_called(const Scenario& scenario, const std::string& name) {
        return scenario.name == name || base_of(scenario.name) == name;
    }

    void add(const Scenario& scenario, const std::string& selector) {
        const bool is_known = std::any_of(
            selection_.scenarios.begin(), selection_.scenarios.end(), [&](const Selected& other) {
                return other.selector == selector && other.scenario.name == scenario.name;
            });
        if (!is_known) {
            selection_.scenarios.push_back({scenario, selector});
        }
    }

    template <class Predicate>
    bool add_those(Predicate fits) {
        bool any = false;
        for (const Scenario& scenario : catalogue()) {
            if (fits(scenario)) {
                add(scenario, scenario.name);
                any = true;
            }
        }
        return any;
    }

    void add_file(const FileArgument& argument) {
        const std::string& file = argument.file;
        std::error_code ignored;
        if (!std::filesystem::exists(file, ignored)) {
            selection_.mistakes.push_back("'" + file + "': no such file");
            return;
        }
        if (std::filesystem::is_directory(file, ignored)) {
            selection_.mistakes.push_back("'" + file + "' is a directory; expected a .toml file");
            return;
        }
        const Catalogue loaded = load_file(file);
        selection_.errors.insert(selection_.errors.end(), loaded.errors.begin(),
                                 loaded.errors.end());
        add_variants(loaded, argument);
    }

    // The selector of a variant names it: schedules tell variants by what their tasks do, and some
    // differ only in what is checked.
    void add_variants(const Catalogue& loaded, const FileArgument& argument) {
        std::string variants;
        bool any = !loaded.errors.empty();
        for (const Scenario& scenario : loaded.scenarios) {
            const std::string variant = variant_of(scenario.name);
            if (argument.variant.empty() || argument.variant == variant) {
                add(scenario, argument.file + (variant.empty() ? "" : "/" + variant));
                any = true;
            }
            variants += (variants.empty() ? "" : ", ") + variant;
        }
        if (!any) {
            selection_.mistakes.push_back("'" + argument.file + "' has no variant '" +
                                          argument.variant + "'; expected one of: " + variants);
        }
    }

    void add_name(const std::string& name) {
        if (add_those([&](const Scenario& scenario) { return is_called(scenario, name); })) {
            return;
        }
        std::error_code ignored;
        if (std::filesystem::is_directory(name, ignored)) {
            selection_.mistakes.push_back("'" + name +
                                          "' is a directory; expected a scenario's name or a "
                                          ".toml file (a directory goes with --catalogue)");
            return;
        }
        std::vector<std::string> names;
        for (const Scenario& scenario : catalogue()) {
            names.push_back(scenario.name);
            names.push_back(base_of(scenario.name));
        }
        const std::string near = nearest(name, names);
        selection_.mistakes.push_back("there is no scenario '" + name + "'; " +
                                      (near.empty() ? "`heddle list` shows those there are"
                                                    : "did you mean '" + near + "'?"));
    }

    std::string directory_;
    std::optional<Catalogue> catalogue_ = std::nullopt;
    Selection selection_ = {};
};

}  // namespace

std::vector<std::string> files_among(const std::vector<std::string>& arguments) {
    std::vector<std::string> files;
    for (const std::string& argument : arguments) {
        if (const auto named = file_argument_of(argument)) {
            files.push_back(named->file);
        }
    }
    return files;
}

bool matches(const std::string& pattern, const std::string& text) {
    return matches_from(pattern, text);
}

Selection select(const std::vector<std::string>& arguments, const std::string& directory) {
    Selector selector(directory);
    if (arguments.empty()) {
        selector.add_all();
    }
    if (arguments.size() == 1) {
        selector.add_only_argument(arguments.front());
        return selector.take();
    }
    for (const std::string& argument : arguments) {
        selector.add_argument(argument);
    }
    return selector.take();
}

}  // namespace heddle
