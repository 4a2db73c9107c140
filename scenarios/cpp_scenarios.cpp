// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cpp_scenarios.h"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include "scenarios/engine/canonical.h"
#include "scenarios/engine/litmus.h"
#include "scenarios/engine/shared_table.h"
#include "scenarios/engine/structures.h"

namespace heddle {

namespace {

// The table: a line per scenario.
constexpr Scenario (*makers[])() = {
    engine::mutex_inc::scenario, engine::readers::scenario,    engine::lastzero::scenario,
    engine::indexer::scenario,   engine::filesystem::scenario, engine::munlock_mini::seed,
    engine::munlock_mini::fixed,
};

// The name is all there is to tell the schedules of one from those of another.
std::string hash_of(const std::string& name) {
    const XXH64_hash_t hash = XXH3_64bits(name.data(), name.size());
    return fmt::format("{:08x}", hash & 0xffff'ffffU);
}

}  // namespace

std::vector<Scenario> cpp_scenarios() {
    std::vector<Scenario> scenarios;
    for (const auto make : makers) {
        scenarios.push_back(make());
    }
    for (const LitmusProgram& program : litmus_programs()) {
        scenarios.push_back(litmus_scenario(program));
    }
    for (Scenario& scenario : shared_table_scenarios()) {
        scenarios.push_back(std::move(scenario));
    }
    scenarios.insert(scenarios.end(), structures().begin(), structures().end());
    for (Scenario& scenario : scenarios) {
        scenario.hash = hash_of(scenario.name);
    }
    return scenarios;
}

}  // namespace heddle
