// SPDX-License-Identifier: Apache-2.0
#include "checker/visited.h"

#include <sys/mman.h>

#include <new>

namespace heddle {

namespace {

constexpr std::size_t capacity_at_first = std::size_t{1} << 16;
constexpr std::size_t release_bytes = std::size_t{2} << 20;  // a huge page

Fingerprint* map_slots(std::size_t capacity) {
    void* memory = mmap(nullptr, capacity * sizeof(Fingerprint), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    madvise(memory, capacity * sizeof(Fingerprint), MADV_HUGEPAGE);
    return static_cast<Fingerprint*>(memory);
}

__extension__ using Wide = unsigned __int128;

bool is_empty(const Fingerprint& slot) { return slot.low == 0 && slot.high == 0; }

}  // namespace

VisitedStates::VisitedStates()
    : slots_(map_slots(capacity_at_first)), capacity_(capacity_at_first) {}

VisitedStates::~VisitedStates() { munmap(slots_, capacity_ * sizeof(Fingerprint)); }

std::size_t VisitedStates::home_of(Fingerprint fingerprint) const {
    return static_cast<std::size_t>((static_cast<Wide>(fingerprint.high) * capacity_) >> 64);
}

bool VisitedStates::place(Fingerprint fingerprint) {
    for (std::size_t at = home_of(fingerprint);; at = at + 1 == capacity_ ? 0 : at + 1) {
        if (is_empty(slots_[at])) {
            slots_[at] = fingerprint;
            return true;
        }
        if (slots_[at] == fingerprint) {
            return false;
        }
    }
}

bool VisitedStates::insert(Fingerprint fingerprint) {
    if (is_empty(fingerprint)) {
        fingerprint.low = 1;
    }
    if (!place(fingerprint)) {
        return false;
    }
    if (++size_ * 5 > capacity_ * 4) {
        grow();
    }
    return true;
}

void VisitedStates::grow() {
    Fingerprint* old = slots_;
    const std::size_t old_capacity = capacity_;
    capacity_ += capacity_ / 4;
    slots_ = map_slots(capacity_);
    std::size_t released = 0;
    for (std::size_t i = 0; i < old_capacity; ++i) {
        if (!is_empty(old[i])) {
            place(old[i]);
        }
        const std::size_t done = (i + 1) * sizeof(Fingerprint);
        if (done - released >= release_bytes) {
            madvise(reinterpret_cast<std::byte*>(old) + released, release_bytes, MADV_DONTNEED);
            released += release_bytes;
        }
    }
    munmap(old, old_capacity * sizeof(Fingerprint));
}

}  // namespace heddle
