// SPDX-License-Identifier: Apache-2.0
// The example in README.md is what the program prints.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "scenarios/catalogue.h"
#include "scenarios/report_text.h"
#include "tests/report_scenarios.h"
#include "tests/repository_files.h"

namespace heddle {
namespace {

TEST(Readme, ShowsWhatTheProgramPrints) {
    const Catalogue catalogue = load_catalogue(HEDDLE_CATALOGUE_DIR);
    const auto seed = std::find_if(
        catalogue.scenarios.begin(), catalogue.scenarios.end(),
        [](const Scenario& scenario) { return scenario.name == "nr-mlock-leak-pagevec/seed"; });
    ASSERT_NE(seed, catalogue.scenarios.end());
    std::ostringstream printed;
    write_text(printed, checked(*seed), {});
    std::string readme;
    for (const std::string& line : lines_of("README.md")) {
        readme += line + "\n";
    }
    EXPECT_NE(readme.find(printed.str()), std::string::npos) << printed.str();
}

}  // namespace
}  // namespace heddle
