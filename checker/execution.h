// SPDX-License-Identifier: Apache-2.0
// The world at one moment: memory, fibers, pending operations.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checker/scenario.h"
#include "checker/sync/operation.h"

namespace heddle {

// A task to run, or one of the alternatives of its pending choose.
struct Choice {
    std::uint16_t task = 0;
    std::uint16_t alternative = 0;

    bool operator==(const Choice&) const = default;
};

using Schedule = std::vector<Choice>;

// Stands between the runs of a schedule that has several: what follows is taken from the start.
constexpr Choice start_again = {.task = tasks_max, .alternative = 0};

class LocalStates;
class SharedLocals;
class Symmetry;
class LockGraph;

// 128 bits that stand for everything the future depends on. Two different states share one with
// a chance of 2^-128 per pair.
struct Fingerprint {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    bool operator==(const Fingerprint&) const = default;
    bool operator<(const Fingerprint& other) const {
        return high != other.high ? high < other.high : low < other.low;
    }
};

// What a task was about to do to the object of a data race.
struct RacingAccess {
    unsigned task = no_task;
    Operation operation;
};

// One of the facts that together are a finding about the order of locks. Names are those of the
// lock's class and of the lock itself: "lru_lock", "lru_lock (node1.lru_lock)".
struct LockUse {
    enum class Kind : std::uint8_t {
        order,    // takes `taken` while it holds `held`
        irqs_on,  // holds `taken` with interrupts on; nothing in `held`
        in_irq    // waits for `taken` in an interrupt; nothing in `held`
    };

    struct Lock {
        std::string of_class;
        std::string name;
        Where where;  // that takes it
    };

    Kind kind = Kind::order;
    unsigned task = no_task;
    Lock held = {};
    Lock taken = {};
};

// A broken claim, assertion or rule. A result, never an exception.
struct Violation {
    std::string claim;    // name: an invariant, "deadlock", "VM_BUG_ON" ...
    std::string formula;  // what should have held
    std::string sides;    // the values
    Where where;          // the place that noticed; no file for a claim
    unsigned task = no_task;
    bool after_epilogue = false;
    const void* object = nullptr;
    bool of_whole_run = false;  // and not of its last state: `sides` says what of it repeats
    std::vector<RacingAccess> accesses = {};  // of a data race: the two
    std::vector<LockUse> lock_uses = {};      // of lock_order_rule and lock_irq_rule
};

enum class LocalNumbers { off, number, merge };

enum class Rewind {
    copy,   // marks hold memory and stacks; not to be had in builds with AddressSanitizer
    replay  // marks hold the schedule, which is run again from the start
};

struct ExecutionOptions {
#ifdef HEDDLE_REPLAY_REWIND
    Rewind rewind = Rewind::replay;  // sanitizers shadow the stacks, which copying would not
#else
    Rewind rewind = Rewind::copy;
#endif
    bool check_determinism = false;  // every step runs twice from the same mark
    bool check_pointers = false;     // no pointer to the heap of the checker among the arena's
    bool check_commutation = false;  // in each state any two steps that commute do
    bool check_alike = false;        // claims cannot tell alike tasks apart
    bool await = true;               // cpu_relax() waits for a change
    double seconds_of_a_step = 1;    // of CPU time, then it is an endless loop; 0: no limit
};

// A moment to go back to. Valid for the execution that made it, as often as wanted.
class Mark {
  public:
    Mark() = default;
    Mark(Mark&&) = default;
    Mark& operator=(Mark&&) = default;

  private:
    friend class Execution;
    // What belongs to one task: its history, its control, its stack.
    struct Task {
        std::uint64_t version = 0;
        const std::byte* bytes = nullptr;  // in image_, or in that of an earlier mark
    };
    std::vector<std::byte> image_;  // what all tasks share, what they have allocated, and tasks
    std::size_t heap_bytes_ = 0;
    std::array<Task, tasks_max> tasks_ = {};
    Schedule schedule_;  // under Rewind::replay
};

// Runs a scenario's tasks, one operation at a time, each chosen from outside.
class Execution {
  public:
    // Builds the world and runs every task to its first operation. One per process at a time.
    explicit Execution(const Scenario& scenario, const ExecutionOptions& options = {});
    ~Execution();
    Execution(const Execution&) = delete;
    Execution& operator=(const Execution&) = delete;

    // What can happen next, by task and alternative; none after a violation by a task, at a
    // deadlock and at the end. Valid until the next take() or rewind().
    std::span<const Choice> choices();

    // Lets the task do its pending operation and run to the next. The choice must be open.
    void take(Choice choice);

    // Remembers this moment. O(bytes in use). The second form reuses the memory of `mark`, and
    // leaves the tasks that have not run since `before` to that one, which must then outlive it.
    Mark mark() const;
    void remember(Mark& mark, const Mark* before = nullptr) const;

    // Goes back. O(bytes in use), under Rewind::replay O(steps since the start).
    void rewind(const Mark& mark);

    // Equal fingerprints have equal futures. A failed step leads to a state of its own.
    Fingerprint fingerprint() const;

    // The same by what lies on the stacks of tasks, not by what they have observed: an oracle for
    // it. Dead bytes keep states apart that have the same future.
    Fingerprint fingerprint_by_stacks() const;

    // Of the world alone, to compare final states.
    Fingerprint world_fingerprint() const;

    // The same for all worlds that differ by who of several alike tasks is who. Makes all of them.
    Fingerprint world_fingerprint_up_to_symmetry() const;

    // Of the world alone, as of the last call of fingerprint().
    Fingerprint last_world_fingerprint() const;

    // What is wrong now: a failed assertion, a broken claim of this moment, a deadlock. Runs the
    // epilogue when all tasks have finished (and takes it back).
    std::optional<Violation> violation();

    // A task has failed: violation() says how, and nothing more can be taken.
    bool failed() const;

    // All tasks have finished; daemons may wait.
    bool finished() const;

    // Every task is idle, finished, or a waiting daemon.
    bool idle() const;

    // True if this task is: it has finished, or done nothing since its start or its last forget().
    bool idle(unsigned task) const;

    std::span<const TaskSpec> tasks() const;
    std::span<const Claim> claims() const;
    std::span<const ObjectName> names() const;

    // Whether the scenario has left this one of rules_with_a_switch on.
    bool is_on(const std::string& rule) const;

    // What the task does when it is chosen; null when it has finished.
    const Operation* pending(unsigned task) const;

    // Whether the task can be chosen.
    bool is_runnable(unsigned task) const;

    // The lowest of the tasks that can be chosen; no_task if none can.
    unsigned first_runnable() const;

    // Whether its CPU would let the task run, as far as others' preemption and interrupts go.
    bool cpu_lets_run(unsigned task) const;

    // Whether the two tasks are bound to one CPU, so that whether one can run depends on the other.
    bool share_cpu(unsigned one, unsigned other) const;

    // The scenario's description of the world as it is, or after the epilogue; empty without one.
    std::string describe(bool after_epilogue);

    // Who waits for what, a line per task that has not finished.
    std::string waiters() const;

    // The name of the word at `address`: "page P.flags"; its address if it has none.
    std::string name_of(const void* address) const;

    // From the present moment on numbers the local states of tasks, or takes those with the same
    // stack for one besides; what was numbered before is forgotten. With `shared` the numbers are
    // those of all processes that have it.
    void number_local_states(LocalNumbers numbers, SharedLocals* shared = nullptr);

    // Whether fingerprints are those of states up to exchanging alike tasks; if so, null if no
    // tasks are alike. To be followed by number_local_states().
    const Symmetry* use_symmetry(bool use);

    // The local states met since then, and the number of the one a task is in.
    LocalStates& local_states();
    std::uint32_t local_state(unsigned task) const;

    // Whether a step has run ghost(): then no order of steps may be left out.
    bool has_ghosts() const;

    // Whether the search has reduced by what is not so: has_ghosts() has become true, or a task has
    // called cpu_relax() for the first time, and what it has looked at makes a difference since.
    // Local states are to be numbered anew, from the start.
    bool reductions_are_wrong() const;

    // What the steps so far have shown of the order of locks; rewinding does not undo it.
    LockGraph& lock_graph();

    // The names of the words whose change `operation` waits for; empty if it does not.
    std::string name_of_watched(const Operation& operation) const;

    // To be called first in a process forked from the one that made the execution.
    void continue_in_child();

    // Bytes that a mark copies.
    std::size_t mark_bytes() const;

    struct Implementation;

  private:
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace heddle
