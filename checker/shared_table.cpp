// SPDX-License-Identifier: Apache-2.0
#include "checker/shared_table.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "checker/engine_mutations.h"

namespace heddle {

namespace {

constexpr std::size_t header_bytes = 4096;

__extension__ using Wide = unsigned __int128;

std::size_t memory_of_the_machine() {
    return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
           static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

std::uint64_t SharedTable::Words::load_high(std::size_t at) const {
    return slots[at].high.load(std::memory_order_acquire);
}
std::uint64_t SharedTable::Words::load_low(std::size_t at) const {
    return slots[at].low.load(std::memory_order_acquire);
}
std::uint64_t SharedTable::Words::claim_high(std::size_t at, std::uint64_t value) const {
    return claim(slots[at].high, value);
}
std::uint64_t SharedTable::Words::claim_low(std::size_t at, std::uint64_t value) const {
    return claim(slots[at].low, value);
}

SharedTable::SharedTable(std::size_t bytes_max)
    : memory_(header_bytes + std::max(bytes_max == 0 ? memory_of_the_machine() : bytes_max,
                                      (capacity_at_first + probes_max) * sizeof(Slot))),
      capacity_(reinterpret_cast<std::atomic<std::uint64_t>*>(memory_.data())),
      slots_(reinterpret_cast<Slot*>(memory_.data() + header_bytes)),
      slots_reserved_((memory_.bytes() - header_bytes) / sizeof(Slot)) {
    capacity_->store(capacity_at_first, std::memory_order_relaxed);
    map_pages();
}

void SharedTable::map_slots(std::size_t slots) {
    if (slots > slots_mapped_) {
        memory_.use(slots_mapped_ * sizeof(Slot), header_bytes + slots * sizeof(Slot));
        slots_mapped_ = slots;
    }
}

void SharedTable::prepare_to_grow(std::uint64_t states) {
    const std::size_t wider = capacity() * 2 + probes_max;
    if (states * 8 > capacity() * 5 && wider <= slots_reserved_) {
        map_slots(wider);
    }
}

std::size_t SharedTable::home_of(std::uint64_t high) const {
    return static_cast<std::size_t>((static_cast<Wide>(high) * capacity()) >> 64);
}

Insertion SharedTable::insert(Fingerprint fingerprint) {
    // A half of 0 means an empty word.
    const std::uint64_t high = fingerprint.high == 0 ? 1 : fingerprint.high;
    const std::uint64_t low = fingerprint.low == 0 ? 1 : fingerprint.low;
    return insert_into(Words{slots_}, home_of(high), probes_max, high, low);
}

// Puts a fingerprint that is not there into the first free slot.
void SharedTable::place_alone(Fingerprint fingerprint) {
    std::size_t at = home_of(fingerprint.high);
    const std::size_t end = at + probes_max;
    while (slots_[at].high.load(std::memory_order_relaxed) != 0) {
        ++at;
        assert(at < end);
    }
    slots_[at].high.store(fingerprint.high, std::memory_order_relaxed);
    slots_[at].low.store(fingerprint.low, std::memory_order_relaxed);
    static_cast<void>(end);
}

// Empties the slot. Nothing is held by one whose writer was killed half way.
Fingerprint SharedTable::take_out(std::size_t at) {
    Slot& slot = slots_[at];
    const Fingerprint held = {slot.low.load(std::memory_order_relaxed),
                              slot.high.load(std::memory_order_relaxed)};
    slot.high.store(0, std::memory_order_relaxed);
    slot.low.store(0, std::memory_order_relaxed);
    return held;
}

// From the end to the front. What is taken out goes to about twice the place it had, which is
// behind all that has not been moved yet: it lies less than probes_max behind its home, and its
// home is further than that from the front. What lies near the front goes last, at once.
bool SharedTable::grow() {
    bool one_lost = engine_mutated(EngineMutation::shared_table_loses_one_on_growth);
    const std::size_t old_end = slots_in_use();
    const std::size_t wider = capacity() * 2;
    if (wider + probes_max > slots_reserved_) {
        return false;
    }
    capacity_->store(wider, std::memory_order_relaxed);
    map_pages();
    for (std::size_t at = old_end; at > 2 * probes_max; --at) {
        if (const Fingerprint held = take_out(at - 1); held.low != 0) {
            place_alone(held);
        }
    }
    std::vector<Fingerprint> front;
    for (std::size_t at = 0; at < 2 * probes_max; ++at) {
        front.push_back(take_out(at));
    }
    for (const Fingerprint held : front) {
        if (held.low != 0 && !std::exchange(one_lost, false)) {
            place_alone(held);
        }
    }
    return true;
}

void SharedTable::for_each(const std::function<void(Fingerprint)>& see) const {
    for (std::size_t at = 0; at < slots_in_use(); ++at) {
        const Fingerprint held = {slots_[at].low.load(std::memory_order_relaxed),
                                  slots_[at].high.load(std::memory_order_relaxed)};
        if (held.low != 0) {
            see(held);
        }
    }
}

std::uint64_t SharedTable::count() const {
    std::uint64_t count = 0;
    for_each([&count](Fingerprint) { ++count; });
    return count;
}

}  // namespace heddle
