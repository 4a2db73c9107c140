// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

namespace heddle {

// Numbers from a seed, the same on every machine: the standard fixes what the engine yields, but
// not what its distributions make of it.
class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    // Uniform in [0, bound); bound is at least 1. Draws again in the few cases that would favour
    // the smaller numbers.
    std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t favoured = (UINT64_MAX % bound + 1) % bound;
        std::uint64_t drawn = engine_();
        while (drawn > UINT64_MAX - favoured) {
            drawn = engine_();
        }
        return drawn % bound;
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace heddle
