// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "checker/shared_memory.h"

namespace heddle {

// Rows of words, each of which one process appends to and all read. What is in them stays.
class SharedLogs {
  public:
    explicit SharedLogs(unsigned logs);

    unsigned logs() const { return logs_; }

    // By the one who writes this log. Killed at any instruction, it has appended all or nothing.
    void append(unsigned log, std::span<const std::uint64_t> words);

    // While nobody appends or reads.
    void clear(unsigned log) { sizes_[log].store(0); }

    std::span<const std::uint64_t> words(unsigned log) const {
        return {words_ + log * words_each, sizes_[log].load(std::memory_order_acquire)};
    }

    // Changes after each append().
    std::uint64_t version() const { return header_->version.load(std::memory_order_acquire); }

    // Whether something had no room.
    bool is_full() const { return header_->full.load(std::memory_order_relaxed) != 0; }

  private:
    struct Header {
        std::atomic<std::uint64_t> version;
        std::atomic<std::uint64_t> full;
    };
    static constexpr std::size_t words_each = std::size_t{1} << 23;

    unsigned logs_;
    SharedMemory memory_;
    Header* header_;
    std::atomic<std::uint64_t>* sizes_;
    std::uint64_t* words_;
};

}  // namespace heddle
