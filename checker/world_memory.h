// SPDX-License-Identifier: Apache-2.0
// Where a Setup takes the memory of a world from.
#pragma once

#include <cstddef>

namespace heddle {

// The engine, which rewinds a world (arena.h), and real threads, which start one over and over,
// keep it in different ways.
class WorldMemory {
  public:
    virtual ~WorldMemory() = default;

    // `bytes` of zeroed memory; null when there is no more. `alignment` is a power of two.
    virtual void* allocate(std::size_t bytes, std::size_t alignment) = 0;

    // The same for what no task writes to.
    virtual void* allocate_constant(std::size_t bytes, std::size_t alignment) = 0;
};

}  // namespace heddle
