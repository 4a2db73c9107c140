// SPDX-License-Identifier: Apache-2.0
// Every search, with every reduction on and off, against brute force: on each program of the
// catalogue that brute force can finish. HEDDLE_AGREEMENT=all takes the larger programs, too, and
// all sets of reductions.
#include "tests/agreement.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "checker/exhaustive.h"
#include "scenarios/catalogue.h"

namespace heddle::agreement_test {
namespace {

// What is tried: on programs of how many states, with how many transitions of brute force, and
// which sets of reductions.
struct Effort {
    std::uint64_t states_max = 1'000;
    std::uint64_t transitions_max = 60'000;
    std::vector<unsigned> subsets = {0, 1, 2, 4, 8, 16, 32, reduction_subsets - 1};
};

Effort chosen_effort() {
    Effort effort;
    if (std::getenv("HEDDLE_AGREEMENT") != nullptr) {
        effort = {.states_max = 100'000, .transitions_max = 2'000'000, .subsets = {}};
        for (unsigned subset = 0; subset < reduction_subsets; ++subset) {
            effort.subsets.push_back(subset);
        }
    }
    return effort;
}

// Brute force knows nothing of the order of locks.
Scenario without_lock_rules(Scenario scenario) {
    scenario.build = [build = scenario.build](heddle::Setup& setup) {
        build(setup);
        setup.switch_off(lock_order_rule);
        setup.switch_off(lock_irq_rule);
    };
    return scenario;
}

bool is_small(const Scenario& scenario, const Effort& effort) {
    Execution execution(scenario);
    Budget budget({.states = effort.states_max});
    Summary summary;
    Exhaustive().run(execution, budget, summary);
    return summary.verdict.kind != Verdict::Kind::unknown;
}

// A row of the table, and what is wrong; no row if brute force does not end.
struct Row {
    std::string text;
    std::string disagreement;
    std::uint64_t runs = 0;
};

// A scenario at each of its sizes up to the usual one.
std::vector<Scenario> sizes_of(const Scenario& scenario) {
    if (scenario.parameters.size() != 1) {
        return {scenario};
    }
    const Parameter& size = scenario.parameters.front();
    std::vector<Scenario> sizes;
    for (unsigned value = size.min; value <= size.value; ++value) {
        sizes.push_back(with_parameter(scenario, size.name, value));
    }
    return sizes;
}

std::vector<Scenario> programs() {
    std::vector<Scenario> programs;
    for (const Scenario& scenario : load_catalogue(HEDDLE_CATALOGUE_DIR).scenarios) {
        const std::vector<Scenario> sizes = sizes_of(without_lock_rules(scenario));
        programs.insert(programs.end(), sizes.begin(), sizes.end());
    }
    return programs;
}

std::string name_of(const Scenario& program) {
    const std::string parameters = parameters_text(program);
    return program.name + (parameters.empty() ? "" : " ") + parameters;
}

Row compare(const Scenario& scenario, const Effort& effort) {
    Row row;
    Trials trials(scenario);
    const BruteForce& brute = trials.ask_brute_force(effort.transitions_max);
    if (!brute.complete) {
        return row;
    }
    row.runs = brute.runs;
    row.text = name_of(scenario) + ": " + std::to_string(brute.runs) + " runs, states";
    for (const SearchKind& search : searches()) {
        for (const unsigned subset : effort.subsets) {
            SearchOptions how;
            how.reductions = reductions_of(subset);
            how.runs = 20;  // of those that sample
            const Trials::Answer answer = trials.ask(search.name, how);
            if (!answer.disagreement.empty()) {
                row.disagreement += std::string(search.name) + " with reductions " +
                                    text_of(how.reductions) + " " + answer.disagreement + "\n";
            }
            if (std::string(search.name) != "exhaustive") {
                break;
            }
            row.text += " " + std::to_string(answer.summary.states);
        }
    }
    return row;
}

#ifdef HEDDLE_REPLAY_REWIND
constexpr bool too_slow = true;  // every step of brute force would be a run
#else
constexpr bool too_slow = false;
#endif

TEST(Agreement, OfEverySearchAndReductionWithBruteForceOverTheCatalogue) {
    if (too_slow) {
        GTEST_SKIP() << "brute force by replay takes too long";
    }
    const Effort effort = chosen_effort();
    std::printf("columns: exhaustive with reductions");
    for (const unsigned subset : effort.subsets) {
        std::printf(" %s", text_of(reductions_of(subset)).c_str());
    }
    std::printf("\n");
    std::size_t with_one_run = 0;
    std::size_t with_several = 0;
    for (const Scenario& program : programs()) {
        // With claims verdicts are compared, without them all final states of those that fail.
        if (!is_small(without_claims(program), effort)) {
            continue;
        }
        const Row silent = compare(without_claims(program), effort);
        if (silent.text.empty()) {
            continue;
        }
        EXPECT_EQ(silent.disagreement + compare(program, effort).disagreement, "")
            << name_of(program);
        std::printf("%s\n", silent.text.c_str());
        ++(silent.runs > 1 ? with_several : with_one_run);
    }
    std::printf("%zu programs of several runs, %zu of one\n", with_several, with_one_run);
    EXPECT_GE(with_several, 60U);
}

}  // namespace
}  // namespace heddle::agreement_test
