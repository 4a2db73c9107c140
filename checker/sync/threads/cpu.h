// SPDX-License-Identifier: Apache-2.0
// Who the running thread is, and the simulated CPU it is bound to.
#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <thread>

namespace heddle {

constexpr unsigned tasks_max = 48;
constexpr unsigned cpus_max = 48;
constexpr unsigned no_task = tasks_max;
constexpr unsigned held_max = 16;

// Who measures locks on cores of their own sets this so high that nobody yields.
inline unsigned spins_before_yield = 100;

// Spins for a while, then lets others run: there may be more threads than cores.
template <class Condition>
void spin_until(Condition condition) {
    for (unsigned spins = 0; !condition(); ++spins) {
        if (spins >= spins_before_yield) {
            std::this_thread::yield();
        }
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
}

class SimpleLock {
  public:
    void lock() {
        spin_until([this] { return !taken_.exchange(true, std::memory_order_acquire); });
    }
    void unlock() { taken_.store(false, std::memory_order_release); }

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

inline unsigned current_task() { return thread_state.task; }
inline unsigned current_cpu() { return thread_state.cpu; }
inline void set_cpu(unsigned cpu) { thread_state.cpu = cpu; }
inline unsigned nr_cpus() { return cpus_in_use; }
inline bool cpu_is_shared() { return true; }
inline void* world_root() { return shared_world; }

}  // namespace heddle
