// SPDX-License-Identifier: Apache-2.0
// What a spin lock is made of, for measurements: all spin locks of a process are of one kind.
// Ticket and queue are ours, on std::atomic: those of libraries are assembly, which ThreadSanitizer
// does not follow, and never let the holder's thread run where there are more threads than cores.
#pragma once

#include <pthread.h>

#include <array>
#include <cstdint>
#include <mutex>
#include <new>

#include "checker/sync/threads/atomic.h"
#include "checker/sync/threads/bug.h"

namespace heddle {

enum class LockKind : unsigned char {
    test_and_set,
    ticket,
    queued,  // the kernel's: kernel/locking/qspinlock.c (v4.8), without its pending bit
    std_mutex,
    pthread_spin,
    broken  // no lock: who has waited for a while goes in. Shows that a harness notices
};

struct LockKindInfo {
    LockKind kind;
    const char* name;
};
inline constexpr std::array lock_kinds = {LockKindInfo{LockKind::test_and_set, "test-and-set"},
                                          LockKindInfo{LockKind::ticket, "ticket"},
                                          LockKindInfo{LockKind::queued, "queued"},
                                          LockKindInfo{LockKind::std_mutex, "std-mutex"},
                                          LockKindInfo{LockKind::pthread_spin, "pthread-spin"},
                                          LockKindInfo{LockKind::broken, "broken"}};

// To be chosen before the first lock is taken. Locks of the library's kinds must have been through
// spin_lock_init(); for the others zero is free.
inline LockKind lock_kind = LockKind::test_and_set;

// Room for any of them; which one it is `lock_kind` says.
struct alignas(8) LockBody {
    union {
        std::uint32_t word;        // queued: bit 0 taken, above the last waiter's task + 1; broken
        std::uint32_t tickets[2];  // the next to be drawn, the one that is served
        unsigned char bytes[sizeof(pthread_mutex_t)];
    };

    std::mutex& mutex() { return *std::launder(reinterpret_cast<std::mutex*>(bytes)); }
    pthread_spinlock_t& pthread() {
        return *std::launder(reinterpret_cast<pthread_spinlock_t*>(bytes));
    }
};

// Where a task waits for its turn: it looks at nothing that others look at. One is enough, for who
// waits takes no other lock.
struct alignas(64) QueueNode {
    std::uint32_t next;  // 0: nobody yet; otherwise its task + 1
    std::uint32_t waits;
};
inline QueueNode queue_nodes[tasks_max + 2];

inline void lock_ticket(LockBody& body) {
    const std::uint32_t mine = shared(body.tickets[0]).fetch_add(1, std::memory_order_relaxed);
    spin_until([&] { return shared(body.tickets[1]).load(std::memory_order_acquire) == mine; });
}

inline bool trylock_ticket(LockBody& body) {
    std::uint32_t served = shared(body.tickets[1]).load(std::memory_order_acquire);
    return shared(body.tickets[0])
        .compare_exchange_strong(served, served + 1, std::memory_order_acquire,
                                 std::memory_order_relaxed);
}

inline void unlock_ticket(LockBody& body) {
    const auto serving = shared(body.tickets[1]);
    serving.store(serving.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

inline bool trylock_queued(LockBody& body) {
    std::uint32_t free = 0;
    return shared(body.word).compare_exchange_strong(free, 1, std::memory_order_acquire,
                                                     std::memory_order_relaxed);
}

inline void lock_queued(LockBody& body) {
    if (trylock_queued(body)) {
        return;
    }
    constexpr unsigned tail_shift = 8;
    const std::uint32_t me = current_task() + 1;
    QueueNode& node = queue_nodes[me];
    shared(node.next).store(0, std::memory_order_relaxed);
    shared(node.waits).store(1, std::memory_order_relaxed);
    const auto word = shared(body.word);
    std::uint32_t old = word.load(std::memory_order_relaxed);
    while (!word.compare_exchange_weak(old, (old & 1U) | me << tail_shift)) {
    }
    if (const std::uint32_t previous = old >> tail_shift; previous != 0) {
        shared(queue_nodes[previous].next).store(me, std::memory_order_release);
        spin_until([&] { return shared(node.waits).load(std::memory_order_acquire) == 0; });
    }
    // First in the queue, which nobody overtakes: the quick way in is for an empty one.
    spin_until([&] {
        old = word.load(std::memory_order_acquire);
        return (old & 1U) == 0;
    });
    if (old == me << tail_shift && word.compare_exchange_strong(old, 1)) {
        return;
    }
    word.fetch_or(1, std::memory_order_acquire);
    std::uint32_t next = 0;
    spin_until([&] {
        next = shared(node.next).load(std::memory_order_acquire);
        return next != 0;
    });
    shared(queue_nodes[next].waits).store(0, std::memory_order_release);
}

inline void unlock_queued(LockBody& body) {
    shared(body.word).fetch_sub(1, std::memory_order_release);
}

inline void lock_broken(LockBody& body) {
    constexpr unsigned patience = 50;
    for (unsigned looks = 0; looks < patience && shared(body.word).exchange(1) != 0; ++looks) {
    }
}

// ---- by the kind in use, which is not test_and_set: that one is in locks.h

inline void init_body(LockBody& body) {
    body = {};
    if (lock_kind == LockKind::std_mutex) {
        new (body.bytes) std::mutex;
    } else if (lock_kind == LockKind::pthread_spin) {
        auto* lock = new (body.bytes) pthread_spinlock_t;
        pthread_spin_init(lock, PTHREAD_PROCESS_PRIVATE);
    }
}

inline void lock_body(LockBody& body) {
    switch (lock_kind) {
        case LockKind::ticket:
            return lock_ticket(body);
        case LockKind::queued:
            return lock_queued(body);
        case LockKind::std_mutex:
            return body.mutex().lock();
        case LockKind::pthread_spin:
            pthread_spin_lock(&body.pthread());
            return;
        default:
            return lock_broken(body);
    }
}

inline bool trylock_body(LockBody& body) {
    switch (lock_kind) {
        case LockKind::ticket:
            return trylock_ticket(body);
        case LockKind::queued:
            return trylock_queued(body);
        case LockKind::std_mutex:
            return body.mutex().try_lock();
        case LockKind::pthread_spin:
            return pthread_spin_trylock(&body.pthread()) == 0;
        default:
            return shared(body.word).exchange(1) == 0;
    }
}

inline void unlock_body(LockBody& body) {
    switch (lock_kind) {
        case LockKind::ticket:
            return unlock_ticket(body);
        case LockKind::queued:
            return unlock_queued(body);
        case LockKind::std_mutex:
            return body.mutex().unlock();
        case LockKind::pthread_spin:
            pthread_spin_unlock(&body.pthread());
            return;
        default:
            shared(body.word).store(0, std::memory_order_release);
    }
}

}  // namespace heddle
