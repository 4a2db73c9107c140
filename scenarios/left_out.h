// SPDX-License-Identifier: Apache-2.0
// What the model leaves out, and what that could hide. The table says what model/README.md says,
// which a test compares.
#pragma once

#include <span>

namespace heddle {

// Which scenarios something that is left out could make a difference to.
enum class Topic {
    any,
    process,  // system calls, faults
    huge,     // huge pages
    ksm,
    swap,
    shm,  // SysV segments
    migration,
    compaction,
    reclaim,
    truncation,
    drain_all,  // lru_add_drain_all()
    memory_failure
};

struct LeftOut {
    const char* what;
    const char* could_hide;
    Topic topic;
};

std::span<const LeftOut> left_out();

}  // namespace heddle
