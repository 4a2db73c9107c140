// SPDX-License-Identifier: Apache-2.0
// Many scenarios checked, one after the other or several at once.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "scenarios/program/check_process.h"

namespace heddle {

// What happens, each with the index of the scenario. They begin in their order; they end in any.
struct CheckEvents {
    std::function<void(std::size_t)> on_begin;
    std::function<void(std::size_t, const Progress&)> on_progress;  // about twice a second
    std::function<void(std::size_t, Checked)> on_end;
};

// One scenario is searched by `options.how.jobs` processes. Of several, so many are checked at
// once, each by one process. What has been begun ends when searches are interrupted, and no other
// is begun.
void check_many(std::span<const Selected> scenarios, const CheckOptions& options,
                const CheckEvents& events);

}  // namespace heddle
