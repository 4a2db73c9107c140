// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/world_image.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace heddle {

void WorldImage::Free::operator()(std::byte* memory) const { std::free(memory); }

WorldImage::Memory WorldImage::zeroed(std::size_t bytes, std::size_t alignment) {
    // aligned_alloc() wants a multiple of the alignment; an empty array has an address, too.
    const std::size_t rounded = std::max(bytes + alignment - 1, alignment) / alignment * alignment;
    auto* memory = static_cast<std::byte*>(std::aligned_alloc(alignment, rounded));
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    std::memset(memory, 0, rounded);
    return Memory(memory);
}

void* WorldImage::allocate(std::size_t bytes, std::size_t alignment) {
    blocks_.push_back({zeroed(bytes, alignment), std::vector<std::byte>(bytes)});
    return blocks_.back().memory.get();
}

void* WorldImage::allocate_constant(std::size_t bytes, std::size_t alignment) {
    constants_.push_back(zeroed(bytes, alignment));
    return constants_.back().get();
}

void WorldImage::keep() {
    for (Block& block : blocks_) {
        std::copy_n(block.memory.get(), block.kept.size(), block.kept.begin());
    }
}

void WorldImage::restore() {
    for (const Block& block : blocks_) {
        std::copy(block.kept.begin(), block.kept.end(), block.memory.get());
    }
}

}  // namespace heddle
