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

namespace engine {
namespace bakery {
std::vector<Scenario> scenarios();
}
namespace chase_lev_deque {
std::vector<Scenario> scenarios();
}
namespace dekker {
std::vector<Scenario> scenarios();
}
namespace mcs_lock {
std::vector<Scenario> scenarios();
}
namespace michael_scott_queue {
std::vector<Scenario> scenarios();
}
namespace mpmc_queue {
std::vector<Scenario> scenarios();
}
namespace peterson {
std::vector<Scenario> scenarios();
}
namespace queued_lock {
std::vector<Scenario> scenarios();
}
namespace rcu_publication {
std::vector<Scenario> scenarios();
}
namespace rwlock {
std::vector<Scenario> scenarios();
}
namespace seqlock {
std::vector<Scenario> scenarios();
}
namespace test_and_set_lock {
std::vector<Scenario> scenarios();
}
namespace ticket_lock {
std::vector<Scenario> scenarios();
}
namespace treiber_stack {
std::vector<Scenario> scenarios();
}
namespace work_stealing {
std::vector<Scenario> scenarios();
}

}  // namespace engine
}  // namespace heddle
