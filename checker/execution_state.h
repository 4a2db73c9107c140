// SPDX-License-Identifier: Apache-2.0
// The inside of an Execution, shared by its source files only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checker/claim_reads.h"
#include "checker/execution.h"
#include "checker/local_states.h"
#include "checker/lock_graph.h"
#include "checker/symmetry.h"

namespace heddle {

constexpr std::size_t stack_bytes = std::size_t{64} << 10;
constexpr std::uintptr_t stacks_address = Arena::address + (std::uintptr_t{1} << 32);

// One more fiber than tasks: the epilogue's.
constexpr unsigned fibers_max = tasks_max + 1;

// The rest of what rewinds with a task. A function of its history, so not in the fingerprint.
struct Control {
    void* context;             // the suspended fiber; null: finished
    const Operation* pending;  // on the fiber's own stack
    TaskState state;
    WatchedWords watched;
    LocalState local_state;
    std::uint16_t alternative;
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
    bool contains(Moment moment, Fingerprint world) const {
        return slots_[index(moment, world)] == world;
    }
    void insert(Moment moment, Fingerprint world) { slots_[index(moment, world)] = world; }

  private:
    static constexpr std::size_t per_moment = std::size_t{1} << 12;

    static std::size_t index(Moment moment, Fingerprint world) {
        return (moment == Moment::idle ? per_moment : 0) + world.low % per_moment;
    }

    std::vector<Fingerprint> slots_ = std::vector<Fingerprint>(2 * per_moment);
};

struct Execution::Implementation {
    ExecutionOptions options;
    Arena arena;
    // The arena from its start: the world as built, its fingerprint, a history per task, a control
    // per fiber, and what tasks allocate. So one copy saves it all.
    Fingerprint* world_print = nullptr;
    History* histories = nullptr;
    Control* controls = nullptr;
    std::size_t world_end = 0;
    std::size_t heap_begin = 0;
    std::unique_ptr<Setup> setup;
    std::unique_ptr<LockGraph> locks;
    std::unique_ptr<Symmetry> symmetry;
    std::unique_ptr<ClaimReads> claim_reads;
    bool uses_symmetry = false;
    std::vector<Symmetry::TaskWord> lock_words;
    LocalNumbers local_numbers = LocalNumbers::off;
    LocalStates local_states;
    std::uint64_t relaxing_tasks = 0;  // those that have called cpu_relax(), a bit each
    bool local_states_are_wrong = false;
    unsigned tasks = 0;
    bool cpu_shared[cpus_max] = {};
    unsigned moments_with_claims = 0;  // a bit each

    std::uint16_t running = no_task;  // or the index of the epilogue's fiber, `tasks`
    bool on_fiber = false;
    void* scheduler = nullptr;  // where a fiber goes back to
    std::optional<Failure> failure;
    unsigned failed_task = no_task;
    Where last_where;  // of the operation that the running task has just done
    std::vector<Choice> open;
    bool open_is_known = false;
    bool has_plain_accesses = false;  // some task has announced one
    bool world_is_hashed = false;     // *world_print is that of the world as it is now
    WorldsInOrder worlds_in_order;
    // Changes whenever a fiber runs, so that rewinding leaves alone the stacks of those that have
    // not run since the mark.
    std::array<std::uint64_t, fibers_max> stack_versions = {};
    std::uint64_t last_version = 0;
    Schedule schedule;             // under Rewind::replay: since the start
    std::vector<std::byte> start;  // under Rewind::replay: the arena before any task ran
    CrashHandler crash_handler;
    Watchdog watchdog;

    void allocate_tasks();
    void start_tasks();
    void start_fiber(unsigned fiber);
    void resume(unsigned fiber);
    std::uint16_t suspend(const Operation& operation);
    void leave_fiber();
    void step(Choice choice);
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
    std::byte* stack_top(unsigned fiber) const;
    std::span<std::byte> used_stack(unsigned task) const;
    std::string holders(unsigned waiter, const Operation& operation) const;
    bool has_claims(Moment moment) const {
        return (moments_with_claims >> static_cast<unsigned>(moment) & 1) != 0;
    }
    Violation failed() const;
    std::optional<Violation> data_race() const;
    Violation stuck() const;
    std::optional<Violation> first_broken(Moment moment) const;
    std::optional<Violation> broken_claim(Moment moment);
    std::optional<Violation> claim_of_the_rest(const std::optional<Violation>& broken) const;
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
void run_as(unsigned task, TaskState& state);
void run_as_nobody();

}  // namespace heddle
