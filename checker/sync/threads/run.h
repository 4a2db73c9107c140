// SPDX-License-Identifier: Apache-2.0
// Runs tasks on real threads.
#pragma once

#include <cassert>
#include <functional>
#include <thread>
#include <vector>

#include "checker/sync/threads/context.h"

namespace heddle {

struct ThreadTask {
    unsigned cpu = 0;  // below the number of CPUs of the run
    bool interrupt = false;
    std::function<void()> body;
};

// The finaliser of splitmix64, so that neighbouring seeds share no sequence (Steele et al., Fast
// Splittable Pseudorandom Number Generators, OOPSLA 2014).
inline std::uint64_t mix(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

inline void run_interrupt(const std::function<void()>& body) {
    ThreadState& state = thread_state;
    mask(simulated_cpus[state.cpu].interrupts, "interrupt", Where{});
    state.in_interrupt = true;
    // As local_irq_disable() leaves it: a handler may turn interrupts on and off again.
    state.irqs_off = true;
    ++state.preempt_count;
    body();
    if (state.irqs_off) {
        state.irqs_off = false;
        --state.preempt_count;
    }
    simulated_cpus[state.cpu].interrupts.unlock();
}

// Runs the calling thread's task. A task that kept its CPU's locks would hang every later one.
inline void run_task(const ThreadTask& task) {
    if (task.interrupt) {
        run_interrupt(task.body);
    } else {
        task.body();
    }
    if (thread_state.preempt_count > 0 || thread_state.irqs_off) {
        fail({.claim = "lock-held-at-exit",
              .formula = "a task ends with preemption and interrupts on"});
    }
}

// Starts all tasks together and waits for their ends. `world` is what world_root() gives them; each
// thread draws its choices from `seed` and its number. At most tasks_max tasks and cpus_max CPUs.
inline void run_on_threads(void* world, unsigned cpus, const std::vector<ThreadTask>& tasks,
                           std::uint64_t seed) {
    assert(tasks.size() <= tasks_max && "a task's number is told apart from no_task");
    assert(cpus >= 1 && cpus <= cpus_max);
    for (const ThreadTask& task : tasks) {
        assert(task.cpu < cpus);
        static_cast<void>(task);
    }
    shared_world = world;
    cpus_in_use = cpus;
    std::atomic<std::size_t> ready{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < tasks.size(); ++i) {
        threads.emplace_back([&tasks, &ready, seed, i] {
            thread_state = {};
            thread_state.task = i;
            thread_state.cpu = tasks[i].cpu;
            thread_state.random = mix(mix(seed) + i) | 1;
            ready.fetch_add(1);
            spin_until([&] { return ready.load() == tasks.size(); });
            run_task(tasks[i]);
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

}  // namespace heddle
