// SPDX-License-Identifier: Apache-2.0
// model/uncovered.toml explains what cmake/coverage.sh finds: its places are in the model.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/toml_table.h"
#include "tests/repository_files.h"

namespace heddle::uncovered_test {
namespace {

// A star in a pattern stands for any letters.
bool fits(const std::string& name, const std::string& pattern) {
    const std::size_t star = pattern.find('*');
    return star == std::string::npos ? name == pattern
                                     : name.starts_with(pattern.substr(0, star)) &&
                                           name.ends_with(pattern.substr(star + 1));
}

bool is_in_the_model(const std::string& pattern, const std::string& text) {
    for (const auto& file :
         std::filesystem::directory_iterator(std::filesystem::path(HEDDLE_SOURCE_DIR) / "model")) {
        const std::string name = file.path().filename();
        if (!fits(name, pattern)) {
            continue;
        }
        const std::vector<std::string> lines = lines_of("model/" + name);
        if (std::any_of(lines.begin(), lines.end(), [&text](const std::string& line) {
                return line.find(text) != std::string::npos;
            })) {
            return true;
        }
    }
    return false;
}

TEST(Uncovered, NamesPlacesOfTheModelAndSaysWhy) {
    const std::filesystem::path file =
        std::filesystem::path(HEDDLE_SOURCE_DIR) / "model" / "uncovered.toml";
    const toml::table read = toml::parse_file(file.string());
    std::size_t places = 0;
    for (const toml::node& group : *read["group"].as_array()) {
        EXPECT_GT((*group.as_table())["why"].value_or(std::string()).size(), 40U);
        for (const toml::node& place : *(*group.as_table())["places"].as_array()) {
            const std::string said = place.value_or(std::string());
            const std::size_t colon = said.find(": ");
            ASSERT_NE(colon, std::string::npos) << said;
            EXPECT_TRUE(is_in_the_model(said.substr(0, colon), said.substr(colon + 2))) << said;
            ++places;
        }
    }
    EXPECT_GT(places, 50U);
}

}  // namespace
}  // namespace heddle::uncovered_test
