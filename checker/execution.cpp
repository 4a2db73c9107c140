// SPDX-License-Identifier: Apache-2.0
// Fibers and steps.
#include "checker/execution.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <boost/context/detail/fcontext.hpp>
#include <cassert>
#include <cstring>

#include "checker/engine_mutations.h"
#include "checker/execution_state.h"
#include "checker/fiber_annotations.h"
#include "checker/hash.h"
#include "checker/pointer_check.h"
#include "checker/sync/mutation.h"

namespace heddle {

Execution::Implementation* current_execution = nullptr;

namespace {

using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

// What calls that have returned left below the stack would get into the dead bytes of later frames.
constexpr std::size_t cleared_bytes = 1024;

// One mapping for all stacks, each above a guard that nobody may touch.
void map_stacks(unsigned fibers) {
    void* wanted = reinterpret_cast<void*>(stacks_address);
    void* mapped = mmap(wanted, stack_stride * fibers, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    assert(mapped == wanted && "the addresses of the stacks are free");
    for (unsigned fiber = 0; fiber < fibers; ++fiber) {
        const int denied = mprotect(static_cast<std::byte*>(mapped) + fiber * stack_stride,
                                    guard_bytes, PROT_NONE);
        assert(denied == 0);
        static_cast<void>(denied);
    }
}

// Unlike the history of a task that has not started.
constexpr History finished_history = {.low = 1, .high = 0, .operations = 0};

void run_body(unsigned fiber) {
    Execution::Implementation& execution = *current_execution;
    if (fiber == execution.tasks) {
        execution.run_epilogue();
        return;
    }
    const TaskSpec& task = execution.setup->tasks()[fiber];
    if (task.kind == TaskKind::interrupt) {
        Operation entry;
        entry.kind = OperationKind::interrupt;
        entry.name = "interrupt";
        announce(entry);
        current_state().in_interrupt = true;
        current_state().irqs_off = true;
    }
    task.body();
    do_what_is_held_back();
    TaskState& state = current_state();
    if (state.in_interrupt) {
        state.irqs_off = false;
    }
    if (state.locks_held > 0 || state.preempt_count > 0 || state.irqs_off) {
        fail({.claim = "lock-held-at-exit",
              .formula = "a task ends with no lock held, preemption and interrupts on",
              .left = state.locks_held,
              .right = state.preempt_count,
              .object = execution.locks->acquisition(state.held[0]).object});
    }
    state.in_interrupt = false;
}

[[noreturn]] void enter_fiber(transfer_t from) {
    finish_switch();
    current_execution->scheduler = from.fctx;
    const unsigned fiber = current_execution->running;
    run_body(fiber);
    if (fiber < current_execution->tasks) {
        current_execution->histories[fiber] = finished_history;
    }
    current_execution->end_fiber();
}

}  // namespace

// ---- fibers

std::span<std::byte> Execution::Implementation::used_stack(unsigned task) const {
    if (is_finished(task)) {
        return {};
    }
    return {static_cast<std::byte*>(controls[task].context), stack_top(task)};
}

void Execution::Implementation::start_fiber(unsigned fiber) {
    unpoison(stack_top(fiber) - stack_bytes, stack_bytes);
    Control& control = controls[fiber];
    control = {};
    last_where = {};
    control.context = make_fcontext(stack_top(fiber), stack_bytes, enter_fiber);
    resume(fiber);
}

void Execution::Implementation::start_tasks() {
    for (unsigned task = 0; task < tasks && !failure; ++task) {
        histories[task] = {};
        start_fiber(task);
        controls[task].local_state = no_local_state;
        observe_what_is_pending(task);
        enter_local_state(task);
    }
}

void Execution::Implementation::resume(unsigned fiber) {
    Control& control = controls[fiber];
    running = static_cast<std::uint16_t>(fiber);
    on_fiber = true;
    if (fiber < tasks) {
        run_as(fiber, control.state, control.next);
    }
    task_versions[fiber] = ++last_version;
    if (local_numbers == LocalNumbers::merge) {
        auto* below = static_cast<std::byte*>(control.context);
        const auto free_bytes = static_cast<std::size_t>(below - (stack_top(fiber) - stack_bytes));
        const std::size_t bytes = std::min(cleared_bytes, free_bytes);
        std::memset(below - bytes, 0, bytes);
    }
    serve_heap_from(&arena);
    const SwitchToFiber annotation(stack_top(fiber) - stack_bytes, stack_bytes);
    const transfer_t back = jump_fcontext(control.context, nullptr);
    serve_heap_from(nullptr);
    on_fiber = false;
    running = no_task;
    run_as_nobody();
    control.context = back.data == nullptr ? nullptr : back.fctx;
    if (fiber < tasks) {
        sort_into_sets(fiber);
    }
}

void Execution::Implementation::sort_into_sets(unsigned task) {
    const Control& control = controls[task];
    const std::uint64_t bit = std::uint64_t{1} << task;
    const auto put = [bit](std::uint64_t& set, bool is_in) {
        set = (set & ~bit) | (is_in ? bit : 0);
    };
    put(sets->unfinished, control.context != nullptr);
    put(sets->busy, histories[task].operations > 0);
    if (control.context != nullptr) {
        const Operation& next = control.next;
        put(sets->may_wait,
            next.blocked_by != 0 || next.watched != nullptr || (on_shared_cpu & bit) != 0);
        put(sets->has_alternatives, next.alternatives > 1);
        put(sets->plain, next.plain);
    }
}

void Execution::Implementation::leave_fiber(bool ends) {
    start_switch_back();
    const transfer_t from = jump_fcontext(scheduler, ends ? nullptr : this);
    finish_switch();
    scheduler = from.fctx;
}

void Execution::Implementation::end_fiber() {
    leave_fiber(true);
    __builtin_unreachable();
}

std::uint16_t Execution::Implementation::suspend() {
    Control& control = controls[running];
    const Operation& operation = control.next;
    if (is_private(operation)) {
        return 0;
    }
    before_operation();
    // A bad address is a crash of the task that is about to use it, not of who looks at what the
    // task is about to do.
    if (operation.kind <= OperationKind::wait && operation.object != nullptr) {
        static_cast<void>(*static_cast<const volatile std::byte*>(operation.object));
    }
    has_plain_accesses = has_plain_accesses || operation.plain;
    leave_fiber(false);
    note_words_read(operation);
    ++histories[running].operations;
    return control.alternative;
}

// An object on the task's own stack is its own business; one on another task's stack cannot be
// rewound safely by its address and is refused.
bool Execution::Implementation::is_private(const Operation& operation) const {
    const auto* object = static_cast<const std::byte*>(operation.object);
    if (object >= stack_top(running) - stack_bytes && object < stack_top(running)) {
        return true;
    }
    if (object >= stack_top(0) - stack_bytes && object < stack_top(tasks)) {
        fail({.claim = "shared-stack",
              .formula = "what tasks share lies in the world, not on a task's stack",
              .object = object,
              .where = operation.where});
    }
    return false;
}

void Execution::Implementation::allocate_tasks() {
    tasks = static_cast<unsigned>(setup->tasks().size());
    arena.protect_constants();
    arena.allocate(0, alignof(History));
    world_end = arena.used();
    sets = static_cast<TaskSets*>(arena.allocate(sizeof(TaskSets), alignof(TaskSets)));
    auto* prints = static_cast<std::byte*>(
        arena.allocate(sizeof(Fingerprint) + tasks * sizeof(History), alignof(History)));
    world_print = reinterpret_cast<Fingerprint*>(prints);
    histories = reinterpret_cast<History*>(prints + sizeof(Fingerprint));
    controls =
        static_cast<Control*>(arena.allocate((tasks + 1) * sizeof(Control), alignof(Control)));
    heap_begin = arena.used();
}

void Execution::Implementation::enter_local_state(unsigned task) {
    if (failure) {
        return;
    }
    if (local_numbers == LocalNumbers::off) {
        return;
    }
    const auto locals_now = [this, task](LocalStates::Locals& locals) {
        if (local_numbers != LocalNumbers::merge) {
            return false;
        }
        const Fingerprint print = fingerprint_of_locals(task);
        locals = {print.low, print.high};
        return true;
    };
    Control& control = controls[task];
    const LocalStates::Who who = {uses_symmetry ? symmetry->representative(task) : task, task};
    control.local_state = local_states.enter(who, control.local_state, histories[task], locals_now);
}

// ---- stepping

void Execution::Implementation::step(Choice choice) {
    Control& control = controls[choice.task];
    control.alternative = choice.alternative;
    if (control.next.may_sleep && control.state.preempt_count > 0) {
        assert(false && "might_sleep() comes before every operation that may sleep");
    }
    open_is_known = engine_mutated(EngineMutation::unlock_wakes_nobody) &&
                    control.next.kind == OperationKind::release;
    world_is_hashed = false;
    last_where = control.next.where;
    resume(choice.task);
    observe_what_is_pending(choice.task);
    enter_local_state(choice.task);
}

void Execution::Implementation::step_twice(Choice choice, Execution& execution) {
    const Mark before = execution.mark();
    step(choice);
    const Fingerprint once = execution.fingerprint();
    if (failure) {
        return;
    }
    execution.rewind(before);
    step(choice);
    if (execution.fingerprint() != once) {
        failure = Failure{.claim = "determinism",
                          .formula = "the same choice from the same state has the same outcome"};
        failed_task = choice.task;
    }
}

void Execution::take(Choice choice) {
    Implementation& inside = *implementation_;
    assert(inside.is_runnable(choice.task) && "only an open choice can be taken");
    if (inside.options.check_determinism) {
        inside.step_twice(choice, *this);
    } else {
        inside.step(choice);
    }
    if (inside.options.rewind == Rewind::replay) {
        inside.schedule.push_back(choice);
    }
}

std::span<const Choice> Execution::choices() {
    Implementation& inside = *implementation_;
    if (inside.open_is_known) {
        return inside.open;
    }
    inside.open.clear();
    inside.open_is_known = true;
    if (inside.failure) {
        return inside.open;
    }
    for (std::uint64_t left = inside.runnable_tasks(); left != 0; left &= left - 1) {
        const auto task = static_cast<std::uint16_t>(std::countr_zero(left));
        const bool chooses = (inside.sets->has_alternatives >> task & 1) != 0;
        const std::uint16_t alternatives =
            chooses ? inside.controls[task].next.alternatives : std::uint16_t{1};
        for (std::uint16_t i = 0; i < alternatives; ++i) {
            inside.open.push_back({task, i});
        }
    }
    return inside.open;
}

// ---- construction

Execution::Execution(const Scenario& scenario, const ExecutionOptions& options)
    : implementation_(std::make_unique<Implementation>()) {
    Implementation& inside = *implementation_;
    assert(current_execution == nullptr && "one Execution at a time");
    current_execution = &inside;
    set_cpu(0);
    inside.options = options;
#ifdef HEDDLE_REPLAY_REWIND
    inside.options.rewind = Rewind::replay;  // whatever was asked for
#endif
    inside.setup = std::make_unique<Setup>(inside.arena, scenario.parameters);
    scenario.build(*inside.setup);
    for (const Claim& claim : claims()) {
        inside.moments_with_claims |= 1U << static_cast<unsigned>(claim.moment);
        if (claim.moment == Moment::always || claim.moment == Moment::idle) {
            inside.worlds_in_order.make_room();
        }
    }
    inside.allocate_tasks();
    map_stacks(inside.tasks + 1);
    inside.locks = std::make_unique<LockGraph>(
        *inside.setup, std::span<const std::byte>(inside.arena.begin(), inside.world_end));
    for (unsigned task = 0; task < inside.tasks; ++task) {
        const auto is_mate = [cpu = tasks()[task].cpu](auto& other) { return other.cpu == cpu; };
        const bool alone = std::count_if(tasks().begin(), tasks().end(), is_mate) == 1;
        inside.on_shared_cpu |= std::uint64_t{!alone} << task;
    }
    inside.symmetry = std::make_unique<Symmetry>(
        *inside.setup, std::span<const std::byte>(inside.arena.begin(), inside.world_end));
    if (options.check_pointers) {
        inside.failure = find_foreign_pointer(inside.arena, inside.world_end);
    }
    if (inside.options.rewind == Rewind::replay) {
        inside.start.assign(inside.arena.begin(), inside.arena.begin() + inside.arena.used());
    }
    inside.watchdog.start(options.seconds_of_a_step);
    inside.start_tasks();
}

void Execution::continue_in_child() {
    implementation_->watchdog.start(implementation_->options.seconds_of_a_step);
}

Execution::~Execution() {
    munmap(reinterpret_cast<void*>(stacks_address),
           stack_stride * (implementation_->tasks + std::size_t{1}));
    current_execution = nullptr;
    running_now.cpus = cpus_max;
}

}  // namespace heddle
