// SPDX-License-Identifier: Apache-2.0
// What the facade and the engine both know of a task: who runs, on which CPU, in which context.
#pragma once

#include <cstdint>

#include "checker/sync/mutation.h"
#include "checker/sync/where.h"

namespace heddle {

constexpr unsigned tasks_max = 48;
constexpr unsigned cpus_max = 48;
constexpr unsigned locks_held_max = 8;

// A lock in the hands of a task: the number of the acquisition (checker/acquisitions.h), because
// every mark copies it.
using HeldLock = std::uint16_t;

#ifdef HEDDLE_MUTATION
// What a mutant has the task do later.
struct HeldBack {
    void* object;
    std::uint64_t value;
    std::uint8_t size;
    Change change;
    bool is_held;
    bool is_due;  // the task has come to its next operation
};
#endif

// The part of a task that lies in rewindable memory and that the facade reads and writes.
struct TaskState {
    std::uint8_t preempt_count;  // preemption is off while it is above 0
    bool irqs_off;
    bool in_interrupt;  // an interrupt handler that has begun
    std::uint8_t locks_held;
    HeldLock held[locks_held_max];
#ifdef HEDDLE_MUTATION
    HeldBack held_back;
#endif
};

constexpr unsigned no_task = tasks_max;

// What the functions below look up, several times a step: kept by the execution (task, state) and
// by its Setup (cpus, root).
struct Running {
    unsigned task = no_task;
    TaskState* state = nullptr;
    unsigned cpus = cpus_max;
    void* root = nullptr;
};
extern Running running_now;

// The index of the running task, or `no_task` while a world is built or a claim is evaluated.
inline unsigned current_task() { return running_now.task; }

// The running task's state. Outside a task: a spare one that nothing checks.
inline TaskState& current_state() { return *running_now.state; }

// The CPU of the running task. Outside a task: the one set by set_cpu(), 0 at first.
unsigned current_cpu();

// Chooses the CPU on which code outside a task runs (drains at the end of a run).
void set_cpu(unsigned cpu);

// Number of CPUs of the scenario, 1 to cpus_max.
inline unsigned nr_cpus() { return running_now.cpus; }

// Whether another task or interrupt is bound to the running task's CPU. If none is, masking
// preemption or interrupts affects nobody and is no operation.
bool cpu_is_shared();

// A lock that the running task has just taken.
struct LockTaken {
    const void* object = nullptr;
    std::uint64_t bits = ~0ULL;  // of the object, in the hands of the task
    bool shared = false;         // others may hold it the same way; it is the object's only lock
    bool waited = true;          // would have waited for it: a trylock does not
    unsigned subclass = 0;  // another class of its own, for a lock taken inside one of its class
    Where where = {};
};

// Remembers that the running task holds (no longer holds) a lock, for the reports of deadlocks
// and of locks held at exit, and for the order of locks.
void hold(const LockTaken& lock);
void unhold(const void* object, std::uint64_t bits);
bool holds(const void* object, std::uint64_t bits);

// To be called when a task that holds a lock has turned its interrupts on.
void irqs_on_with_locks_held(Where where);

// The object given to Setup::world(): the root of all that tasks share.
inline void* world_root() { return running_now.root; }

// For whoever builds a world.
inline void set_world_root(void* root) { running_now.root = root; }
inline void set_nr_cpus(unsigned cpus) { running_now.cpus = cpus; }

}  // namespace heddle
