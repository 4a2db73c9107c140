// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "checker/shared_locals.h"
#include "checker/shared_logs.h"

namespace heddle {

// What several processes learn together of what single tasks do. It outlives those who have learnt
// it, and the passes of a search.
struct Knowledge {
    explicit Knowledge(unsigned workers) : logs(2 * (workers + 1)) {}

    bool is_full() const { return locals.is_full() || logs.is_full(); }

    // All of it as rows of words, for a checkpoint, and the way back into one in which nothing but
    // the local states of the start has been numbered, whatever the number of workers.
    using Rows = std::vector<std::vector<std::uint64_t>>;
    Rows rows() const;
    void restore(const Rows& rows);

    SharedLocals locals;
    SharedLogs logs;
};

}  // namespace heddle
