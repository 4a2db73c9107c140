// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/event_simulation.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <deque>
#include <limits>
#include <numeric>
#include <queue>

namespace heddle::bench {

namespace {

constexpr unsigned nobody = std::numeric_limits<unsigned>::max();
constexpr std::size_t nr_batches = 20;

struct Event {
    double ns = 0;
    std::uint64_t number = 0;  // of two at the same time the one planned first comes first
    unsigned core = 0;
    bool releases = false;  // otherwise asks for a lock

    bool operator>(const Event& other) const {
        return ns != other.ns ? ns > other.ns : number > other.number;
    }
};

struct Waiter {
    unsigned core = 0;
    double since_ns = 0;
};

struct Lock {
    std::deque<Waiter> waiters;
    bool held = false;
    unsigned last = nobody;
};

class Simulation {
  public:
    Simulation(const LockedSystem& system, const SimulationOptions& options);
    SimulatedRates run();

  private:
    void plan(double ns, unsigned core, bool releases);
    unsigned choose_lock(unsigned core);
    void ask(const Event& event);
    void release(const Event& event);
    // The lock becomes the core's: after the hand-over it holds it, and then gives it back.
    void take(Lock& lock, const Waiter& waiter, double ns);
    void count(double wait_ns, unsigned core, double ns);
    SimulatedRates rates() const;

    unsigned node_of(unsigned core) const { return core % system_.nodes; }

    const LockedSystem& system_;
    Random random_;
    std::uint64_t nr_warm_;
    std::uint64_t nr_counted_;

    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t nr_planned_ = 0;
    std::vector<Lock> locks_;
    std::vector<unsigned> lock_of_;  // which one the core wants or has

    std::uint64_t taken_ = 0;
    double busy_ns_ = 0;
    std::uint64_t local_ = 0;
    std::uint64_t handed_over_ = 0;
    std::vector<double> waits_;
    std::vector<double> taken_by_;         // by core
    std::vector<double> batch_ends_ = {};  // when each batch of takings was done
};

Simulation::Simulation(const LockedSystem& system, const SimulationOptions& options)
    : system_(system),
      random_(options.seed),
      nr_warm_(std::max<std::uint64_t>(options.takings / 10, std::uint64_t{2} * system.cores)),
      nr_counted_(std::max(options.takings, options.takings_per_core * system.cores)),
      locks_(system.locks),
      lock_of_(system.cores),
      taken_by_(system.cores) {
    assert(system.cores > 0 && system.nodes > 0 && system.locks > 0);
    nr_counted_ += nr_batches - nr_counted_ % nr_batches;
    for (unsigned core = 0; core < system.cores; ++core) {
        // Not all at once, or the queue of the beginning would last.
        plan(system.between(random_) * uniform(random_), core, false);
    }
}

void Simulation::plan(double ns, unsigned core, bool releases) {
    events_.push({ns, nr_planned_++, core, releases});
}

unsigned Simulation::choose_lock(unsigned core) {
    const unsigned nodes = system_.nodes;
    const bool node_matters = system_.remote_part >= 0 && nodes > 1 && system_.locks >= nodes;
    unsigned node = node_of(core);
    const bool is_remote = node_matters && uniform(random_) <= system_.remote_part;
    if (system_.own_lock && !is_remote) {
        return core % system_.locks;
    }
    if (!node_matters) {
        return static_cast<unsigned>(random_() % system_.locks);
    }
    if (is_remote) {
        node = static_cast<unsigned>((node + 1 + random_() % (nodes - 1)) % nodes);
    }
    const unsigned locks_of_node = (system_.locks - node + nodes - 1) / nodes;
    return static_cast<unsigned>(node + nodes * (random_() % locks_of_node));
}

void Simulation::count(double wait_ns, unsigned core, double ns) {
    ++taken_;
    if (taken_ == nr_warm_) {
        batch_ends_.push_back(ns);
        busy_ns_ = 0;
        local_ = handed_over_ = 0;
    }
    if (taken_ <= nr_warm_) {
        return;
    }
    waits_.push_back(wait_ns);
    taken_by_[core] += 1;
    if ((taken_ - nr_warm_) % (nr_counted_ / nr_batches) == 0) {
        batch_ends_.push_back(ns);
    }
}

void Simulation::take(Lock& lock, const Waiter& waiter, double ns) {
    double handover_ns = 0;
    if (lock.last != nobody && lock.last != waiter.core) {
        const bool is_local = node_of(lock.last) == node_of(waiter.core);
        handover_ns = is_local ? system_.handover_local_ns : system_.handover_remote_ns;
        ++handed_over_;
        local_ += is_local ? 1 : 0;
    }
    lock.held = true;
    lock.last = waiter.core;
    const double hold_ns = system_.hold(random_);
    busy_ns_ += handover_ns + hold_ns;
    plan(ns + handover_ns + hold_ns, waiter.core, true);
    count(ns + handover_ns - waiter.since_ns, waiter.core, ns + handover_ns);
}

void Simulation::ask(const Event& event) {
    lock_of_[event.core] = choose_lock(event.core);
    Lock& lock = locks_[lock_of_[event.core]];
    if (lock.held) {
        lock.waiters.push_back({event.core, event.ns});
    } else {
        take(lock, {event.core, event.ns}, event.ns);
    }
}

void Simulation::release(const Event& event) {
    plan(event.ns + system_.between(random_), event.core, false);
    Lock& lock = locks_[lock_of_[event.core]];
    lock.held = false;
    if (lock.waiters.empty()) {
        return;
    }
    if (system_.policy == LockPolicy::random) {
        std::swap(lock.waiters.front(), lock.waiters[random_() % lock.waiters.size()]);
    }
    const Waiter next = lock.waiters.front();
    lock.waiters.pop_front();
    take(lock, next, event.ns);
}

SimulatedRates Simulation::run() {
    while (taken_ < nr_warm_ + nr_counted_) {
        const Event event = events_.top();
        events_.pop();
        if (event.releases) {
            release(event);
        } else {
            ask(event);
        }
    }
    return rates();
}

double at_fraction(const std::vector<double>& sorted, double fraction) {
    return sorted[static_cast<std::size_t>(fraction * static_cast<double>(sorted.size() - 1))];
}

SimulatedRates Simulation::rates() const {
    constexpr double ns_per_s = 1e9;
    const double span_ns = std::max(1e-9, batch_ends_.back() - batch_ends_.front());
    SimulatedRates rates;
    rates.takings_per_s = static_cast<double>(nr_counted_) / span_ns * ns_per_s;
    rates.busy = std::min(1.0, busy_ns_ / span_ns / system_.locks);

    // Of the batches' lengths, since each holds as many takings.
    const double mean_ns = span_ns / nr_batches;
    double squares = 0;
    for (std::size_t i = 1; i < batch_ends_.size(); ++i) {
        squares += std::pow(batch_ends_[i] - batch_ends_[i - 1] - mean_ns, 2);
    }
    const double relative = std::sqrt(squares / (nr_batches - 1) / nr_batches) / mean_ns;
    rates.error_per_s = rates.takings_per_s * relative;

    std::vector<double> waits = waits_;
    std::sort(waits.begin(), waits.end());
    rates.wait_mean_ns =
        std::accumulate(waits.begin(), waits.end(), 0.0) / static_cast<double>(waits.size());
    rates.wait_p50_ns = at_fraction(waits, 0.5);
    rates.wait_p99_ns = at_fraction(waits, 0.99);
    rates.wait_p999_ns = at_fraction(waits, 0.999);

    const double sum = std::accumulate(taken_by_.begin(), taken_by_.end(), 0.0);
    const double sum_of_squares =
        std::inner_product(taken_by_.begin(), taken_by_.end(), taken_by_.begin(), 0.0);
    rates.jain = sum * sum / (static_cast<double>(taken_by_.size()) * sum_of_squares);
    rates.local_part =
        handed_over_ == 0 ? 1 : static_cast<double>(local_) / static_cast<double>(handed_over_);
    return rates;
}

}  // namespace

SimulatedRates simulate(const LockedSystem& system, const SimulationOptions& options) {
    return Simulation(system, options).run();
}

}  // namespace heddle::bench
