// SPDX-License-Identifier: Apache-2.0
// What of the world the claims of every state read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/execution.h"
#include "checker/scenario.h"

namespace heddle {

// What `always` claims say that they read (Claim::reads), all of them together. Where one says
// nothing it is the whole world.
class ClaimReads {
  public:
    // `world` is the world as built; its bytes are those read below.
    ClaimReads(std::span<const Claim> claims, std::span<std::byte> world);

    // Whether it is less than the whole world.
    bool is_part() const { return is_part_; }

    // Equal for worlds that no such claim can tell apart. O(words read). To be called if is_part().
    Fingerprint fingerprint() const;

    // Inverts every bit of the world that is not read; done twice, nothing has happened.
    void invert_the_rest() const;

  private:
    struct Word {
        std::uint32_t offset;
        std::uint64_t mask;
    };

    void add(const WordsRead& words);

    std::span<std::byte> world_;
    bool is_part_;
    std::vector<Word> words_;  // those of which something is read
    mutable std::vector<std::uint64_t> seen_;
};

}  // namespace heddle
