// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/storm_tasks.h"

#include "bench/locks/tick_clock.h"
#include "model/compaction.h"
#include "model/gup.h"
#include "model/huge_memory.h"
#include "model/khugepaged.h"
#include "model/mlock.h"
#include "model/mm.h"
#include "model/pgtable.h"
#include "model/vmscan.h"

namespace heddle {

namespace {

// Of the calling thread; null while it does not storm.
struct Recorder {
    ThreadFigures& figures;
    double ns_per_tick;
    std::uint64_t critical_ticks;
    std::uint64_t taken_at = 0;
    std::uint64_t given_back_at = 0;

    std::uint64_t ns(std::uint64_t passed) const {
        return static_cast<std::uint64_t>(static_cast<double>(passed) * ns_per_tick);
    }
};
thread_local Recorder* recorder = nullptr;

void pass_ticks(std::uint64_t count) {
    const std::uint64_t start = ticks();
    while (count != 0 && ticks() - start < count) {
    }
}

std::uint64_t note_waits() { return recorder == nullptr ? 0 : ticks(); }

void note_taken(spinlock_t& lock, std::uint64_t since) {
    if (recorder == nullptr) {
        return;
    }
    Recorder& to = *recorder;
    to.taken_at = ticks();
    to.figures.wait_ns.add(to.ns(to.taken_at - since));
    if (to.given_back_at != 0) {
        to.figures.between_ns.add(to.ns(since - to.given_back_at));
    }
    ++to.figures.taken;
    to.figures.local += lock.last == current_task() + 1 ? 1 : 0;
    lock.last = current_task() + 1;
    // Over all of the section: whoever else comes in loses a count.
    const auto times_taken = lock.times_taken;
    pass_ticks(to.critical_ticks);
    lock.times_taken = times_taken + 1;
}

void note_gives_back(spinlock_t&) {
    if (recorder != nullptr) {
        recorder->given_back_at = ticks();
        recorder->figures.hold_ns.add(recorder->ns(recorder->given_back_at - recorder->taken_at));
    }
}

void must_succeed(int error) {
    if (error != 0) {
        fail({.claim = "storm", .formula = "the calls of a storm succeed"});
    }
}

}  // namespace

StormTasks::StormTasks(const StormPlan& plan, const LockWorldSize& size, const StormHost& host,
                       ThreadFigures* figures)
    : plan_(plan), size_(size), figures_(figures), host_(host) {}

const LockMeter& StormTasks::meter() {
    static constexpr LockMeter meter = {note_waits, note_taken, note_gives_back};
    return meter;
}

void StormTasks::wait_for_all(std::atomic<unsigned>& arrived) const {
    ++arrived;
    spin_until([&] { return arrived.load() == size_.tasks; });
}

void StormTasks::run(unsigned i) {
    const std::vector<unsigned>& processors = host_.topology.of(plan_.placement);
    if (!processors.empty()) {
        run_on_processor(processors[i % processors.size()]);
    }
    spin_until([&] { return turn_.load() == i; });
    if (i < plan_.threads) {
        set_up_process(size_);
    }
    ++turn_;
    wait_for_all(ready_);
    if (i < plan_.threads) {
        storm(i);
    } else {
        help();
    }
    wait_for_all(finished_);
    settle_cpu();
}

void StormTasks::storm(unsigned i) {
    using Clock = std::chrono::steady_clock;
    ThreadFigures& figures = figures_[i];
    Recorder mine = {
        .figures = figures,
        .ns_per_tick = host_.ns_per_tick,
        .critical_ticks = static_cast<std::uint64_t>(plan_.critical_ns / host_.ns_per_tick)};
    const auto parallel_ticks = static_cast<std::uint64_t>(plan_.parallel_ns / host_.ns_per_tick);
    PerfCounters counters;
    const Clock::time_point start = Clock::now();
    const Clock::time_point end = start + std::chrono::milliseconds(plan_.storm_ms);
    recorder = &mine;
    counters.start();
    for (unsigned long nr = 0; !stop_.load(std::memory_order_relaxed); ++nr) {
        operate(nr);
        ++figures.ops;
        pass_ticks(parallel_ticks);
        if (Clock::now() >= end) {
            stop_ = true;
        }
    }
    figures.perf = counters.stop();
    recorder = nullptr;
    if (i == 0) {
        seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
    }
}

// Helpers are not measured but for the locks they hold: what they take counts in the exclusion
// check.
void StormTasks::help() {
    Recorder mine = {
        .figures = figures_[current_task()], .ns_per_tick = host_.ns_per_tick, .critical_ticks = 0};
    recorder = &mine;
    struct machine& machine = this_machine();
    while (!stop_.load(std::memory_order_relaxed)) {
        if (plan_.workload == Workload::reclaim) {
            balance_pgdat(&machine.nodes[0], &machine.zones[machine.nr_zones - 1]);
        } else {
            for (unsigned zone = 0; zone < machine.nr_zones; ++zone) {
                compact_zone(&machine.zones[zone], MIGRATE_SYNC);
            }
        }
    }
    recorder = nullptr;
}

void StormTasks::operate(unsigned long nr) {
    if (plan_.workload == Workload::split) {
        operate_on_huge_pages();
        return;
    }
    must_succeed(sys_mlock(0, plan_.pages * PAGE_SIZE));
    must_succeed(sys_munlock(0, plan_.pages * PAGE_SIZE));
    constexpr unsigned operations_per_reclaim = 16;
    if (plan_.workload == Workload::reclaim && nr % operations_per_reclaim == 0) {
        struct lruvec* lruvec =
            lruvec_number(static_cast<unsigned>(nr / operations_per_reclaim) % nr_lruvecs());
        shrink_inactive_list(this_machine().swap_cluster_max, lruvec, LRU_INACTIVE_ANON);
    }
}

// Splits the huge pages of the range while they are mlocked, and makes new ones of what is left.
void StormTasks::operate_on_huge_pages() {
    const unsigned long bytes = plan_.pages * PAGE_SIZE;
    must_succeed(sys_mlock(0, bytes));
    for (unsigned long address = 0; address < bytes; address += HPAGE_PMD_SIZE()) {
        struct page* page = nullptr;
        must_succeed(get_user_pages(address, false, page));
        lock_page(page);
        if (PageTransCompound(page)) {
            split_huge_page_to_list(page, nullptr);
        }
        unlock_page(page);
        put_page(page, Holder::pin);
    }
    must_succeed(sys_munlock(0, bytes));
    // A page that waits in a pagevec has one reference too many.
    settle_cpu();
    for (unsigned long address = 0; address < bytes; address += HPAGE_PMD_SIZE()) {
        collapse_huge_page(current_mm(), address);
    }
}

}  // namespace heddle
