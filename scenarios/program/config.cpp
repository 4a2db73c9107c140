// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/config.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "scenarios/nearest.h"
#include "scenarios/quantity.h"
#include "scenarios/toml_table.h"

namespace heddle {

namespace {

bool is_config_flag(const CLI::Option& option) { return option.get_expected_min() == 0; }
bool is_config_list(const CLI::Option& option) { return option.get_expected_max() > 1; }

// Those that a file may set.
std::vector<CLI::Option*> options_of(CLI::App& command) {
    return command.get_options([](const CLI::Option* option) {
        return option->get_configurable() && !option->get_lnames().empty();
    });
}

std::vector<std::string> names_of(const std::vector<CLI::Option*>& options) {
    std::vector<std::string> names;
    names.reserve(options.size());
    for (const CLI::Option* option : options) {
        names.push_back(option->get_lnames().front());
    }
    return names;
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        names.push_back(command->get_name());
    }
    return names;
}

// Null if there is none of that name.
CLI::App* find_command(CLI::App& app, const std::string& name) {
    for (CLI::App* command : app.get_subcommands(nullptr)) {
        if (command->get_name() == name) {
            return command;
        }
    }
    return nullptr;
}

Place place_of_key(const toml::key& key) {
    const toml::source_position& at = key.source().begin;
    return {at.line, at.column};
}

std::string unknown(const std::string& what, const std::string& word,
                    const std::vector<std::string>& names) {
    const std::string near = nearest(word, names);
    return fmt::format("there is no {} '{}'; {}", what, word,
                       near.empty() ? fmt::format("expected one of {}", fmt::join(names, ", "))
                                    : "did you mean '" + near + "'?");
}

// The value as it would be written on a command line.
std::optional<std::string> scalar_text(const toml::node& node) {
    if (const auto* text = node.as_string()) {
        return text->get();
    }
    if (const auto* number = node.as_integer()) {
        return fmt::format("{}", number->get());
    }
    if (const auto* number = node.as_floating_point()) {
        return fmt::format("{}", number->get());
    }
    return std::nullopt;
}

// None if the value is not of the option's type.
std::optional<std::vector<std::string>> texts_of(const toml::node& node,
                                                 const CLI::Option& option) {
    if (is_config_flag(option)) {
        const auto* value = node.as_boolean();
        return value == nullptr
                   ? std::nullopt
                   : std::optional(std::vector<std::string>{value->get() ? "true" : "false"});
    }
    const toml::array* list = node.as_array();
    if (list == nullptr || !is_config_list(option)) {
        const std::optional<std::string> text = scalar_text(node);
        return text ? std::optional(std::vector<std::string>{*text}) : std::nullopt;
    }
    std::vector<std::string> texts;
    for (const toml::node& each : *list) {
        const std::optional<std::string> text = scalar_text(each);
        if (!text) {
            return std::nullopt;
        }
        texts.push_back(*text);
    }
    return texts;
}

const char* type_of(const CLI::Option& option) {
    if (is_config_flag(option)) {
        return "true or false";
    }
    return is_config_list(option) ? "a string, or an array of strings" : "a string or a number";
}

// The option takes the value as its own, and has still not been given. Empty, or what is wrong.
std::string make_default(CLI::Option& option, const std::vector<std::string>& texts) {
    try {
        option.add_result(texts);
        option.run_callback();
    } catch (const CLI::ParseError& error) {
        return error.what();
    }
    option.clear();
    return "";
}

bool is_on_command_line(const CLI::App& command, const CLI::Option* option) {
    const auto& order = command.parse_order();
    return std::find(order.begin(), order.end(), option) != order.end();
}

template <typename T>
std::string toml_line(const std::string& key, T&& value) {
    std::ostringstream text;
    text << toml::table{{key, std::forward<T>(value)}};
    return text.str();
}

std::string toml_line_of(const CLI::Option& option, const std::vector<std::string>& texts) {
    const std::string& key = option.get_lnames().front();
    if (is_config_flag(option)) {
        return toml_line(key, texts.back() == "true");
    }
    if (is_config_list(option)) {
        toml::array list;
        for (const std::string& text : texts) {
            list.push_back(text);
        }
        return toml_line(key, list);
    }
    const auto count = parse_count(texts.back());
    const bool is_number = count && *count < INT64_MAX && std::to_string(*count) == texts.back();
    return is_number ? toml_line(key, static_cast<std::int64_t>(*count))
                     : toml_line(key, texts.back());
}

// What the option was given, on the command line or in the environment.
std::vector<std::string> texts_given(const CLI::Option& option) {
    if (is_config_flag(option)) {
        return {option.as<bool>() ? "true" : "false"};
    }
    return option.results();
}

std::vector<std::string> texts_by_default(const CLI::Option& option) {
    if (is_config_flag(option)) {
        return {"false"};
    }
    const std::string text = option.get_default_str();
    return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text};
}

}  // namespace

std::string Config::apply(const std::string& file, CLI::App& app) {
    std::ifstream stream(file);
    const std::string text = {std::istreambuf_iterator<char>(stream), {}};
    if (!stream) {
        return fmt::format("cannot read '{}': {}", file, std::strerror(errno));
    }
    const auto parsed = parse_toml(file, text);
    if (const auto* error = std::get_if<FileError>(&parsed)) {
        return text_of(*error);
    }
    file_ = file;
    FileErrors errors(file);
    for (const auto& [section, node] : std::get<toml::table>(parsed)) {
        CLI::App* command = find_command(app, std::string(section.str()));
        if (command == nullptr) {
            errors.add(place_of_key(section),
                       unknown("command", std::string(section.str()), names_of_commands(app)));
        } else if (const toml::table* table = node.as_table()) {
            apply(*table, *command, errors);
        } else {
            errors.add(place_of(node), fmt::format("expected a table [{}]", section.str()));
        }
    }
    return errors.first() ? text_of(*errors.first()) : "";
}

void Config::apply(const toml::table& table, CLI::App& command, FileErrors& errors) {
    const std::vector<std::string> names = names_of(options_of(command));
    for (const auto& [key, value] : table) {
        const std::string name(key.str());
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            errors.add(place_of_key(key), unknown("option of " + command.get_name(), name, names));
            continue;
        }
        CLI::Option& option = *command.get_option("--" + name);
        const auto texts = texts_of(value, option);
        if (!texts) {
            errors.add(place_of(value), fmt::format("{}: expected {}", name, type_of(option)));
            continue;
        }
        if (const std::string message = make_default(option, *texts); !message.empty()) {
            errors.add(place_of(value), message);
        }
        const Place place = place_of_key(key);
        settings_[&option] = {*texts, fmt::format("{}:{}:{}", file_, place.line, place.column)};
    }
}

void Config::print(std::ostream& out, const CLI::App& command) const {
    out << "[" << command.get_name() << "]\n";
    for (const CLI::Option* option : command.get_options()) {
        if (!option->get_configurable() || option->get_lnames().empty()) {
            continue;
        }
        const auto setting = settings_.find(option);
        std::vector<std::string> texts;
        std::string origin = "default";
        if (option->count() > 0) {
            texts = texts_given(*option);
            origin = is_on_command_line(command, option) ? "command line" : option->get_envname();
        } else if (setting != settings_.end()) {
            texts = setting->second.texts;
            origin = setting->second.origin;
        } else {
            texts = texts_by_default(*option);
        }
        out << (texts.empty() ? "# " + option->get_lnames().front() + " is not set"
                              : toml_line_of(*option, texts) + "  # " + origin)
            << '\n';
    }
}

}  // namespace heddle
