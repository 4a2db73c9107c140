// SPDX-License-Identifier: Apache-2.0
// How good is the guess at the states to come? Prints the guess by the truth, after some shares of
// the states of the largest clean scenarios, or of those that are named.
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "checker/search.h"
#include "scenarios/catalogue.h"

namespace heddle {
namespace {

constexpr std::array shares = {0.01, 0.1, 0.25, 0.5, 0.75, 0.9};

// 0: too early to say.
double states_guessed(const Scenario& scenario, std::uint64_t states) {
    Execution execution(scenario);
    Budget budget({.states = states});
    Summary summary;
    find_search("exhaustive")->make({})->run(execution, budget, summary);
    return budget.estimate().is_useful() ? budget.estimate().states() : 0;
}

void print_row(const Scenario& scenario) {
    const auto truth = static_cast<double>(check(scenario).states);
    std::printf("| %s | %.0f |", scenario.name.c_str(), truth);
    for (const double share : shares) {
        const auto states = static_cast<std::uint64_t>(share * truth);
        std::printf(" %.2g |", states_guessed(scenario, states) / truth);
        std::fflush(stdout);
    }
    std::printf("\n");
}

void print_table(const std::vector<std::string>& names) {
    const Catalogue catalogue = load_catalogue(HEDDLE_CATALOGUE_DIR);
    std::printf("| scenario | states |");
    for (const double share : shares) {
        std::printf(" %.0f %% |", 100 * share);
    }
    std::printf("\n");
    for (const std::string& name : names) {
        for (const Scenario& scenario : catalogue.scenarios) {
            if (scenario.name == name) {
                print_row(scenario);
            }
        }
    }
}

}  // namespace
}  // namespace heddle

int main(int argc, char** argv) {
    std::vector<std::string> names(argv + 1, argv + argc);
    if (names.empty()) {
        names = {"clean-4-munlock-three-isolators", "clean-2-thp-reclaim-mlock",
                 "clean-3-two-swap-ins", "clean-3-ksm-munlock-migrate",
                 "clean-3-migrate-exit-drain"};
    }
    heddle::print_table(names);
}
