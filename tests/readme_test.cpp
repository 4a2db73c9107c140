// SPDX-License-Identifier: Apache-2.0
// The example in README.md is what the program prints.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/command_line.h"
#include "tests/repository_files.h"

namespace heddle::readme_test {
namespace {

using ReadmeOfTheProject = CommandLine;

TEST_F(ReadmeOfTheProject, ShowsWhatTheProgramPrints) {
    const Ran ran =
        this->run("check nr-mlock-leak-pagevec/seed --catalogue '" HEDDLE_CATALOGUE_DIR "'");
    const std::string printed = ran.out.substr(0, ran.out.find("\nscenario "));
    ASSERT_EQ(ran.code, 0) << ran.err;
    std::string readme;
    for (const std::string& line : lines_of("README.md")) {
        readme += line + "\n";
    }
    EXPECT_NE(readme.find(printed), std::string::npos) << printed;
}

// All lines between ```cpp and ```.
std::vector<std::string> code_in(const std::string& file) {
    std::vector<std::string> code;
    bool inside = false;
    for (const std::string& line : lines_of(file)) {
        if (line.starts_with("```")) {
            inside = line == "```cpp";
        } else if (inside) {
            code.push_back(line);
        }
    }
    return code;
}

TEST(Readme, OfTheScenariosShowsOneInCpp) {
    const std::vector<std::string> shown = code_in("scenarios/README.md");
    std::vector<std::string> file = lines_of("scenarios/engine/mutex_inc.cpp");
    // What surrounds the example, up to the scenario itself.
    const auto begin = std::find(file.begin(), file.end(), "struct World {");
    const auto last = std::find(file.begin(), file.end(), "}  // namespace heddle");
    std::vector<std::string> example(begin, last);
    std::erase(example, "}  // namespace");
    std::erase(example, "");
    std::vector<std::string> lines = shown;
    std::erase(lines, "");
    EXPECT_EQ(lines, example);
}

}  // namespace
}  // namespace heddle::readme_test
