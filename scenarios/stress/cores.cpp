// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/cores.h"

#include <sched.h>

#include <vector>

namespace heddle {

namespace {

// Those of the process when it started.
const cpu_set_t& allowed() {
    static const cpu_set_t set = [] {
        cpu_set_t of_process;
        CPU_ZERO(&of_process);
        if (sched_getaffinity(0, sizeof(of_process), &of_process) != 0) {
            CPU_SET(0, &of_process);
        }
        return of_process;
    }();
    return set;
}

}  // namespace

unsigned cores_allowed() { return static_cast<unsigned>(CPU_COUNT(&allowed())); }

void pin_to_core(unsigned i) {
    unsigned skipped = i % cores_allowed();
    for (unsigned core = 0; core < CPU_SETSIZE; ++core) {
        if (!CPU_ISSET(core, &allowed()) || skipped-- != 0) {
            continue;
        }
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(core, &one);
        sched_setaffinity(0, sizeof(one), &one);
        return;
    }
}

void unpin() { sched_setaffinity(0, sizeof(allowed()), &allowed()); }

}  // namespace heddle
