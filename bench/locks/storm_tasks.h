// SPDX-License-Identifier: Apache-2.0
// What the threads of a storm do, and the meter of its locks.
#pragma once

#include <atomic>
#include <chrono>

#include "bench/locks/lock_world.h"
#include "bench/locks/storm.h"

namespace heddle {

class StormTasks {
  public:
    // `figures` has room for every task.
    StormTasks(const StormPlan& plan, const LockWorldSize& size, const StormHost& host,
               ThreadFigures* figures);

    static const LockMeter& meter();

    // Task `i`, from setting up its process to settling its CPU. The last ones are helpers.
    void run(unsigned i);

    // Of the time in which all stormed.
    double seconds() const { return seconds_; }

  private:
    void storm(unsigned i);
    void help();
    void operate(unsigned long nr);
    void operate_on_huge_pages();
    void wait_for_all(std::atomic<unsigned>& arrived) const;

    const StormPlan plan_;
    const LockWorldSize size_;
    ThreadFigures* figures_;
    const StormHost& host_;
    std::atomic<unsigned> turn_{0};
    std::atomic<unsigned> ready_{0};
    std::atomic<unsigned> finished_{0};
    std::atomic<bool> stop_{false};
    double seconds_ = 0;
};

}  // namespace heddle
