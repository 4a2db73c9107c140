// SPDX-License-Identifier: Apache-2.0
#include "scenarios/toml_text.h"

#include <sstream>

#include "scenarios/file_keys.h"

namespace heddle {

namespace {

void write_value(std::ostream& text, const toml::node& node) {
    if (const auto* word = node.as_string()) {
        // With quotes and escapes, on one line: columns of messages count on it.
        text << toml::toml_formatter(*word, toml::toml_formatter::default_flags &
                                                ~(toml::format_flags::allow_literal_strings |
                                                  toml::format_flags::allow_multi_line_strings));
    } else if (const auto* array = node.as_array()) {
        text << '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            text << (i == 0 ? "" : ", ");
            write_value(text, (*array)[i]);
        }
        text << ']';
    } else if (const auto* number = node.as_integer()) {
        text << number->get();
    } else if (const auto* boolean = node.as_boolean()) {
        text << (boolean->get() ? "true" : "false");
    }
}

void write_values(std::ostream& text, const toml::table& table, const Keys& keys) {
    for (const Key& key : keys) {
        const toml::node* node = table.get(key.name);
        if (node != nullptr && key.keys == nullptr) {
            text << key.name << " = ";
            write_value(text, *node);
            text << '\n';
        }
    }
}

}  // namespace

std::string toml_text(const toml::table& document) {
    std::ostringstream text;
    write_values(text, document, {key_named(file_keys(), "name")});
    write_values(text, document, variant_keys());
    for (const Key& key : variant_keys()) {
        const toml::node* node = document.get(key.name);
        if (node == nullptr || key.keys == nullptr) {
            continue;
        }
        if (const toml::table* table = node->as_table()) {
            text << "\n[" << key.name << "]\n";
            write_values(text, *table, *key.keys);
        } else if (const toml::array* array = node->as_array()) {
            for (const toml::node& element : *array) {
                text << "\n[[" << key.name << "]]\n";
                write_values(text, *element.as_table(), *key.keys);
            }
        }
    }
    return text.str();
}

toml::table merged_document(const toml::table& file, const std::string& variant) {
    toml::table document = file;
    document.erase("variant");
    const auto own = toml::at_path(file, "variant." + variant);
    if (variant.empty() || !own.is_table()) {
        return document;
    }
    for (const auto& [key, node] : *own.as_table()) {
        toml::table* below = document.get_as<toml::table>(key.str());
        if (key.str() == "machine" && below != nullptr && node.is_table()) {
            for (const auto& [inner, value] : *node.as_table()) {
                below->insert_or_assign(inner.str(), value);
            }
        } else {
            document.insert_or_assign(key.str(), node);
        }
    }
    return document;
}

}  // namespace heddle
