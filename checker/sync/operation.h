// SPDX-License-Identifier: Apache-2.0
// What a task tells the engine: the operation it is about to do, and what it learnt from it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/sync/where.h"

namespace heddle {

enum class OperationKind : std::uint8_t {
    read,
    write,
    rmw,      // reads and writes, and the task sees the old value
    add,      // adds to the object and the task sees nothing of it
    set,      // sets bits, the same way
    clear,    // clears bits, the same way
    acquire,  // takes a lock; waits while it is held
    release,
    wait,  // waits for a word to change; takes nothing
    barrier,
    choose,    // picks one of `alternatives`
    mask,      // preemption or interrupts of the own CPU off
    interrupt  // an interrupt handler begins
};

// The kernel's orderings (Documentation/atomic_t.txt, memory-barriers.txt). Without effect under
// sequential consistency, recorded for weaker machines.
enum class Ordering : std::uint8_t { none, acquire, release, full, read, write };

// What a task has learnt from words since it last waited for a change or forgot. No more than its
// operations returned, or two states that are alike to the task would have different futures.
struct WatchedWords {
    static constexpr unsigned words_max = 4;

    // What of a word: its value, one bit of its only byte, or whether it is 0.
    static constexpr unsigned value = 0;
    static constexpr unsigned bit_0 = 1;  // and so on to bit 7
    static constexpr unsigned whether_0 = 15;

    std::uint64_t seen;                // a hash of what was learnt
    std::uint32_t offsets[words_max];  // in the world
    std::uint8_t parts[words_max];     // bytes + 16 * what of them
    std::uint8_t count;
    bool changed;  // the task has written meanwhile, or read more words: not to be waited for

    unsigned bytes_of(unsigned i) const { return parts[i] % 16U; }
    unsigned part_of(unsigned i) const { return parts[i] / 16U; }
};

// The next operation of a task on one shared object.
struct Operation {
    OperationKind kind = OperationKind::read;
    Ordering ordering = Ordering::none;
    std::uint8_t size = 0;           // bytes of the object, 1 to 8; 0: no object
    bool may_sleep = false;          // waiting gives up the CPU: not allowed in atomic context
    bool shared = false;             // of a lock that others may hold the same way
    bool plain = false;              // no atomic access: two at once, one a write, are a data race
    std::uint16_t alternatives = 1;  // of a choose: 2 or more
    const void* object = nullptr;
    const WatchedWords* watched = nullptr;  // waits until one of these words changes
    std::uint64_t bits = ~0ULL;             // the part of the object that is read or written
    std::uint64_t blocked_by = 0;  // cannot be taken while the object has any of these bits
    std::uint64_t refused_by =
        0;                  // a trylock: fails while the object has any of these, the low bits
    const char* name = "";  // in the kernel's words: "test_and_set_bit"
    Where where = {};
};

// The next operation of the running task. It lies with the engine and not in a frame of the task,
// where what is left of it would tell states apart that have the same future.
extern Operation* next_operation;
std::uint16_t announce_next();

// Suspends the running task until the search chooses it again; returns the alternative chosen, 0
// unless the operation is a choose. Outside a task (building a world, stating a claim) it
// returns at once. An operation on the task's own stack is nobody else's business and is not a
// choice either.
inline std::uint16_t announce(const Operation& operation) {
    *next_operation = operation;
    return announce_next();
}

// Adds to what the running task has seen. Everything that a task's future depends on and that
// comes from shared memory must pass through here; the facade does it for each of its results.
void observe(std::uint64_t value);

// The same for the bytes of an object.
void observe_bytes(const void* object, std::size_t bytes);

// Declares that the running task's locals are dead but for `live`, so that states which differ
// only in its past are one state again. To be called between two operations of a task, from a
// place that always has the same stack depth. A task that has done nothing since is idle. What it
// has read is no longer waited for, see wait_for_change().
void forget(std::uint64_t live);

// Waits until something that the running task has read since it last came here (or forgot, or
// started) is no longer what it read: the value, or the bit where it has tested a bit, or whether
// it can have the lock where it has tried. Goes on at once if the task has written anything
// meanwhile, or read more than WatchedWords::words_max words. So a loop that only looks needs no
// bound.
void wait_for_change(const char* name, Where where);

// Ends the run with a violation of `claim`. `formula` says what should have held; `left` and
// `right` are the values of its two sides where it has sides. All strings must be constants.
struct Failure {
    const char* claim = "";
    const char* formula = "";
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    const void* object = nullptr;  // what it is about, if anything
    Where where = {};
};
[[noreturn]] void fail(const Failure& failure);

}  // namespace heddle
