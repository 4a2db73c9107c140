// SPDX-License-Identifier: Apache-2.0
#include "checker/coordinator.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace heddle {

namespace {

// Rounds in which something happened follow each other at once.
constexpr useconds_t nap_us_min = 20;
constexpr useconds_t nap_us_max = 2000;

// So many workers killed one after the other and no state found in between: somebody does not want
// this search, such as a system short of memory.
constexpr unsigned vain_deaths_max = 40;

constexpr const char* not_deterministic =
    "a worker has found something that its schedule does not show: the scenario is not "
    "deterministic (--check-engine finds the step)";

}  // namespace

// ---- workers

void Coordinator::start_worker(unsigned worker) {
    const pid_t coordinator = getpid();
    board_->state(worker).rests_at.store(0);
    const pid_t process = fork();
    if (process < 0) {
        end(Verdict::unknown(std::string("a worker process cannot be started: ") +
                             std::strerror(errno)));
        return;
    }
    if (process > 0) {
        processes_[worker] = process;
        return;
    }
    // It ends with the coordinator, which alone decides what an interrupt means.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != coordinator) {
        _exit(0);
    }
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_IGN);
    execution_.continue_in_child();
    Worker({execution_, start_, *board_, *table_, sometimes_, order_ ? &*order_ : nullptr,
            knowledge_ ? &knowledge_->locals : nullptr},
           {.number = worker,
            .steps_of_a_run = budget_.limits().steps_of_a_run,
            .wants_final_states = static_cast<bool>(options_.on_final)})
        .run();
}

void Coordinator::stop_workers() {
    for (pid_t& process : processes_) {
        if (process != 0) {
            kill(process, SIGKILL);
            waitpid(process, nullptr, 0);
            process = 0;
        }
    }
}

void Coordinator::replace_the_dead() {
    for (unsigned worker = 0; worker < board_->workers() && !ended_; ++worker) {
        int status = 0;
        if (processes_[worker] == 0 || waitpid(processes_[worker], &status, WNOHANG) <= 0) {
            continue;
        }
        processes_[worker] = 0;
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
            tell_crash(worker, status);
            return;
        }
        ++deaths_;
        const std::uint64_t states = sum(&WorkerState::states);
        vain_deaths_ = states == states_at_last_death_ ? vain_deaths_ + 1 : 0;
        states_at_last_death_ = states;
        if (vain_deaths_ > vain_deaths_max) {
            end(Verdict::unknown("the worker processes are killed again and again"));
            return;
        }
        board_->take_back_from(worker);
        start_worker(worker);
    }
}

// Not run again here: it would be the end of this process too.
void Coordinator::tell_crash(unsigned worker, int status) {
    const SharedPath path(board_->state(worker).depth, board_->path_words(worker));
    Violation violation;
    violation.claim = "crash";
    violation.formula = "the process in which the code runs survives it";
    violation.sides = WIFSIGNALED(status)
                          ? std::string("it was ended by ") + strsignal(WTERMSIG(status))
                          : "it ended with exit code " + std::to_string(WEXITSTATUS(status));
    Verdict verdict = Verdict::fail(violation, path.schedule());
    verdict.deadly = true;
    ++summary_.executions;
    end(std::move(verdict));
}

// False if the search ends meanwhile. Who dies is replaced, and comes to the pause later.
bool Coordinator::pause_workers() {
    const std::uint64_t pause = board_->pause().load() + 1;
    board_->pause().store(pause);
    const auto rests = [this, pause](unsigned worker) {
        return board_->state(worker).rests_at.load() == pause;
    };
    for (bool all_rest = false; !all_rest && !ended_;) {
        read_mail();
        replace_the_dead();
        all_rest = true;
        for (unsigned worker = 0; worker < board_->workers(); ++worker) {
            all_rest = all_rest && rests(worker);
        }
        if (!all_rest) {
            usleep(nap_us_min);
        }
    }
    if (!ended_) {
        read_mail();
    }
    return !ended_;
}

void Coordinator::end_pause() { board_->pause().store(board_->pause().load() + 1); }

// ---- what they found

bool Coordinator::read_mail() {
    bool any = false;
    for (unsigned worker = 0; worker < board_->workers() && !ended_; ++worker) {
        if (board_->state(worker).has_mail.load(std::memory_order_acquire) != 0) {
            read_mail_of(worker);
            any = true;
        }
    }
    return any;
}

void Coordinator::read_mail_of(unsigned worker) {
    WorkerState& state = board_->state(worker);
    const Schedule schedule = schedule_of(board_->mail_words(worker).first(state.steps));
    switch (state.news) {
        case News::lock_order:
            append_frame(lock_runs_.emplace_back(), schedule, 0);
            follow(schedule);
            break;
        case News::final_state:
            follow(schedule);
            options_.on_final(execution_);
            break;
        case News::reached:
            sometimes_.reach(&execution_.claims()[state.value]);
            board_->note_reached(state.value);
            break;
        case News::violation:
            tell_violation(schedule);
            break;
        case News::wrong_reductions:
            follow(schedule);
            if (!in_vain_) {
                end(Verdict::error(not_deterministic));
            }
            break;
        case News::too_long:
            end(Verdict::unknown(too_long(state.value)));
            break;
    }
    state.has_mail.store(0, std::memory_order_release);
}

// Takes the steps here, too, to learn what they show.
void Coordinator::follow(const Schedule& schedule) {
    execution_.rewind(start_);
    Schedule so_far;
    for (const Choice choice : schedule) {
        execution_.take(choice);
        so_far.push_back(choice);
        if (order_) {
            order_->learn();
        }
        if (locks_.has_news()) {
            locks_.keep_news(so_far);
        }
        if (execution_.reductions_are_wrong() && !in_vain_) {
            in_vain_ = true;
            append_frame(wait_runs_.emplace_back(), so_far, 0);
        }
    }
}

void Coordinator::tell_violation(const Schedule& schedule) {
    follow(schedule);
    ++summary_.executions;
    const std::optional<Violation> violation = execution_.violation();
    end(violation ? Verdict::fail(*violation, schedule) : Verdict::error(not_deterministic));
}

// ---- the search

void Coordinator::look_around() {
    if (options_.on_round) {
        options_.on_round(processes_);
    }
    quiet_rounds_ = read_mail() ? 0 : quiet_rounds_ + 1;
    replace_the_dead();
    if (knowledge_ && knowledge_->is_full()) {
        end(Verdict::unknown("what single tasks do is more than there is room for"));
    }
    if (ended_ || in_vain_) {
        return;
    }
    if (!queue_.empty() && board_->is_empty(board_->workers()) &&
        board_->offer(board_->workers(), queue_.front())) {
        queue_.pop_front();
        quiet_rounds_ = 0;
    }
    if (needs_room()) {
        grow_table();
    }
    if (!ended_ && !budget_.allows_now(states_before_ + sum(&WorkerState::states), memory_bytes(),
                                       depth_max())) {
        stop_at_limit();
        return;
    }
    write_checkpoint_if_due();
    if (!ended_ && queue_.empty() && board_->is_done()) {
        read_mail();  // the last, from before the worker ran out of work
        is_done_ = true;
        return;
    }
    if (!options_.on_round) {
        usleep(std::min(nap_us_max, nap_us_min << std::min(quiet_rounds_, 7U)));
    }
}

bool Coordinator::needs_room() {
    const std::uint64_t states = states_before_ + sum(&WorkerState::states);
    table_->prepare_to_grow(states);
    bool needs = table_->is_crowded(states);
    for (unsigned worker = 0; worker < board_->workers(); ++worker) {
        needs = needs || board_->state(worker).needs_room.load() != 0;
    }
    return needs;
}

void Coordinator::grow_table() {
    if (!pause_workers()) {
        return;
    }
    if (!table_->grow()) {
        end(Verdict::unknown("the table of visited states fills the machine's memory"));
    }
    end_pause();
}

std::uint64_t Coordinator::sum(std::atomic<std::uint64_t> WorkerState::*counter) {
    std::uint64_t sum = 0;
    for (unsigned worker = 0; worker < board_->workers(); ++worker) {
        sum += (board_->state(worker).*counter).load(std::memory_order_relaxed);
    }
    return sum;
}

std::uint64_t Coordinator::depth_max() {
    std::uint64_t depth = summary_.depth_max;
    for (unsigned worker = 0; worker < board_->workers(); ++worker) {
        depth = std::max(depth, board_->state(worker).depth_max.load());
    }
    return depth;
}

std::uint64_t Coordinator::memory_bytes() {
    return table_->bytes() + sum(&WorkerState::depth) * mark_bytes_;
}

void Coordinator::end(Verdict verdict) {
    if (!ended_) {
        summary_.verdict = std::move(verdict);
        ended_ = true;
    }
}

// The checkpoint holds what has been done up to here.
void Coordinator::stop_at_limit() {
    if (!options_.checkpoint.empty() && pause_workers()) {
        if (in_vain_) {
            stop_workers();
            begin_again();
        }
        write_checkpoint_now();
        end_pause();
    }
    end(Verdict::unknown(budget_.exhausted()));
}

// A worker that was killed may have put a state into the table and not have counted it.
void Coordinator::conclude() {
    summary_.states = deaths_ > 0 ? table_->count() : states_before_ + sum(&WorkerState::states);
    summary_.transitions += sum(&WorkerState::transitions);
    summary_.executions += sum(&WorkerState::executions);
    summary_.visited_bytes = table_->bytes();
    summary_.depth_max = depth_max();
    const Verdict::Kind kind = summary_.verdict.kind;
    if (locks_.finding() && (complete_ || kind == Verdict::Kind::unknown)) {
        summary_.verdict = Verdict::fail(locks_.finding()->violation, locks_.finding()->schedule);
    } else if (complete_) {
        summary_.verdict = sometimes_.verdict_if_complete();
    }
    const bool is_over = complete_ || kind == Verdict::Kind::fail;
    if (is_over && !options_.checkpoint.empty()) {
        std::remove(options_.checkpoint.c_str());
    }
}

}  // namespace heddle
