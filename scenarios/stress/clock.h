// SPDX-License-Identifier: Apache-2.0
// The processor's counter of time as a clock.
#pragma once

#include <cstdint>

namespace heddle {

// By how much ticks() advances in that time, and the way back. The first call measures it for some
// milliseconds.
std::uint64_t ticks_of(double nanoseconds);
double nanoseconds_of(std::uint64_t ticks);

}  // namespace heddle
