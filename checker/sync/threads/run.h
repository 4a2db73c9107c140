// SPDX-License-Identifier: Apache-2.0
// Runs tasks on real threads.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "checker/sync/threads/context.h"

namespace heddle {

struct ThreadTask {
    unsigned cpu = 0;  // below cpus_max
    bool interrupt = false;
    std::function<void()> body;
};

// Starts all tasks together and waits for their ends. `world` is what world_root() gives them; each
// thread draws its choices from `seed` and its number. At most tasks_max tasks.
inline void run_on_threads(void* world, unsigned cpus, const std::vector<ThreadTask>& tasks,
                           std::uint64_t seed) {
    shared_world = world;
    cpus_in_use = cpus;
    std::atomic<std::size_t> ready{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < tasks.size(); ++i) {
        threads.emplace_back([&tasks, &ready, seed, i] {
            const ThreadTask& task = tasks[i];
            thread_state = {};
            thread_state.task = i;
            thread_state.cpu = task.cpu;
            thread_state.random = (seed + i + 1) * 0x9e3779b97f4a7c15ULL | 1;
            ready.fetch_add(1);
            spin_until([&] { return ready.load() == tasks.size(); });
            if (task.interrupt) {
                simulated_cpus[task.cpu].interrupts.lock();
                thread_state.in_interrupt = true;
                thread_state.irqs_off = true;
            }
            task.body();
            if (task.interrupt) {
                simulated_cpus[task.cpu].interrupts.unlock();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

}  // namespace heddle
