// SPDX-License-Identifier: Apache-2.0
// What tasks wait for by looking, and accesses that should have waited.
#include <bit>

#include "checker/dependence.h"
#include "checker/engine_mutations.h"
#include "checker/execution_state.h"
#include "checker/word.h"

namespace heddle {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 29);
}

std::uint64_t with_part(std::uint64_t hash, const WatchedWords& words, unsigned i) {
    std::uint64_t value = word_at(arena_address(words.offsets[i]), words.bytes_of(i));
    if (words.part_of(i) == WatchedWords::whether_0) {
        value = value == 0 ? 1 : 0;
    } else if (words.part_of(i) != WatchedWords::value) {
        value = value >> (words.part_of(i) - WatchedWords::bit_0) & 1;
    }
    return mixed(hash, value);
}

// What an operation learns of its word: the first bytes from `offset` on, and what of them.
struct Learnt {
    std::uint64_t offset;
    unsigned bytes;
    unsigned part;
};

Learnt learnt_by(const Operation& operation) {
    const std::uint64_t offset =
        reinterpret_cast<std::uintptr_t>(operation.object) - Arena::address;
    if (operation.refused_by != 0 && !engine_mutated(EngineMutation::trylock_watched_as_word)) {
        const auto bits = static_cast<unsigned>(std::bit_width(operation.refused_by));
        return {offset, (bits + 7) / 8, WatchedWords::whether_0};
    }
    if (std::has_single_bit(operation.bits) &&
        !engine_mutated(EngineMutation::bit_watched_as_word)) {
        const auto bit = static_cast<unsigned>(std::countr_zero(operation.bits));
        return {offset + bit / 8, 1, WatchedWords::bit_0 + bit % 8};
    }
    return {offset, operation.size, WatchedWords::value};
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
    const unsigned count =
        engine_mutated(EngineMutation::wait_looks_at_first_word) ? 1U : words.count;
    for (unsigned i = 0; i < count; ++i) {
        hash = with_part(hash, words, i);
    }
    return hash == words.seen;
}

// As it was before the operation. One that reads and writes counts as a read: if it changes what it
// learnt, that is no longer what was seen.
void Execution::Implementation::note_words_read(const Operation& operation) {
    if (operation.object == nullptr || operation.kind > OperationKind::release) {
        return;
    }
    if (!looks_only(operation.kind) && engine_mutated(EngineMutation::wait_ignores_own_writes)) {
        return;
    }
    WatchedWords& words = controls[running].watched;
    const Learnt learnt = learnt_by(operation);
    if (words.changed || !looks_only(operation.kind) || words.count == WatchedWords::words_max ||
        learnt.offset > UINT32_MAX) {
        words = {};
        words.changed = true;
        return;
    }
    const unsigned i = words.count++;
    words.offsets[i] = static_cast<std::uint32_t>(learnt.offset);
    words.parts[i] = static_cast<std::uint8_t>(learnt.bytes + 16 * learnt.part);
    words.seen = with_part(words.seen, words, i);
}

// Two accesses are a race if both can be taken next: nothing orders them.
std::optional<Violation> Execution::Implementation::data_race() const {
    for (std::uint64_t left = sets->unfinished & sets->plain; left != 0; left &= left - 1) {
        const auto one = static_cast<unsigned>(std::countr_zero(left));
        const Operation* first = &controls[one].next;
        if (!is_runnable(one)) {
            continue;
        }
        for (unsigned other = 0; other < tasks; ++other) {
            const Operation* second = &controls[other].next;
            if (other == one || is_finished(other) || second->object == nullptr ||
                !conflict(*first, *second)) {
                continue;
            }
            const bool missed =
                !second->plain && engine_mutated(EngineMutation::race_with_atomic_missed);
            if (missed ||
                (!is_runnable(other) && !engine_mutated(EngineMutation::race_of_who_cannot_run))) {
                continue;
            }
            Violation race;
            race.claim = "data-race";
            race.formula = "a plain access is ordered with every other, one of which writes";
            race.sides = setup->tasks()[one].name + " " + first->name + " in " +
                         first->where.function() + "(), " + setup->tasks()[other].name + " " +
                         second->name + " in " + second->where.function() + "()";
            race.object = first->object;
            race.where = first->where;
            race.accesses = {{one, *first}, {other, *second}};
            return race;
        }
    }
    return std::nullopt;
}

// No task can run and not all have finished.
Violation Execution::Implementation::stuck() const {
    bool looks = false;
    for (unsigned task = 0; task < tasks; ++task) {
        looks = looks || (!is_finished(task) && controls[task].next.watched != nullptr &&
                          !engine_mutated(EngineMutation::livelock_called_deadlock));
    }
    Violation violation;
    violation.claim = looks ? "livelock" : "deadlock";
    violation.formula = looks ? "somebody does what the others look for"
                              : "some task can run, or all have finished";
    return violation;
}

}  // namespace heddle
