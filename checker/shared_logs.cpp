// SPDX-License-Identifier: Apache-2.0
#include "checker/shared_logs.h"

#include <algorithm>

namespace heddle {

SharedLogs::SharedLogs(unsigned logs)
    : logs_(logs),
      memory_(sizeof(Header) + logs * (sizeof(std::uint64_t) + words_each * sizeof(std::uint64_t))),
      header_(reinterpret_cast<Header*>(memory_.data())),
      sizes_(reinterpret_cast<std::atomic<std::uint64_t>*>(header_ + 1)),
      words_(reinterpret_cast<std::uint64_t*>(sizes_ + logs)) {}

void SharedLogs::append(unsigned log, std::span<const std::uint64_t> words) {
    const std::uint64_t size = sizes_[log].load(std::memory_order_relaxed);
    if (size + words.size() > words_each) {
        header_->full.store(1);
        return;
    }
    std::copy(words.begin(), words.end(), words_ + log * words_each + size);
    sizes_[log].store(size + words.size(), std::memory_order_release);
    header_->version.fetch_add(1, std::memory_order_release);
}

}  // namespace heddle
