// SPDX-License-Identifier: Apache-2.0
// Classic algorithms on shared memory, right and wrong: what an author of such code writes to have
// it checked. A file for each; the scenarios of one algorithm are "name/correct" and
// "name/broken-how".
#pragma once

#include <span>
#include <vector>

#include "checker/scenario.h"

namespace heddle {

// Those of all files below.
std::span<const Scenario> structures();

std::vector<Scenario> bakery();
std::vector<Scenario> chase_lev_deque();
std::vector<Scenario> dekker();
std::vector<Scenario> mcs_lock();
std::vector<Scenario> michael_scott_queue();
std::vector<Scenario> mpmc_queue();
std::vector<Scenario> peterson();
std::vector<Scenario> queued_lock();
std::vector<Scenario> rcu_publication();
std::vector<Scenario> rwlock();
std::vector<Scenario> seqlock();
std::vector<Scenario> test_and_set_lock();
std::vector<Scenario> ticket_lock();
std::vector<Scenario> treiber_stack();
std::vector<Scenario> work_stealing();

}  // namespace heddle
