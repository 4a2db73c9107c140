// SPDX-License-Identifier: Apache-2.0
#include "checker/visited.h"

#include <sys/mman.h>

#include <new>

#include "checker/engine_mutations.h"
#include "checker/shared_memory.h"

namespace heddle {

namespace {

constexpr std::size_t capacity_at_first = std::size_t{1} << 12;
constexpr std::size_t release_bytes = huge_page_bytes;

// Whole huge pages: the rest of a table would come in 4 KiB pages, of which each costs a fault.
std::size_t mapped_bytes(std::size_t capacity) {
    return (capacity * sizeof(Fingerprint) + huge_page_bytes - 1) / huge_page_bytes *
           huge_page_bytes;
}

// Small tables come from the heap: mapping one and its page faults take longer than many a search.
bool is_mapped(std::size_t capacity) {
    return capacity * sizeof(Fingerprint) >= huge_page_bytes / 2;
}

// At the start of a huge page, or every probe would miss the TLB.
Fingerprint* new_slots(std::size_t capacity) {
    if (!is_mapped(capacity)) {
        return new Fingerprint[capacity]();
    }
    const std::size_t bytes = mapped_bytes(capacity);
    void* mapped = mmap(nullptr, bytes + huge_page_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) {
        throw std::bad_alloc();
    }
    const auto address = reinterpret_cast<std::uintptr_t>(mapped);
    const std::size_t before = (huge_page_bytes - address % huge_page_bytes) % huge_page_bytes;
    auto* memory = static_cast<std::byte*>(mapped) + before;
    if (before > 0) {
        munmap(mapped, before);
    }
    munmap(memory + bytes, huge_page_bytes - before);
    madvise(memory, bytes, MADV_HUGEPAGE);
    return reinterpret_cast<Fingerprint*>(memory);
}

void free_slots(Fingerprint* slots, std::size_t capacity) {
    if (is_mapped(capacity)) {
        munmap(slots, mapped_bytes(capacity));
    } else {
        delete[] slots;
    }
}

__extension__ using Wide = unsigned __int128;

bool is_empty(const Fingerprint& slot) { return slot.low == 0 && slot.high == 0; }

std::size_t first_filled(const Fingerprint* slots) {
    std::size_t at = 0;
    while (is_empty(slots[at])) {
        ++at;
    }
    return at;
}

}  // namespace

VisitedStates::VisitedStates()
    : slots_(new_slots(capacity_at_first)), capacity_(capacity_at_first) {}

VisitedStates::~VisitedStates() { free_slots(slots_, capacity_); }

std::size_t VisitedStates::home_of(Fingerprint fingerprint) const {
    return static_cast<std::size_t>((static_cast<Wide>(fingerprint.high) * capacity_) >> 64);
}

bool VisitedStates::place(Fingerprint fingerprint) {
    for (std::size_t at = home_of(fingerprint);; at = at + 1 == capacity_ ? 0 : at + 1) {
        if (is_empty(slots_[at])) {
            slots_[at] = fingerprint;
            return true;
        }
        const bool same_half = engine_mutated(EngineMutation::visited_by_half_a_fingerprint) &&
                               slots_[at].high == fingerprint.high;
        if (slots_[at] == fingerprint || same_half) {
            return false;
        }
    }
}

bool VisitedStates::insert(Fingerprint fingerprint) {
    if (is_empty(fingerprint) && !engine_mutated(EngineMutation::visited_zero_is_empty)) {
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
    // A small one is seldom outgrown by little, and each growth of it touches new pages.
    capacity_ = is_mapped(capacity_) ? capacity_ + capacity_ * 3 / 16 : capacity_ * 4;
    slots_ = new_slots(capacity_);
    std::size_t released = 0;
    const std::size_t first =
        engine_mutated(EngineMutation::visited_loses_one_on_growth) ? first_filled(old) + 1 : 0;
    for (std::size_t i = first; i < old_capacity; ++i) {
        if (!is_empty(old[i])) {
            place(old[i]);
        }
        const std::size_t done = (i + 1) * sizeof(Fingerprint);
        if (done - released >= release_bytes) {
            madvise(reinterpret_cast<std::byte*>(old) + released, release_bytes, MADV_DONTNEED);
            released += release_bytes;
        }
    }
    free_slots(old, old_capacity);
}

}  // namespace heddle
