// SPDX-License-Identifier: Apache-2.0
// The inside of an Execution, shared by its source files only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checker/arena.h"
#include "checker/execution.h"
#include "checker/local_states.h"
#include "checker/lock_graph.h"
#include "checker/symmetry.h"

namespace heddle {

constexpr std::size_t stack_bytes = std::size_t{64} << 10;
constexpr std::uintptr_t stacks_address = Arena::address + (std::uintptr_t{1} << 32);

// More than a page, because the frame that overflows may be large and its first access far down.
constexpr std::size_t guard_bytes = std::size_t{1} << 20;

// Stacks begin at different distances from the start of a page, because otherwise the bytes in use
// of all of them would compete for the same few lines of the CPU's caches.
constexpr std::size_t stack_shift = 320;
constexpr std::size_t stack_shifts = 12;
constexpr std::size_t stack_shift_room = 4096;  // a page
static_assert(stack_shift * stack_shifts <= stack_shift_room && stack_shift % 64 == 0);

constexpr std::size_t stack_stride = guard_bytes + stack_bytes + stack_shift_room;

inline std::byte* stack_top(unsigned fiber) {
    return reinterpret_cast<std::byte*>(stacks_address + (fiber + 1) * stack_stride -
                                        fiber % stack_shifts * stack_shift);
}

// One more fiber than tasks: the epilogue's.
constexpr unsigned fibers_max = tasks_max + 1;

// The rest of what rewinds with a task. A function of its history, so not in the fingerprint.
struct Control {
    void* context;   // the suspended fiber; null: finished
    Operation next;  // pending, unless finished
    TaskState state;
    WatchedWords watched;
    LocalState local_state;
    std::uint16_t alternative;
};

// Tasks, a bit each, by what is asked at every step, so that nobody need look at all of them. They
// follow from histories and controls.
struct TaskSets {
    std::uint64_t unfinished;
    std::uint64_t busy;      // not idle: something done since the last forget()
    std::uint64_t may_wait;  // the next operation has to be looked at to know if it can be done
    std::uint64_t has_alternatives;
    std::uint64_t plain;  // the next access is a plain one
};

// Ends a run whose code crashed as a violation, while alive. Signals outside a task keep their
// meaning.
class CrashHandler {
  public:
    CrashHandler();
    ~CrashHandler();
    CrashHandler(const CrashHandler&) = delete;
    CrashHandler& operator=(const CrashHandler&) = delete;
};

// Ends a run whose task goes on without coming to an operation, while alive. Costs nothing per
// step: a timer of the process's own CPU time looks whether the step is still the same.
class Watchdog {
  public:
    Watchdog() = default;
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // A step may take half of `seconds` and is ended by the whole; 0 is no limit. To be called
    // again in a forked process, which does not inherit timers.
    void start(double seconds);

  private:
    bool is_on_ = false;
};

// Worlds whose claims held when they were asked. Claims read the world alone, so what tasks have
// seen makes no difference to them. A world may be displaced, and is asked again then.
class WorldsInOrder {
  public:
    // To be called first. Its memory costs something, and many a scenario has no such claims.
    void make_room() { slots_.resize(2 * per_moment); }

    bool contains(Moment moment, Fingerprint world) const {
        return slots_[index(moment, world)] == world;
    }
    void insert(Moment moment, Fingerprint world) { slots_[index(moment, world)] = world; }

  private:
    static constexpr std::size_t per_moment = std::size_t{1} << 12;

    static std::size_t index(Moment moment, Fingerprint world) {
        return (moment == Moment::idle ? per_moment : 0) + world.low % per_moment;
    }

    std::vector<Fingerprint> slots_ = {};
};

struct Execution::Implementation {
    ExecutionOptions options;
    Arena arena;
    // The arena from its start: the world as built, what tasks are like, the world's fingerprint, a
    // history per task, a control per fiber, and what tasks allocate.
    TaskSets* sets = nullptr;
    Fingerprint* world_print = nullptr;
    History* histories = nullptr;
    Control* controls = nullptr;
    std::size_t world_end = 0;
    std::size_t heap_begin = 0;
    std::unique_ptr<Setup> setup;
    std::unique_ptr<LockGraph> locks;
    std::unique_ptr<Symmetry> symmetry;
    bool uses_symmetry = false;
    std::vector<Symmetry::TaskWord> lock_words;
    LocalNumbers local_numbers = LocalNumbers::off;
    LocalStates local_states;
    std::uint64_t relaxing_tasks = 0;  // those that have called cpu_relax(), a bit each
    bool reductions_are_wrong = false;
    unsigned tasks = 0;
    std::uint64_t on_shared_cpu = 0;   // tasks, a bit each, to whose CPU others are bound too
    unsigned moments_with_claims = 0;  // a bit each

    std::uint16_t running = no_task;  // or the index of the epilogue's fiber, `tasks`
    bool on_fiber = false;
    void* scheduler = nullptr;  // where a fiber goes back to
    std::optional<Failure> failure;
    unsigned failed_task = no_task;
    Where last_where;  // of the operation that the running task has just done
    std::vector<Choice> open;
    bool open_is_known = false;
    bool ghosts_are_known = false;    // see Execution::has_ghosts()
    bool has_plain_accesses = false;  // some task has announced one
    bool world_is_hashed = false;     // *world_print is that of the world as it is now
    WorldsInOrder worlds_in_order;
    // Changes whenever a task runs, so that marks share, and rewinding leaves alone, what belongs
    // to those that have not run in between.
    std::array<std::uint64_t, fibers_max> task_versions = {};
    std::uint64_t last_version = 0;
    Schedule schedule;             // under Rewind::replay: since the start
    std::vector<std::byte> start;  // under Rewind::replay: the arena before any task ran
    Mark before_epilogue;          // scratch
    CrashHandler crash_handler;
    Watchdog watchdog;

    void allocate_tasks();
    void start_tasks();
    void start_fiber(unsigned fiber);
    void resume(unsigned fiber);
    std::uint16_t suspend();
    void leave_fiber(bool ends);
    [[noreturn]] void end_fiber();
    void step(Choice choice);
    Fingerprint fingerprint_of(const TaskState& state) const;
    Fingerprint fingerprint_of_locals(unsigned task) const;
    void enter_local_state(unsigned task);
    void observe_what_is_pending(unsigned task);
    void find_lock_words();
    void sort_alike_tasks();
    std::vector<std::vector<std::byte>> alike_worlds(std::size_t worlds_max);
    void put_world(std::span<const std::byte> world);
    std::optional<Violation> order_that_matters(Execution& execution, const Mark& here);
    std::optional<Violation> claim_not_alike(Moment moment);
    std::optional<Violation> wrong_promise(Execution& execution);
    void step_twice(Choice choice, Execution& execution);
    void note_words_read(const Operation& operation);
    bool is_private(const Operation& operation) const;
    bool is_blocked(const Operation& operation) const;
    bool cpu_lets_run(unsigned task) const;
    bool is_runnable(unsigned task) const;
    bool is_finished(unsigned task) const { return controls[task].context == nullptr; }
    std::span<std::byte> used_stack(unsigned task) const;
    std::size_t task_bytes(unsigned task) const;
    void save_task(unsigned task, std::byte* to) const;
    void restore_task(unsigned task, const std::byte* from);
    void sort_into_sets(unsigned task);
    std::uint64_t runnable_tasks() const;
    std::string holders(unsigned waiter, const Operation& operation) const;
    bool has_claims(Moment moment) const {
        return (moments_with_claims >> static_cast<unsigned>(moment) & 1) != 0;
    }
    Violation failed() const;
    std::optional<Violation> data_race() const;
    Violation stuck() const;
    std::optional<Violation> first_broken(Moment moment) const;
    std::optional<Violation> broken_claim(Moment moment);
    std::optional<Violation> broken_at_the_end();
    Fingerprint world_fingerprint() const;
    void run_epilogue();
};

// Adds to what a task has seen.
void extend(History& history, std::uint64_t value);

// Whether each of the words still has the value that was seen.
bool are_unchanged(const WatchedWords& words);

// What the facade acts on.
extern Execution::Implementation* current_execution;

// Who asks the facade from here on. The epilogue is nobody.
void run_as(unsigned task, TaskState& state, Operation& next);
void run_as_nobody();

}  // namespace heddle
