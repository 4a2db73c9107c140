// SPDX-License-Identifier: Apache-2.0
#include <sys/time.h>

#include <cmath>
#include <csignal>

#include "checker/execution_state.h"

namespace heddle {

namespace {

// The step that ran at the last tick; every switch to a fiber makes another.
std::uint64_t step_at_last_tick = 0;
struct sigaction handler_before;

// A step that has run through a whole period, from one tick to the next, is taken to be endless. It
// is left as at a crash: rewinding mends whatever was half done.
void on_tick(int) {
    const Execution::Implementation* execution = current_execution;
    if (execution == nullptr || !execution->on_fiber) {
        return;
    }
    if (execution->last_version != step_at_last_tick) {
        step_at_last_tick = execution->last_version;
        return;
    }
    fail({.claim = "endless-loop",
          .formula = "a task comes to its next operation within the time limit of a step"});
}

void tick_every(double seconds) {
    const double whole = std::floor(seconds);
    itimerval timer = {};
    timer.it_interval.tv_sec = static_cast<time_t>(whole);
    timer.it_interval.tv_usec = static_cast<suseconds_t>((seconds - whole) * 1e6);
    timer.it_value = timer.it_interval;
    setitimer(ITIMER_VIRTUAL, &timer, nullptr);
}

}  // namespace

Watchdog::~Watchdog() {
    if (is_on_) {
        tick_every(0);
        sigaction(SIGVTALRM, &handler_before, nullptr);
    }
}

void Watchdog::start(double seconds) {
    if (seconds <= 0) {
        return;
    }
    struct sigaction action = {};
    action.sa_handler = on_tick;
    action.sa_flags = SA_ONSTACK | SA_NODEFER | SA_RESTART;
    sigemptyset(&action.sa_mask);
    struct sigaction before = {};
    sigaction(SIGVTALRM, &action, &before);
    if (!is_on_) {
        handler_before = before;
        is_on_ = true;
    }
    step_at_last_tick = 0;
    tick_every(seconds / 2);
}

}  // namespace heddle
