// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/execution.h"

namespace heddle {

// A set of fingerprints: open addressing, 16 bytes a slot, kept in the order of the fingerprints'
// high words, so that growing copies it front to back and gives the old memory back on the way.
// Once it has outgrown its first megabyte it is filled between 67 % and 80 % and uses 20 to 24
// bytes a state, also while it grows.
class VisitedStates {
  public:
    VisitedStates();
    ~VisitedStates();
    VisitedStates(const VisitedStates&) = delete;
    VisitedStates& operator=(const VisitedStates&) = delete;

    // True if it was not there. Constant time on average.
    bool insert(Fingerprint fingerprint);

    std::uint64_t size() const { return size_; }
    std::uint64_t bytes() const { return capacity_ * sizeof(Fingerprint); }

  private:
    std::size_t home_of(Fingerprint fingerprint) const;
    bool place(Fingerprint fingerprint);
    void grow();

    Fingerprint* slots_ = nullptr;  // {0, 0} is an empty slot
    std::size_t capacity_ = 0;
    std::uint64_t size_ = 0;
};

}  // namespace heddle
