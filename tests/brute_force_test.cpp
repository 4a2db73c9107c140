// SPDX-License-Identifier: Apache-2.0
// Exhaustive search against brute force.
#include "tests/brute_force.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "checker/exhaustive.h"
#include "model/invariants.h"
#include "scenarios/cpp_scenarios.h"
#include "scenarios/make_scenario.h"
#include "tests/agreement.h"
#include "tests/small_scenarios.h"

namespace heddle::brute_force_test {
namespace {

constexpr unsigned no_bound = ~0U;

struct Finals {
    std::set<Fingerprint> worlds;
    std::set<std::string> violations;
};

Finals exhaustive_finals(const Scenario& scenario) {
    Finals finals;
    Execution execution(scenario);
    Budget budget({});
    Summary summary;
    Exhaustive([&finals](const Execution& end) {
        finals.worlds.insert(end.world_fingerprint());
    }).run(execution, budget, summary);
    if (summary.verdict.violation) {
        finals.violations.insert(summary.verdict.violation->claim);
    }
    return finals;
}

TEST(BruteForce, CountsTheInterleavings) {
    EXPECT_EQ(brute_force(independent_steps(2, 3), no_bound, 1'000).runs, 20U);  // 6! / (3! 3!)
    EXPECT_EQ(brute_force(independent_steps(3, 2), no_bound, 1'000).runs, 90U);  // 6! / (2! 2! 2!)
    EXPECT_EQ(brute_force(independent_steps(2, 3), 0, 1'000).runs, 2U);  // one after the other
    EXPECT_FALSE(brute_force(independent_steps(4, 4), no_bound, 1'000).complete);
}

TEST(BruteForce, AgreesOnSmallPrograms) {
    for (const Scenario& scenario :
         {independent_steps(2, 3), independent_steps(3, 2), lost_update(), crossed_locks()}) {
        const Scenario silent = without_claims(scenario);
        const BruteForce brute = brute_force(silent, no_bound, 100'000);
        EXPECT_TRUE(brute.complete);
        const Finals finals = exhaustive_finals(silent);
        EXPECT_EQ(brute.violations, finals.violations);
        if (finals.violations.empty()) {
            EXPECT_EQ(brute.finals, finals.worlds);
        }
    }
}

// Of those called large, runs with enough preemptions are too many; of those called long, with runs
// of a few hundred steps, those with two preemptions alone.
bool has_too_many_runs(const ScenarioWords& words) {
    return words.tasks.size() > 3 ||
           std::any_of(words.labels.begin(), words.labels.end(), [](const std::string& label) {
               return label == "large" || label == "long";
           });
}

// With more and more preemptions allowed brute force reaches more and more final states, each of
// which exhaustive search must have reached too, until both sets are the same; and on, as long as
// the runs are few enough to walk, up to all interleavings.
void expect_same_final_states(const Scenario& scenario) {
    constexpr std::uint64_t transitions_max = 1'000'000;
    constexpr std::uint64_t transitions_beyond = 50'000;  // once both are the same
    const Finals finals = exhaustive_finals(scenario);
    bool same = false;
    std::uint64_t runs = 0;
    for (unsigned bound = 0;; ++bound) {
        const BruteForce brute =
            brute_force(scenario, bound, same ? transitions_beyond : transitions_max);
        // A run with more preemptions, cut at its last one, is a run with one preemption less: if
        // one more allows no new run, there are none left.
        const bool whole = brute.complete && brute.runs == runs;
        if (!brute.complete || whole) {
            std::printf("%s: %zu final states, all of up to %u preemptions: %llu runs%s\n",
                        scenario.name.c_str(), finals.worlds.size(), bound - 1,
                        static_cast<unsigned long long>(runs), whole ? ", which are all" : "");
            break;
        }
        runs = brute.runs;
        for (const Fingerprint world : brute.finals) {
            ASSERT_TRUE(finals.worlds.contains(world) || !finals.violations.empty())
                << "with " << bound << " preemptions";
        }
        // A run that breaks an assertion ends there, and exhaustive search with the first it meets.
        const bool breaks = std::includes(brute.violations.begin(), brute.violations.end(),
                                          finals.violations.begin(), finals.violations.end());
        same = same || (finals.violations.empty() ? brute.finals == finals.worlds : breaks);
    }
    EXPECT_TRUE(same);
}

class BruteForceOnCatalogue : public testing::TestWithParam<std::string> {};

TEST_P(BruteForceOnCatalogue, ReachesTheSameFinalStates) {
    auto read = read_scenario_file(std::filesystem::path(HEDDLE_SOURCE_DIR) / GetParam());
    for (const ScenarioWords& words : std::get<std::vector<ScenarioWords>>(read)) {
        if (!has_too_many_runs(words)) {
            SCOPED_TRACE(words.name);
            expect_same_final_states(without_claims(std::get<Scenario>(make_scenario(words))));
        }
    }
}

// Those of the engine are programs in C++, and small ones but for those that grow with a parameter.
TEST(BruteForce, ReachesTheSameFinalStatesOfTheEnginesScenarios) {
#ifdef HEDDLE_REPLAY_REWIND
    GTEST_SKIP() << "replaying every step is too slow";
#endif
    for (Scenario scenario : cpp_scenarios()) {
        for (const Parameter& parameter : std::vector<Parameter>(scenario.parameters)) {
            const unsigned value = std::clamp(2U, parameter.min, parameter.value);
            scenario = with_parameter(std::move(scenario), parameter.name, value);
        }
        SCOPED_TRACE(scenario.name);
        expect_same_final_states(without_claims(scenario));
    }
}

// Replaying every step is too slow for it, and what it compares does not depend on how one goes
// back.
#ifdef HEDDLE_REPLAY_REWIND
constexpr bool too_slow = true;
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(BruteForceOnCatalogue);
#else
constexpr bool too_slow = false;
#endif

// Not those that git knows: asking it takes longer than most tests, each of which does this first.
std::vector<std::string> scenario_files() {
    std::vector<std::string> files;
    const std::filesystem::path root = HEDDLE_SOURCE_DIR;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "scenarios")) {
        if (!too_slow && entry.path().extension() == ".toml") {
            files.push_back(entry.path().lexically_relative(root).string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

// "scenarios/thp/clean-1.toml" becomes "thp_clean_1".
std::string name_of_file(const testing::TestParamInfo<std::string>& instance) {
    constexpr std::size_t folder = std::string_view("scenarios/").size();
    constexpr std::size_t ending = std::string_view(".toml").size();
    std::string name = instance.param.substr(folder, instance.param.size() - folder - ending);
    std::replace_if(
        name.begin(), name.end(), [](char letter) { return letter == '-' || letter == '/'; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, BruteForceOnCatalogue, testing::ValuesIn(scenario_files()),
                         name_of_file);

}  // namespace
}  // namespace heddle::brute_force_test
