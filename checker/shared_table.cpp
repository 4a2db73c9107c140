// SPDX-License-Identifier: Apache-2.0
#include "checker/shared_table.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>

#include "checker/engine_mutations.h"

namespace heddle {

namespace {

constexpr std::size_t header_bytes = 4096;

__extension__ using Wide = unsigned __int128;

std::size_t memory_of_the_machine() {
    return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
           static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Writes `value` if the word is 0; returns what was there.
std::uint64_t claim(std::atomic<std::uint64_t>& word, std::uint64_t value) {
    std::uint64_t found = 0;
    word.compare_exchange_strong(found, value, std::memory_order_acq_rel,
                                 std::memory_order_acquire);
    return found;
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

void SharedTable::map_pages() {
    if (slots_in_use() > slots_mapped_) {
        slots_mapped_ = slots_in_use();
        // Where the system does not know how, pages come one by one.
        madvise(memory_.data(), header_bytes + slots_mapped_ * sizeof(Slot), MADV_POPULATE_WRITE);
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

// From the end to the front, a run of taken slots at a time: it is taken out whole, and what it
// held goes to its new homes, none of which lies before the run. So it meets only what has been
// moved.
bool SharedTable::grow() {
    const bool one_lost = engine_mutated(EngineMutation::shared_table_loses_one_on_growth);
    const std::size_t old_end = slots_in_use();
    const std::size_t wider = capacity() * 2;
    if (wider + probes_max > slots_reserved_) {
        return false;
    }
    capacity_->store(wider, std::memory_order_relaxed);
    map_pages();
    std::vector<Fingerprint> run;
    for (std::size_t at = old_end; at > 0; --at) {
        Slot& slot = slots_[at - 1];
        const Fingerprint held = {slot.low.load(std::memory_order_relaxed),
                                  slot.high.load(std::memory_order_relaxed)};
        if (held.high != 0) {
            run.push_back(held);
            slot.high.store(0, std::memory_order_relaxed);
            slot.low.store(0, std::memory_order_relaxed);
        }
        if (held.high == 0 || at == 1) {
            // Those whose writers were killed are dropped.
            std::erase_if(run, [](Fingerprint print) { return print.low == 0; });
            std::for_each(run.begin() + (one_lost && !run.empty() ? 1 : 0), run.end(),
                          [this](Fingerprint print) { place_alone(print); });
            run.clear();
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
