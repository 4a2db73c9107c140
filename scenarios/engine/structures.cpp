// SPDX-License-Identifier: Apache-2.0
#include "scenarios/engine/structures.h"

#include <array>

namespace heddle {

namespace {

constexpr std::array algorithms = {
    engine::peterson::scenarios,
    engine::dekker::scenarios,
    engine::bakery::scenarios,
    engine::ticket_lock::scenarios,
    engine::mcs_lock::scenarios,
    engine::test_and_set_lock::scenarios,
    engine::queued_lock::scenarios,
    engine::rwlock::scenarios,
    engine::seqlock::scenarios,
    engine::treiber_stack::scenarios,
    engine::michael_scott_queue::scenarios,
    engine::mpmc_queue::scenarios,
    engine::chase_lev_deque::scenarios,
    engine::work_stealing::scenarios,
    engine::rcu_publication::scenarios,
};

std::vector<Scenario> scenarios_of_all() {
    std::vector<Scenario> all;
    for (const auto algorithm : algorithms) {
        const std::vector<Scenario> scenarios = algorithm();
        all.insert(all.end(), scenarios.begin(), scenarios.end());
    }
    return all;
}

}  // namespace

std::span<const Scenario> structures() {
    static const std::vector<Scenario> all = scenarios_of_all();
    return all;
}

}  // namespace heddle
