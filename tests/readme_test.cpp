// SPDX-License-Identifier: Apache-2.0
// The example in README.md is what the program prints.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/catalogue.h"
#include "scenarios/report/text.h"
#include "tests/report_scenarios.h"
#include "tests/repository_files.h"

namespace heddle::readme_test {
namespace {

TEST(Readme, ShowsWhatTheProgramPrints) {
    const Catalogue catalogue = load_catalogue(HEDDLE_CATALOGUE_DIR);
    const auto seed = std::find_if(
        catalogue.scenarios.begin(), catalogue.scenarios.end(),
        [](const Scenario& scenario) { return scenario.name == "nr-mlock-leak-pagevec/seed"; });
    ASSERT_NE(seed, catalogue.scenarios.end());
    std::ostringstream printed;
    Result result = checked(*seed);
    add_critical_step(result, {});
    write_text(printed, result, {});
    std::string readme;
    for (const std::string& line : lines_of("README.md")) {
        readme += line + "\n";
    }
    EXPECT_NE(readme.find(printed.str()), std::string::npos) << printed.str();
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
