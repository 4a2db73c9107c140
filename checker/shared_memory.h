// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace heddle {

// Zeroed memory that this process and those forked from it later share, at one address. Only what
// is touched takes room, so `bytes` may be many times what will be used.
class SharedMemory {
  public:
    explicit SharedMemory(std::size_t bytes);
    ~SharedMemory();
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;

    std::byte* data() const { return data_; }
    std::size_t bytes() const { return bytes_; }

  private:
    std::byte* data_;
    std::size_t bytes_;
};

}  // namespace heddle
