// SPDX-License-Identifier: Apache-2.0
// Who the running thread is, and the simulated CPU it is bound to.
#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>

#include "checker/sync/threads/round.h"

namespace heddle {

constexpr unsigned tasks_max = 48;
constexpr unsigned cpus_max = 48;
constexpr unsigned no_task = tasks_max;
constexpr unsigned held_max = 16;

class SimpleLock {
  public:
    void lock() {
        spin_until([this] { return try_lock(); });
    }
    void unlock() { taken_.store(false, std::memory_order_release); }
    bool try_lock() { return !taken_.exchange(true, std::memory_order_acquire); }

  private:
    std::atomic<bool> taken_{false};
};

// What masking preemption or interrupts holds: threads of one CPU exclude each other by it. Each on
// its own cache line, so that masking on one CPU costs another nothing.
struct alignas(64) Cpu {
    SimpleLock preemption;
    SimpleLock interrupts;
};

struct ThreadState {
    unsigned task = no_task;
    unsigned cpu = 0;
    unsigned preempt_count = 0;
    bool irqs_off = false;
    bool in_interrupt = false;
    std::uint64_t random = 1;

    // The spin locks that it holds, of the kinds that do not remember who does.
    const void* held[held_max] = {};
    unsigned nr_held = 0;

    bool holds(const void* lock) const {
        return std::find(held, held + nr_held, lock) != held + nr_held;
    }
    void hold(const void* lock) {
        assert(nr_held < held_max);
        held[nr_held++] = lock;
    }
    // False if it does not hold it.
    bool unhold(const void* lock) {
        const void** const end = held + nr_held;
        const void** const found = std::find(held, end, lock);
        if (found == end) {
            return false;
        }
        *found = held[--nr_held];
        return true;
    }
};

inline Cpu simulated_cpus[cpus_max];
inline thread_local ThreadState thread_state;
inline unsigned cpus_in_use = cpus_max;
inline void* shared_world = nullptr;

// Nobody masks anything: what tasks have left behind that did not come to their ends.
inline void reset_simulated_cpus(unsigned count) {
    for (unsigned cpu = 0; cpu < count; ++cpu) {
        simulated_cpus[cpu].preemption.unlock();
        simulated_cpus[cpu].interrupts.unlock();
    }
}

inline unsigned current_task() { return thread_state.task; }
inline unsigned current_cpu() { return thread_state.cpu; }
inline void set_cpu(unsigned cpu) { thread_state.cpu = cpu; }
inline unsigned nr_cpus() { return cpus_in_use; }
inline bool cpu_is_shared() { return true; }
inline void* world_root() { return shared_world; }
inline void set_world_root(void* root) { shared_world = root; }
inline void set_nr_cpus(unsigned cpus) { cpus_in_use = cpus; }

}  // namespace heddle
