// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace heddle {

constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

// Zeroed memory that this process and those forked from it later share, at one address. Only what
// is touched takes room, so `bytes` may be many times what will be used.
class SharedMemory {
  public:
    explicit SharedMemory(std::size_t bytes);
    ~SharedMemory();
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;

    // Has the system give memory to the bytes from `begin` to `end`, which are about to be used,
    // and makes them known to this process: all at once, in huge pages where the system has them.
    // The first use of each page by itself would be a fault, which costs 15 microseconds on a
    // virtual machine; and with small pages each look into a large table misses the TLB. To be
    // called by each process for itself. Where the system knows nothing of this, pages come one by
    // one.
    void use(std::size_t begin, std::size_t end);

    std::byte* data() const { return data_; }
    std::size_t bytes() const { return bytes_; }

  private:
    std::byte* data_;
    std::size_t bytes_;
};

// Writes `value` if the word is 0; returns what was there.
inline std::uint64_t claim(std::atomic<std::uint64_t>& word, std::uint64_t value) {
    std::uint64_t found = 0;
    word.compare_exchange_strong(found, value, std::memory_order_acq_rel,
                                 std::memory_order_acquire);
    return found;
}

}  // namespace heddle
