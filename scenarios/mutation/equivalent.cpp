// SPDX-License-Identifier: Apache-2.0
#include "scenarios/mutation/equivalent.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "scenarios/nearest.h"
#include "scenarios/scenario_file.h"
#include "scenarios/selection.h"
#include "scenarios/toml_table.h"

namespace heddle {

namespace {

const Keys& equivalent_keys() {
    static const Keys keys = {
        {.name = "mutants", .kind = KeyKind::texts, .meaning = "Their names.", .required = true},
        {.name = "reason",
         .kind = KeyKind::text,
         .meaning = "Why nothing can tell them from the model.",
         .required = true},
    };
    return keys;
}

const Keys& keys_of_file() {
    static const Keys keys = {{.name = "equivalent",
                               .kind = KeyKind::tables,
                               .meaning = "Mutants with one reason.",
                               .keys = &equivalent_keys()}};
    return keys;
}

std::string unknown(const std::string& name, const std::vector<std::string>& known) {
    const std::string near = nearest(name, known);
    return "there is no mutant '" + name + "'" +
           (near.empty() ? "" : "; did you mean '" + near + "'?");
}

// Those that the pattern fits.
void add_mutants(const TomlTable& table, const Word& pattern, const std::string& reason,
                 const std::vector<std::string>& known, EquivalentMutants& equivalent) {
    bool any = false;
    for (const std::string& name : known) {
        if (!matches(pattern.text, name)) {
            continue;
        }
        any = true;
        if (!equivalent.reasons.emplace(name, reason).second) {
            table.wrong(pattern.place, "'" + name + "' stands here twice");
        }
    }
    if (!any) {
        table.wrong(pattern.place, unknown(pattern.text, known));
    }
}

}  // namespace

EquivalentMutants load_equivalent(const std::string& file, const std::vector<std::string>& known) {
    EquivalentMutants equivalent;
    std::ifstream stream(file);
    if (!stream) {
        equivalent.errors.push_back(file + ": cannot be read");
        return equivalent;
    }
    const std::string text((std::istreambuf_iterator<char>(stream)), {});
    const auto parsed = parse_toml(file, text);
    if (const auto* error = std::get_if<FileError>(&parsed)) {
        equivalent.errors.push_back(text_of(*error));
        return equivalent;
    }
    FileErrors errors(file);
    const TomlTable top(errors, "the file", {&std::get<toml::table>(parsed)}, keys_of_file());
    for (const TomlTable& table : top.tables("equivalent")) {
        const std::string reason = table.required_text("reason").text;
        for (const Word& pattern : table.texts("mutants")) {
            add_mutants(table, pattern, reason, known, equivalent);
        }
    }
    if (errors.first()) {
        equivalent.errors.push_back(text_of(*errors.first()));
    }
    return equivalent;
}

}  // namespace heddle
