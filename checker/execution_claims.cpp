// SPDX-License-Identifier: Apache-2.0
// Who may run, who holds what, and what is wrong.
#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdio>

#include "checker/engine_mutations.h"
#include "checker/execution_state.h"
#include "checker/word.h"

namespace heddle {

namespace {

std::string hex(const void* address) {
    char text[32];
    std::snprintf(text, sizeof(text), "%p", address);
    return text;
}

const Acquisition& acquisition(HeldLock lock) {
    return current_execution->locks->acquisition(lock);
}

bool is_of(HeldLock lock, const Operation& waiter) {
    return acquisition(lock).object == waiter.object &&
           (waiter.blocked_by >> acquisition(lock).lowest_bit() & 1) != 0;
}

bool is_at(HeldLock lock, const void* object, std::uint64_t bits) {
    return acquisition(lock).object == object && acquisition(lock).bits == bits;
}

}  // namespace

// ---- who may run

bool Execution::Implementation::is_blocked(const Operation& operation) const {
    if (operation.watched != nullptr) {
        return options.await && are_unchanged(*operation.watched);
    }
    return operation.blocked_by != 0 && !engine_mutated(EngineMutation::blocked_by_ignored) &&
           (word_at(operation.object, operation.size) & operation.blocked_by) != 0;
}

bool Execution::Implementation::cpu_lets_run(unsigned task) const {
    const std::vector<TaskSpec>& specs = setup->tasks();
    const TaskState& own = controls[task].state;
    if ((on_shared_cpu >> task & 1) == 0 || own.in_interrupt) {
        return true;
    }
    for (unsigned other = 0; other < tasks; ++other) {
        if (other == task || specs[other].cpu != specs[task].cpu || is_finished(other)) {
            continue;
        }
        const TaskState& state = controls[other].state;
        const bool preemptible = specs[task].kind == TaskKind::interrupt ||
                                 state.preempt_count == 0 ||
                                 engine_mutated(EngineMutation::preemption_off_ignored);
        const bool irqs_off = state.irqs_off && !engine_mutated(EngineMutation::irqs_off_ignored);
        if (!preemptible || irqs_off || state.in_interrupt) {
            return false;
        }
    }
    return true;
}

bool Execution::Implementation::is_runnable(unsigned task) const {
    if ((sets->may_wait >> task & 1) == 0) {
        return !is_finished(task);
    }
    return !is_finished(task) && !is_blocked(controls[task].next) && cpu_lets_run(task);
}

std::uint64_t Execution::Implementation::runnable_tasks() const {
    std::uint64_t can = sets->unfinished;
    for (std::uint64_t left = can & sets->may_wait; left != 0; left &= left - 1) {
        const auto task = static_cast<unsigned>(std::countr_zero(left));
        if (!is_runnable(task)) {
            can &= ~(std::uint64_t{1} << task);
        }
    }
    return can;
}

bool Execution::share_cpu(unsigned one, unsigned other) const {
    return tasks()[one].cpu == tasks()[other].cpu;
}

bool Execution::cpu_lets_run(unsigned task) const { return implementation_->cpu_lets_run(task); }

bool Execution::is_runnable(unsigned task) const { return implementation_->is_runnable(task); }

unsigned Execution::first_runnable() const {
    const Implementation& inside = *implementation_;
    for (std::uint64_t left = inside.sets->unfinished; left != 0; left &= left - 1) {
        const auto task = static_cast<unsigned>(std::countr_zero(left));
        if (inside.is_runnable(task)) {
            return task;
        }
    }
    return no_task;
}

bool Execution::failed() const { return implementation_->failure.has_value(); }

bool Execution::finished() const {
    const Implementation& inside = *implementation_;
    for (std::uint64_t left = inside.sets->unfinished; left != 0; left &= left - 1) {
        const auto task = static_cast<unsigned>(std::countr_zero(left));
        const bool waits_for_orders =
            tasks()[task].kind == TaskKind::daemon &&
            (inside.histories[task].operations == 0 ||
             engine_mutated(EngineMutation::busy_daemon_called_finished)) &&
            inside.is_blocked(inside.controls[task].next);
        const bool stuck = engine_mutated(EngineMutation::deadlock_called_finished) &&
                           inside.is_blocked(inside.controls[task].next);
        if (!waits_for_orders && !stuck) {
            return false;
        }
    }
    return true;
}

bool Execution::idle(unsigned task) const {
    const TaskSets& sets = *implementation_->sets;
    return (sets.unfinished & sets.busy & (std::uint64_t{1} << task)) == 0;
}

bool Execution::idle() const {
    const TaskSets& sets = *implementation_->sets;
    return (sets.unfinished & sets.busy) == 0;
}

// ---- locks in hand

void hold(const LockTaken& lock) {
    TaskState& state = current_state();
    const unsigned task = current_task();
    if (task == no_task) {
        return;
    }
    if (state.locks_held == locks_held_max) {
        fail({.claim = "locks-held",
              .formula = "a task holds at most locks_held_max locks",
              .left = locks_held_max + 1,
              .right = locks_held_max,
              .object = lock.object});
    }
    state.held[state.locks_held] = current_execution->locks->taken(task, state, lock);
    ++state.locks_held;
}

void unhold(const void* object, std::uint64_t bits) {
    TaskState& state = current_state();
    HeldLock* end = state.held + state.locks_held;
    HeldLock* lock = std::find_if(
        state.held, end, [object, bits](HeldLock held) { return is_at(held, object, bits); });
    if (lock != end && !engine_mutated(EngineMutation::lock_stays_in_hand)) {
        std::copy(lock + 1, end, lock);
        state.held[--state.locks_held] = 0;
    }
}

bool holds(const void* object, std::uint64_t bits) {
    const TaskState& state = current_state();
    return current_task() == no_task ||
           std::any_of(state.held, state.held + state.locks_held,
                       [object, bits](HeldLock held) { return is_at(held, object, bits); });
}

void irqs_on_with_locks_held(Where where) {
    if (current_task() != no_task) {
        current_execution->locks->irqs_on(current_task(), current_state(), where);
    }
}

// ---- what is wrong

Violation Execution::Implementation::failed() const {
    Violation violation;
    violation.claim = failure->claim;
    violation.formula = failure->formula;
    violation.where = failure->where;
    violation.task = failed_task;
    if (violation.where.line() == 0) {
        violation.where = last_where;
    }
    violation.object = failure->object;
    if (failure->left != failure->right) {
        violation.sides = std::to_string(static_cast<std::int64_t>(failure->left)) + " against " +
                          std::to_string(static_cast<std::int64_t>(failure->right));
    }
    return violation;
}

std::optional<Violation> Execution::Implementation::first_broken(Moment moment) const {
    for (const Claim& claim : setup->claims()) {
        if (claim.moment == moment && !claim.holds()) {
            Violation violation;
            violation.claim = claim.name;
            violation.formula = claim.formula;
            violation.sides = claim.sides ? claim.sides() : "";
            violation.after_epilogue = moment == Moment::finally;
            return violation;
        }
    }
    return std::nullopt;
}

// For a moment at which the world is that of a state: not after the epilogue.
std::optional<Violation> Execution::Implementation::broken_claim(Moment moment) {
    if (!has_claims(moment)) {
        return std::nullopt;
    }
    if (!world_is_hashed) {
        *world_print = world_fingerprint();
        world_is_hashed = true;
    }
    const bool confused = engine_mutated(EngineMutation::claims_of_moments_confused);
    const Moment asked = confused ? Moment::always : moment;
    if (worlds_in_order.contains(asked, *world_print)) {
        return std::nullopt;
    }
    std::optional<Violation> broken = first_broken(moment);
    if (!broken || engine_mutated(EngineMutation::broken_claim_remembered)) {
        worlds_in_order.insert(asked, *world_print);
    }
    return broken;
}

void Execution::Implementation::run_epilogue() {
    if (setup->epilogue()) {
        setup->epilogue()();
    }
}

// After the epilogue.
std::optional<Violation> Execution::Implementation::broken_at_the_end() {
    std::optional<Violation> broken = first_broken(Moment::finally);
    if (!broken && options.check_alike) {
        broken = claim_not_alike(Moment::finally);
        if (broken) {
            broken->after_epilogue = true;
        }
    }
    return broken;
}

std::optional<Violation> Execution::violation() {
    Implementation& inside = *implementation_;
    if (inside.failure) {
        return inside.failed();
    }
    std::optional<Violation> broken = inside.broken_claim(Moment::always);
    if (!broken && idle() && !engine_mutated(EngineMutation::idle_claims_not_asked)) {
        broken = inside.broken_claim(Moment::idle);
    }
    if (!broken && inside.has_plain_accesses) {
        broken = inside.data_race();
    }
    if (!broken) {
        broken = inside.wrong_promise(*this);
    }
    if (broken) {
        return broken;
    }
    if (!finished()) {
        if (choices().empty()) {
            Violation stuck = inside.stuck();
            stuck.sides = waiters();
            return stuck;
        }
        return std::nullopt;
    }
    if (engine_mutated(EngineMutation::final_claims_not_asked)) {
        return std::nullopt;
    }
    if (!inside.setup->epilogue()) {
        return inside.broken_at_the_end();
    }
    remember(inside.before_epilogue);
    inside.start_fiber(inside.tasks);
    broken = inside.failure ? inside.failed() : inside.broken_at_the_end();
    rewind(inside.before_epilogue);
    return broken;
}

std::string Execution::describe(bool after_epilogue) {
    Implementation& inside = *implementation_;
    if (!inside.setup->description()) {
        return "";
    }
    const std::optional<Failure> failure = inside.failure;
    if (!after_epilogue) {
        return inside.setup->description()();
    }
    const Mark before = mark();
    inside.start_fiber(inside.tasks);
    std::string text = inside.setup->description()();
    rewind(before);
    inside.failure = failure;
    return text;
}

// The names of the tasks that hold what the operation of `waiter` waits for.
std::string Execution::Implementation::holders(unsigned waiter, const Operation& operation) const {
    std::string text;
    for (unsigned task = 0; task < tasks; ++task) {
        const TaskState& state = controls[task].state;
        const bool holds_it =
            std::any_of(state.held, state.held + state.locks_held,
                        [&operation](HeldLock lock) { return is_of(lock, operation); });
        if (holds_it) {
            text += ", held by " + (task == waiter ? "itself" : setup->tasks()[task].name);
        }
    }
    return text;
}

// The words whose change is waited for, if that is what the operation does.
std::string Execution::name_of_watched(const Operation& operation) const {
    std::string text;
    for (unsigned i = 0; operation.watched != nullptr && i < operation.watched->count; ++i) {
        text += (i == 0 ? "" : ", ") + name_of(arena_address(operation.watched->offsets[i]));
    }
    return text;
}

std::string Execution::waiters() const {
    const Implementation& inside = *implementation_;
    std::string text;
    for (unsigned task = 0; task < inside.tasks; ++task) {
        if (!inside.is_finished(task) && tasks()[task].kind != TaskKind::daemon) {
            const Operation& operation = *pending(task);
            text += tasks()[task].name + " waits in " + operation.name + "(" +
                    name_of(operation.object) + name_of_watched(operation) + ")" +
                    inside.holders(task, operation) +
                    (inside.is_blocked(operation) ? "\n" : ", for its CPU\n");
        }
    }
    return text;
}

// ---- what reports ask

std::span<const TaskSpec> Execution::tasks() const { return implementation_->setup->tasks(); }
std::span<const Claim> Execution::claims() const { return implementation_->setup->claims(); }
std::span<const ObjectName> Execution::names() const { return implementation_->setup->names(); }
bool Execution::is_on(const std::string& rule) const { return implementation_->setup->is_on(rule); }
LockGraph& Execution::lock_graph() { return *implementation_->locks; }
void Execution::number_local_states(LocalNumbers numbers, SharedLocals* shared) {
    Implementation& inside = *implementation_;
    inside.local_numbers = numbers;
    inside.local_states = LocalStates(shared);
    inside.reductions_are_wrong = false;
    for (unsigned task = 0; task < inside.tasks; ++task) {
        inside.controls[task].local_state = no_local_state;
        inside.enter_local_state(task);
        inside.task_versions[task] = ++inside.last_version;
    }
}
bool Execution::has_ghosts() const { return implementation_->ghosts_are_known; }

bool Execution::reductions_are_wrong() const { return implementation_->reductions_are_wrong; }
LocalStates& Execution::local_states() { return implementation_->local_states; }
std::uint32_t Execution::local_state(unsigned task) const {
    return implementation_->controls[task].local_state;
}

const Operation* Execution::pending(unsigned task) const {
    return implementation_->is_finished(task) ? nullptr : &implementation_->controls[task].next;
}

std::string Execution::name_of(const void* address) const {
    if (address == nullptr) {
        return "";
    }
    const ObjectName* name = find_name(names(), address);
    return name == nullptr ? hex(address) : name->name;
}

}  // namespace heddle
