// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

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
        for (unsigned i = 0; i < blocks_ * block; ++i) {
            steps_[i] = 0;
        }
    }

    void copy(const VectorClock& other) {
        for (unsigned i = 0; i < blocks_; ++i) {
            for (unsigned j = 0; j < block; ++j) {
                steps_[i * block + j] = other.steps_[i * block + j];
            }
        }
    }

    // What has happened before either of the two.
    void join(const VectorClock& other) {
        for (unsigned i = 0; i < blocks_; ++i) {
            for (unsigned j = 0; j < block; ++j) {
                const auto mine = static_cast<std::int16_t>(steps_[i * block + j]);
                const auto theirs = static_cast<std::int16_t>(other.steps_[i * block + j]);
                steps_[i * block + j] = static_cast<Steps>(mine > theirs ? mine : theirs);
            }
        }
    }

  private:
    Steps* steps_ = nullptr;
    unsigned blocks_ = 0;
};

}  // namespace heddle
