// SPDX-License-Identifier: Apache-2.0
#include "scenarios/schema.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "scenarios/toml_table.h"
#include "tests/json_schema.h"

namespace heddle::schema_test {
namespace {

using Json = nlohmann::json;

std::string text_of_file(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

// What the schema finds wrong in a scenario file.
std::string errors_of(const std::string& text) {
    const auto parsed = parse_toml("test.toml", text);
    std::ostringstream json;
    json << toml::json_formatter(std::get<toml::table>(parsed));
    static const Json schema = Json::parse(scenario_schema());
    return schema_errors(schema, Json::parse(json.str()));
}

TEST(Schema, LetsTheWholeCatalogueThrough) {
    unsigned files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(HEDDLE_CATALOGUE_DIR)) {
        if (entry.path().extension() == ".toml") {
            EXPECT_EQ(errors_of(text_of_file(entry.path())), "") << entry.path();
            ++files;
        }
    }
    EXPECT_GT(files, 50U);
}

TEST(Schema, FindsMistakes) {
    const std::string good = R"(story = "a page is munlocked"
[machine]
cpus = 2
[[page]]
name = "P"
flags = ["mlocked"]
where = "unevictable"
[[task]]
name = "munlock"
steps = ["__munlock_pagevec P"]
)";
    EXPECT_EQ(errors_of(good), "");
    const std::pair<const char*, const char*> mistakes[] = {
        {"cpus = ", "cpu = "},                  // an unknown key
        {"cpus = ", "cpus = 9 #"},              // a number out of range
        {"where = ", "#"},                      // a missing key
        {"flags = [", "flags = [\"mloked\","},  // an unknown word
        {"steps = [", "steps = [\"munlok P\","},
        {"story = ", "story = 1 #"}};
    for (const auto& [word, replacement] : mistakes) {
        std::string text = good;
        const std::size_t at = text.find(word);
        ASSERT_NE(at, std::string::npos) << word;
        text.replace(at, std::string(word).size(), replacement);
        EXPECT_NE(errors_of(text), "") << replacement;
    }
}

// One of the rows names the key, and has an example with it and, of a number, its limits.
void expect_described(const Key& key, const std::string& rows) {
    const std::string name = key.name;
    std::istringstream lines(rows);
    for (std::string line; std::getline(lines, line);) {
        const bool names = line.find("`" + name + "`") != std::string::npos;
        if (!names || line.find("`" + name + " = ") == std::string::npos) {
            continue;
        }
        const std::string range = std::to_string(key.low) + " to " + std::to_string(key.high);
        if (key.kind != KeyKind::number || line.find(range) != std::string::npos) {
            return;
        }
    }
    ADD_FAILURE() << "no example of " << name << ", or not its limits, in\n" << rows;
}

// The reference names each key in the row of its table.
TEST(Schema, HasTheKeysOfTheReference) {
    const std::string reference = text_of_file(std::string(HEDDLE_CATALOGUE_DIR) + "/README.md");
    for (const Key& table : variant_keys()) {
        EXPECT_TRUE(reference.find(table.name) != std::string::npos) << table.name;
        if (table.keys == nullptr) {
            continue;
        }
        const bool many = table.kind == KeyKind::tables;
        const std::string row =
            "\n| `" + std::string(many ? "[[" : "[") + table.name + (many ? "]]" : "]") + "` |";
        const std::size_t begin = reference.find(row);
        ASSERT_NE(begin, std::string::npos) << row;
        const std::size_t end = reference.find("\n| `[", begin + 1);
        const std::string rows = reference.substr(begin, end - begin);
        for (const Key& key : *table.keys) {
            EXPECT_NE(rows.find("`" + std::string(key.name) + "`"), std::string::npos)
                << row << " has no " << key.name;
            expect_described(key, rows);
        }
    }
}

}  // namespace
}  // namespace heddle::schema_test
