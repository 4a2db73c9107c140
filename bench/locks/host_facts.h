// SPDX-License-Identifier: Apache-2.0
// What of this host makes figures doubtful.
#pragma once

#include <string>
#include <vector>

#include "bench/locks/placement.h"

namespace heddle {

struct HostWarning {
    std::string about;  // one word: "governor"
    std::string text;
};

// Reads /proc and /sys. `threads` is the most that are to run at once. Without a warning about
// something it is as it should be, or cannot be known: that is a warning, too.
std::vector<HostWarning> host_warnings(const HostTopology& host, unsigned threads);

}  // namespace heddle
