// SPDX-License-Identifier: Apache-2.0
// How many lru_locks a machine has, and in which order a lock lets its waiters in.
#pragma once

#include <string>

#include "bench/analysis/event_simulation.h"
#include "bench/analysis/measurements.h"

namespace heddle::bench {

struct MachineShape {
    unsigned nodes = 1;
    unsigned zones = 2;             // of each node
    unsigned mem_cgroups = 0;       // 0: one for each core
    unsigned page_hash_locks = 64;  // of each node
};

// What the measured machine was, as the context of the file says (`nodes`, `zones`, `mem_cgroups`,
// `page_hash_locks`); the defaults above where it says nothing. Throws InputError for what is no
// number.
MachineShape measured_shape(const Measurements& measurements);

// How many locks the layout (`node`, `zone`, `lruvec`, `page-hash`) has on that machine with so
// many cores; one for a benchmark without a layout. Throws InputError for a name that is none.
unsigned nr_lru_locks(const std::string& layout, const MachineShape& shape, unsigned cores);

// Whether a core takes the same lock each time: pages of its own lie in one zone and one memory
// cgroup, those of a shared file in all; and the number of a page is as good as chance.
bool has_own_lock(const std::string& layout, const std::string& workload);

// FIFO for `ticket` and the kernel's `queued`; random for all that do not queue.
LockPolicy policy_of(const std::string& lock);

}  // namespace heddle::bench
