// SPDX-License-Identifier: Apache-2.0
// What a claim says that it reads.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle {

// Bytes of the world, and of each 8 of them which bits.
struct WordsRead {
    const void* address = nullptr;
    std::size_t bytes = 0;
    std::uint64_t bits = ~0ULL;
};

}  // namespace heddle
