// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace heddle {

// How many steps of each task have happened before a moment, or at it. The memory is somebody
// else's: an array of VectorClock::bytes(tasks).
// Source: Mattern, Virtual Time and Global States of Distributed Systems, 1989.
class VectorClock {
  public:
    using Steps = std::uint16_t;
    static constexpr unsigned steps_max = 0x7fff;  // of one task: compared as signed by SSE2

    // Elements come in blocks, so that a loop over one becomes a few vector instructions.
    static constexpr unsigned block = 8;
    static unsigned blocks(unsigned tasks) { return (tasks + block - 1) / block; }

    VectorClock() = default;
    VectorClock(Steps* steps, unsigned blocks) : steps_(steps), blocks_(blocks) {}

    Steps operator[](unsigned task) const { return steps_[task]; }
    void set(unsigned task, unsigned step) { steps_[task] = static_cast<Steps>(step); }

    void clear() {
        for (unsigned i = 0; i < blocks_ * block; i += block) {
            std::memset(steps_ + i, 0, block * sizeof(Steps));
        }
    }

    void copy(const VectorClock& other) {
        for (unsigned i = 0; i < blocks_ * block; i += block) {
            std::memcpy(steps_ + i, other.steps_ + i, block * sizeof(Steps));
        }
    }

    // What has happened before either of the two.
    void join(const VectorClock& other) {
        for (unsigned i = 0; i < blocks_ * block; i += block) {
            // Copies, because the compiler cannot know that the two clocks lie apart.
            std::array<std::int16_t, block> mine;
            std::array<std::int16_t, block> theirs;
            std::memcpy(mine.data(), steps_ + i, sizeof(mine));
            std::memcpy(theirs.data(), other.steps_ + i, sizeof(theirs));
            for (unsigned j = 0; j < block; ++j) {
                mine[j] = mine[j] > theirs[j] ? mine[j] : theirs[j];
            }
            std::memcpy(steps_ + i, mine.data(), sizeof(mine));
        }
    }

  private:
    Steps* steps_ = nullptr;
    unsigned blocks_ = 0;
};

}  // namespace heddle
