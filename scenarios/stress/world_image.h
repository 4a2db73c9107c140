// SPDX-License-Identifier: Apache-2.0
// The memory of a world that is started over and over on real threads.
#pragma once

#include <memory>
#include <vector>

#include "checker/world_memory.h"

namespace heddle {

// Each allocation is one of the heap's, so that AddressSanitizer knows where an array ends.
class WorldImage final : public WorldMemory {
  public:
    void* allocate(std::size_t bytes, std::size_t alignment) override;
    void* allocate_constant(std::size_t bytes, std::size_t alignment) override;

    // Remembers what is in it, but for the constants, once the world has been built.
    void keep();

    // Puts it back.
    void restore();

  private:
    struct Free {
        void operator()(std::byte* memory) const;
    };
    using Memory = std::unique_ptr<std::byte, Free>;

    struct Block {
        Memory memory;
        std::vector<std::byte> kept;  // of as many bytes as the block has
    };

    static Memory zeroed(std::size_t bytes, std::size_t alignment);

    std::vector<Block> blocks_ = {};
    std::vector<Memory> constants_ = {};
};

}  // namespace heddle
