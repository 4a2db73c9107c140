// SPDX-License-Identifier: Apache-2.0
#include "scenarios/engine/shared_table.h"

#include <algorithm>
#include <iterator>

#include "checker/shared_insert.h"
#include "checker/sync/sync.h"

namespace heddle {

namespace {

constexpr std::size_t slots_max = 4;

struct Print {
    unsigned long high;
    unsigned long low;
};
constexpr Print prints[] = {{7, 1}, {7, 2}, {8, 1}};

struct TableSlot {
    unsigned long high;
    unsigned long low;
    unsigned begun_by;     // task, plus 1
    unsigned finished_by;  // the same
};

struct Table {
    TableSlot slots[slots_max];
    unsigned fresh[std::size(prints)];  // how often who inserts it was told that it is fresh
};

// Which step is done wrong.
enum class Broken {
    nothing,
    claim,   // looks whether the slot is free, and then takes it
    finish,  // who has begun a slot stores the low half, as if nobody else could have
    help     // passes by a slot with its own high half that another has begun
};

class TableWords {
  public:
    TableWords(Table& table, Broken broken) : table_(table), broken_(broken) {}

    std::uint64_t load_high(std::size_t at) const { return READ_ONCE(table_.slots[at].high); }

    std::uint64_t load_low(std::size_t at) const {
        const TableSlot& slot = table_.slots[at];
        const unsigned long found = READ_ONCE(slot.low);
        const bool passes_by = broken_ == Broken::help && found == 0 && !is_begun_by_me(slot);
        return passes_by ? ~0UL : found;
    }

    std::uint64_t claim_high(std::size_t at, unsigned long value) const {
        TableSlot& slot = table_.slots[at];
        unsigned long found = 0;
        if (broken_ == Broken::claim) {
            WRITE_ONCE(slot.high, value);
        } else {
            found = cmpxchg(&slot.high, 0, value);
        }
        if (found == 0) {
            slot.begun_by = current_task() + 1;
        }
        return found;
    }

    std::uint64_t claim_low(std::size_t at, unsigned long value) const {
        TableSlot& slot = table_.slots[at];
        unsigned long found = 0;
        if (broken_ == Broken::finish && is_begun_by_me(slot)) {
            WRITE_ONCE(slot.low, value);
        } else {
            found = cmpxchg(&slot.low, 0, value);
        }
        if (found == 0) {
            slot.finished_by = current_task() + 1;
        }
        return found;
    }

  private:
    static bool is_begun_by_me(const TableSlot& slot) {
        return slot.begun_by == current_task() + 1;
    }

    Table& table_;
    const Broken broken_;
};

void insert(Table& table, Broken broken, std::size_t which) {
    const Insertion inserted =
        insert_into(TableWords(table, broken), 0, slots_max, prints[which].high, prints[which].low);
    if (inserted == Insertion::fresh) {
        ++table.fresh[which];
    }
}

bool each_is_fresh_once(const Table& table) {
    return std::all_of(std::begin(table.fresh), std::end(table.fresh),
                       [](unsigned times) { return times == 1; });
}

bool each_is_in_one_slot(const Table& table) {
    return std::all_of(std::begin(prints), std::end(prints), [&table](const Print& print) {
        return std::count_if(std::begin(table.slots), std::end(table.slots),
                             [&print](const TableSlot& slot) {
                                 return slot.high == print.high && slot.low == print.low;
                             }) == 1;
    });
}

bool somebody_is_helped(const Table& table) {
    for (const TableSlot& slot : table.slots) {
        if (slot.finished_by != 0 && slot.finished_by != slot.begun_by) {
            return true;
        }
    }
    return false;
}

void build(Setup& setup, Broken broken) {
    Table& table = setup.world<Table>();
    for (std::size_t at = 0; at < slots_max; ++at) {
        const std::string name = "slot" + std::to_string(at);
        setup.name({&table.slots[at].high, sizeof(unsigned long), name + ".high"});
        setup.name({&table.slots[at].low, sizeof(unsigned long), name + ".low"});
    }
    setup.task("left", [&table, broken] {
        insert(table, broken, 0);
        insert(table, broken, 1);
    });
    setup.task("right", [&table, broken] {
        insert(table, broken, 1);
        insert(table, broken, 2);
    });
    setup.task("killed", [&table, broken] {
        const TableWords words(table, broken);
        if (words.load_high(0) == 0) {
            words.claim_high(0, prints[0].high);
        }
    });
    setup.finally("fresh once", [&table] { return each_is_fresh_once(table); });
    setup.finally("in one slot", [&table] { return each_is_in_one_slot(table); });
    setup.sometimes("one finishes the slot of another",
                    [&table] { return somebody_is_helped(table); });
}

Scenario variant(const char* name, Broken broken, const char* expect) {
    return {.name = std::string("shared-table/") + name,
            .story =
                "Processes put the same fingerprints into a table without locks; one is killed "
                "while it does.",
            .build = [broken](Setup& setup) { build(setup, broken); },
            .expect = expect,
            .labels = {"engine"}};
}

}  // namespace

std::vector<Scenario> shared_table_scenarios() {
    return {variant("correct", Broken::nothing, "pass"),
            variant("broken-claim", Broken::claim, "fail:fresh once"),
            variant("broken-finish", Broken::finish, "fail:fresh once"),
            variant("broken-help", Broken::help, "fail:fresh once")};
}

}  // namespace heddle
