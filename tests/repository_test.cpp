// SPDX-License-Identifier: Apache-2.0
// The rules for files that hold whatever is in them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/repository_files.h"

namespace heddle::repository_test {
namespace {

#ifdef NDEBUG
#error "asserts stay on in every build type"
#endif

bool may_stand_at_the_top(std::string_view path) {
    static const std::set<std::string_view> folders = {"bench", "checker",   "cmake",
                                                       "model", "scenarios", "tests"};
    static const std::set<std::string_view> files = {"CMakeLists.txt", "CMakePresets.json",
                                                     "README.md"};
    const std::string_view top = path.substr(0, path.find('/'));
    const bool is_folder = top.size() < path.size();
    return top.starts_with('.') || (is_folder ? folders : files).contains(top);
}

bool is_source(std::string_view path) {
    static const std::vector<std::string_view> endings = {
        ".h",  ".cpp", ".c",   ".cmake", ".sh",           ".toml",
        ".py", ".js",  ".css", ".pml",   "CMakeLists.txt"};
    return std::any_of(endings.begin(), endings.end(),
                       [path](std::string_view ending) { return path.ends_with(ending); });
}

// The licence stands in the first line, or in the second after `#!`.
bool names_the_licence(const std::vector<std::string>& lines) {
    const std::size_t first = !lines.empty() && lines[0].starts_with("#!") ? 1 : 0;
    return lines.size() > first &&
           lines[first].find("SPDX-License-Identifier: Apache-2.0") != std::string::npos;
}

TEST(Repository, HasNothingElseAtTheTop) {
    for (const std::string& path : repository_files()) {
        EXPECT_TRUE(may_stand_at_the_top(path)) << path;
    }
    EXPECT_TRUE(may_stand_at_the_top(".ci/run"));
    EXPECT_FALSE(may_stand_at_the_top("LICENSE"));
    EXPECT_FALSE(may_stand_at_the_top("docs/index.md"));
}

TEST(Repository, NamesTheLicenceInEverySource) {
    for (const std::string& path : repository_files()) {
        EXPECT_TRUE(!is_source(path) || names_the_licence(lines_of(path))) << path;
    }
    EXPECT_TRUE(names_the_licence({"#!/bin/sh", "# SPDX-License-Identifier: Apache-2.0"}));
    EXPECT_FALSE(names_the_licence({"#pragma once", "// SPDX-License-Identifier: Apache-2.0"}));
    EXPECT_FALSE(names_the_licence({}));
}

TEST(Repository, HasNoSourceOver400Lines) {
    for (const std::string& path : repository_files()) {
        EXPECT_TRUE(!is_source(path) || lines_of(path).size() <= 400) << path;
    }
}

TEST(Repository, IsSeenByTheseTests) {
    const std::vector<std::string> files = repository_files();
    const auto has = [&files](std::string_view path) {
        return std::find(files.begin(), files.end(), path) != files.end();
    };
    EXPECT_TRUE(has("CMakeLists.txt"));
    EXPECT_TRUE(has("tests/repository_test.cpp"));
    EXPECT_TRUE(std::none_of(files.begin(), files.end(), [](const std::string& path) {
        return path.starts_with("build/") || path.starts_with(".git/");
    }));
}

// The name of a type that the line begins to define outside any other; empty for any other line.
std::string type_defined_by(const std::string& line) {
    static const std::regex definition(
        R"(^(?:struct|class|enum class) ([A-Z]\w+)\b(?!::)[^;]*\{.*)");
    std::smatch match;
    return std::regex_match(line, match, definition) ? match[1].str() : "";
}

// Two types of one name in one program are undefined behaviour that no linker reports.
TEST(Repository, HasOneTypeOfAName) {
    std::map<std::string, std::string> files;
    for (const std::string& path : repository_files()) {
        const bool is_of_a_library = path.starts_with("checker/") || path.starts_with("scenarios/");
        if (!is_of_a_library || !path.ends_with(".h") || path == "checker/fiber_annotations.h") {
            continue;
        }
        for (const std::string& line : lines_of(path)) {
            const std::string type = type_defined_by(line);
            const auto [found, is_new] = files.try_emplace(type, path);
            EXPECT_TRUE(type.empty() || is_new) << type << ": " << path << ", " << found->second;
        }
    }
    EXPECT_GT(files.size(), 100U);
    EXPECT_EQ(type_defined_by("struct StateGraph {"), "StateGraph");
    EXPECT_EQ(type_defined_by("class Check final : public Command {"), "Check");
    EXPECT_EQ(type_defined_by("class Symmetry;"), "");
    EXPECT_EQ(type_defined_by("    struct Edge {"), "");
}

}  // namespace
}  // namespace heddle::repository_test
