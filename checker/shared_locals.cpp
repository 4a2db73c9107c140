// SPDX-License-Identifier: Apache-2.0
#include "checker/shared_locals.h"

#include "checker/shared_insert.h"

namespace heddle {

namespace {

constexpr std::uint64_t rare = 0x9e37'79b9'7f4a'7c15;

}  // namespace

// ---- numbers

std::uint64_t AgreedNumbers::Words::load_high(std::size_t slot) const {
    return slots[slot].high.load(std::memory_order_acquire);
}
std::uint64_t AgreedNumbers::Words::load_low(std::size_t slot) {
    at = slot;
    return slots[slot].low.load(std::memory_order_acquire);
}
std::uint64_t AgreedNumbers::Words::claim_high(std::size_t slot, std::uint64_t value) const {
    return claim(slots[slot].high, value);
}
std::uint64_t AgreedNumbers::Words::claim_low(std::size_t slot, std::uint64_t value) const {
    return claim(slots[slot].low, value);
}

std::size_t AgreedNumbers::home_of(Key key) { return (key.low + key.high * rare) >> 20; }

std::size_t AgreedNumbers::slots_in_all() {
    std::size_t slots = 0;
    for (std::size_t size = slots_at_first; size <= slots_of_the_last; size *= 4) {
        slots += size + probes_max;
    }
    return slots;
}

AgreedNumbers::AgreedNumbers()
    : memory_(sizeof(Slot) + slots_in_all() * sizeof(Slot)),
      tables_used_(reinterpret_cast<std::atomic<std::uint32_t>*>(memory_.data())),
      slots_(reinterpret_cast<Slot*>(memory_.data()) + 1) {}

void AgreedNumbers::note_use(std::uint32_t tables) {
    std::uint32_t before = tables_used_->load(std::memory_order_relaxed);
    while (before < tables && !tables_used_->compare_exchange_weak(before, tables)) {
    }
}

std::atomic<std::uint32_t>* AgreedNumbers::place_of(Key key) {
    // A half of 0 means an empty word. Keys of small numbers are none of those that share one.
    key = {key.low ^ rare, key.high ^ rare};
    const std::uint64_t high = key.high == 0 ? 1 : key.high;
    const std::uint64_t low = key.low == 0 ? 1 : key.low;
    Slot* table = slots_;
    std::uint32_t tables = 0;
    for (std::size_t size = slots_at_first; size <= slots_of_the_last; size *= 4) {
        note_use(++tables);
        Words words = {table};
        if (insert_into(words, home_of(key) % size, probes_max, high, low) != Insertion::no_room) {
            return &table[words.at].number;
        }
        table += size + probes_max;
    }
    return nullptr;
}

std::uint32_t AgreedNumbers::agree(std::atomic<std::uint32_t>& place, std::uint32_t number) {
    std::uint32_t found = 0;
    return place.compare_exchange_strong(found, number + 1) ? number : found - 1;
}

void AgreedNumbers::for_each(const std::function<void(Key, std::uint32_t)>& see) const {
    std::size_t slots = 0;
    std::size_t size = slots_at_first;
    for (std::uint32_t tables = tables_used_->load(); tables > 0; --tables) {
        slots += size + probes_max;
        size *= 4;
    }
    for (std::size_t at = 0; at < slots; ++at) {
        const Slot& slot = slots_[at];
        if (const std::uint32_t number = slot.number.load(); number != 0) {
            see({slot.low.load() ^ rare, slot.high.load() ^ rare}, number - 1);
        }
    }
}

// ---- local states

SharedLocals::SharedLocals()
    : memory_(header_bytes +
              AgreedNumbers::numbers_max * (sizeof(History) + sizeof(std::uint32_t))),
      header_(reinterpret_cast<Header*>(memory_.data())),
      first_histories_(reinterpret_cast<History*>(memory_.data() + header_bytes)),
      ranks_(reinterpret_cast<std::uint32_t*>(first_histories_ + AgreedNumbers::numbers_max)) {}

// One that is given up because another process was faster is a gap in the numbers.
LocalState SharedLocals::new_state(const Met& met) {
    const std::uint32_t number = header_->count.fetch_add(1);
    if (number + 1 >= AgreedNumbers::numbers_max) {
        header_->full.store(1);
        header_->count.store(number);
        return number;
    }
    first_histories_[number] = met.history;
    ranks_[number] = met.from == no_local_state ? 0 : ranks_[met.from] + 1;
    return number;
}

// A number is that of its first history before it becomes that of others: so there are no two with
// the same first history, which the fingerprints could not tell apart. If another process gives a
// number to the same stack at the same moment, the two histories stay apart.
LocalState SharedLocals::number_of(const Met& met) {
    std::atomic<std::uint32_t>* by_history = by_history_.place_of(met.history_key);
    std::atomic<std::uint32_t>* by_locals =
        met.locals_key == nullptr ? by_history : by_locals_.place_of(*met.locals_key);
    if (by_history == nullptr || by_locals == nullptr) {
        header_->full.store(1);
        return 0;
    }
    const std::uint32_t same = by_locals->load(std::memory_order_acquire);
    const bool is_new = by_history->load(std::memory_order_acquire) == 0;
    const LocalState number = AgreedNumbers::agree(*by_history, same != 0 ? same - 1
                                                                : is_new  ? new_state(met)
                                                                          : 0);
    AgreedNumbers::agree(*by_locals, number);
    return number;
}

void SharedLocals::add(const History& first, std::uint32_t rank) {
    const std::uint32_t number = header_->count.fetch_add(1);
    first_histories_[number] = first;
    ranks_[number] = rank;
}

}  // namespace heddle
