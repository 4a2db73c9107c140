// SPDX-License-Identifier: Apache-2.0
// What tasks wait for by looking, and accesses that should have waited.
#include <cstring>

#include "checker/dependence.h"
#include "checker/execution_state.h"

namespace heddle {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 29);
}

std::uint64_t with_word(std::uint64_t hash, const void* word, std::size_t bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, word, bytes);
    return mixed(hash, value);
}

bool looks_only(OperationKind kind) {
    return kind == OperationKind::read || kind == OperationKind::rmw;
}

}  // namespace

bool are_unchanged(const WatchedWords& words) {
    if (words.changed || words.count == 0) {
        return false;
    }
    std::uint64_t hash = 0;
    for (unsigned i = 0; i < words.count; ++i) {
        hash = with_word(hash, arena_address(words.offsets[i]), words.sizes[i]);
    }
    return hash == words.seen;
}

// The words as they were before the operation. One that reads and writes counts as a read: if it
// changes the word, the word is no longer what was seen.
void Execution::Implementation::note_words_read(const Operation& operation) {
    if (operation.object == nullptr || operation.kind > OperationKind::release) {
        return;
    }
    WatchedWords& words = controls[running].watched;
    const auto offset = reinterpret_cast<std::uintptr_t>(operation.object) - Arena::address;
    if (words.changed || !looks_only(operation.kind) || words.count == WatchedWords::words_max ||
        offset > UINT32_MAX) {
        words = {};
        words.changed = true;
        return;
    }
    words.offsets[words.count] = static_cast<std::uint32_t>(offset);
    words.sizes[words.count] = operation.size;
    ++words.count;
    words.seen = with_word(words.seen, operation.object, operation.size);
}

// Two accesses are a race if both can be taken next: nothing orders them.
std::optional<Violation> Execution::Implementation::data_race() const {
    for (unsigned one = 0; one < tasks; ++one) {
        const Operation* first = controls[one].pending;
        if (is_finished(one) || !first->plain || !is_runnable(one)) {
            continue;
        }
        for (unsigned other = 0; other < tasks; ++other) {
            const Operation* second = controls[other].pending;
            if (other == one || is_finished(other) || second->object == nullptr ||
                !conflict(*first, *second) || !is_runnable(other)) {
                continue;
            }
            Violation race;
            race.claim = "data-race";
            race.formula = "a plain access is ordered with every other, one of which writes";
            race.sides = setup->tasks()[one].name + " " + first->name + " in " +
                         first->where.function + "(), " + setup->tasks()[other].name + " " +
                         second->name + " in " + second->where.function + "()";
            race.object = first->object;
            race.where = first->where;
            return race;
        }
    }
    return std::nullopt;
}

// No task can run and not all have finished.
Violation Execution::Implementation::stuck() const {
    bool looks = false;
    for (unsigned task = 0; task < tasks; ++task) {
        looks = looks || (!is_finished(task) && controls[task].pending->watched != nullptr);
    }
    Violation violation;
    violation.claim = looks ? "livelock" : "deadlock";
    violation.formula = looks ? "somebody does what the others look for"
                              : "some task can run, or all have finished";
    return violation;
}

}  // namespace heddle
