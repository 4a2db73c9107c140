// SPDX-License-Identifier: Apache-2.0
// How many lru_locks a machine has, and in which order a lock lets its waiters in.
#pragma once

#include <string>

#include "bench/analysis/event_simulation.h"
#include "bench/analysis/measurements.h"

namespace heddle::bench {

struct MachineShape {
    unsigned nodes = 1;
    unsigned zones = 2;  // of each node
    unsigned mem_cgroups = 2;
    unsigned page_hash_locks = 16;  // of each node
};

// What the measured machine was, as the context of the file says (`nodes`, `zones`, `mem_cgroups`,
// `page_hash_locks`); the defaults above where it says nothing. Throws InputError for what is no
// number.
MachineShape measured_shape(const Measurements& measurements);

// How many locks the layout (`node`, `zone`, `lruvec`, `page-hash`) has on that machine; one for a
// benchmark without a layout. Throws InputError for a name that is none.
unsigned nr_lru_locks(const std::string& layout, const MachineShape& shape);

// FIFO for `ticket`, `mcs` and the kernel's `queued`; random for all that do not queue.
LockPolicy policy_of(const std::string& lock);

}  // namespace heddle::bench
