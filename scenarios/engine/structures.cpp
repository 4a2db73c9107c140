// SPDX-License-Identifier: Apache-2.0
#include "scenarios/engine/structures.h"

#include <array>

namespace heddle {

namespace {

constexpr std::array algorithms = {
    peterson,
    dekker,
    bakery,
    ticket_lock,
    mcs_lock,
    test_and_set_lock,
    queued_lock,
    rwlock,
    seqlock,
    treiber_stack,
    michael_scott_queue,
    mpmc_queue,
    chase_lev_deque,
    work_stealing,
    rcu_publication,
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
