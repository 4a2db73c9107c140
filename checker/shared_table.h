// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>

#include "checker/execution.h"
#include "checker/shared_insert.h"
#include "checker/shared_memory.h"

namespace heddle {

// A set of fingerprints that several processes fill at once, without locks. Open addressing in the
// order of the high halves, 16 bytes a slot. It grows in place, within the memory reserved for it:
// what lies in the order of hashes moves towards the end only. 21 to 43 bytes a state: it doubles,
// as everybody waits while it grows.
class SharedTable {
  public:
    // Room for `bytes_max` bytes; 0: as much as the machine has memory.
    explicit SharedTable(std::size_t bytes_max = 0);

    // Any process, at any time but while the table grows. `no_room` asks for that. Safe against
    // the death of a process in the midst of it.
    Insertion insert(Fingerprint fingerprint);

    // Twice as many slots; false if that is more than is reserved. Nobody else may use the
    // table meanwhile.
    bool grow();

    // Makes the pages in use known to this process all at once: each by itself would cost it a
    // fault, 15 microseconds on a virtual machine instead of half a one. Of use after each growth.
    void map_pages() { map_slots(slots_in_use()); }

    // If a table of `states` is soon to grow: has memory given to what will be in use then, while
    // others go on.
    void prepare_to_grow(std::uint64_t states);

    // To be called first in a forked process, which knows no page yet.
    void forget_pages() { slots_mapped_ = 0; }

    // Whether a table of `states` is better grown by now.
    bool is_crowded(std::uint64_t states) const { return states * 4 > capacity() * 3; }

    std::uint64_t capacity() const { return capacity_->load(std::memory_order_relaxed); }
    std::uint64_t bytes() const { return capacity() * sizeof(Fingerprint); }

    // Number of fingerprints, and each of them, in the order of slots. O(capacity); not while
    // others insert.
    std::uint64_t count() const;
    void for_each(const std::function<void(Fingerprint)>& see) const;

  private:
    struct Slot {
        std::atomic<std::uint64_t> high;
        std::atomic<std::uint64_t> low;
    };
    // How the algorithm sees the slots.
    struct Words {
        Slot* slots;
        std::uint64_t load_high(std::size_t at) const;
        std::uint64_t load_low(std::size_t at) const;
        std::uint64_t claim_high(std::size_t at, std::uint64_t value) const;
        std::uint64_t claim_low(std::size_t at, std::uint64_t value) const;
    };

    static constexpr std::size_t capacity_at_first = std::size_t{1} << 16;
    // Three of four slots taken, a probe is longer once in 10^12 insertions.
    static constexpr std::size_t probes_max = 512;

    // The end is open: the last home has as many slots behind it as any.
    std::size_t slots_in_use() const { return capacity() + probes_max; }
    void map_slots(std::size_t slots);
    std::size_t home_of(std::uint64_t high) const;
    Fingerprint take_out(std::size_t at);
    void place_alone(Fingerprint fingerprint);

    SharedMemory memory_;
    std::atomic<std::uint64_t>* capacity_;
    Slot* slots_;
    std::size_t slots_reserved_;
    std::size_t slots_mapped_ = 0;  // of this process
};

}  // namespace heddle
