// SPDX-License-Identifier: Apache-2.0
// What an author writes: a world, tasks over it, and claims about it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "checker/sync/world.h"
#include "checker/world_memory.h"

namespace heddle {

// When a claim is evaluated.
enum class Moment {
    always,     // in every state
    idle,       // in every state in which each task is idle (see forget()) or finished
    finally,    // when all tasks have finished and the epilogue has run
    sometimes,  // must hold in at least one state of the whole search, or the scenario is vacuous
    eventually  // in at least one state of each run that ends or is weakly fair: see liveness.h
};

// A named statement about the world. `holds` and `sides` only read, and only the world: a claim
// that held is not asked again in the same world.
struct Claim {
    std::string name;
    std::string formula;
    Moment moment = Moment::finally;
    std::function<bool()> holds;
    std::function<std::string()> sides = {};  // the values on both sides, for the report
    std::function<bool(const void*, std::uint64_t)> watches = {};  // reads these bits of a word?
    // What it reads, as bytes: for reports, where a step may change it by no operation of its own.
    std::function<std::string()> values = {};
};

enum class TaskKind {
    ordinary,
    interrupt,  // a handler: runs once, to its end, on top of its CPU, while interrupts are on
    daemon      // serves others for ever; a run may end while it waits
};

struct TaskSpec {
    std::string name;
    unsigned cpu = 0;
    TaskKind kind = TaskKind::ordinary;
    std::function<void()> body;
};

// How a word of the world is called in reports; `bits` names its single bits, from bit 0.
struct ObjectName {
    const void* address = nullptr;
    std::size_t size = 0;
    std::string name;
    std::vector<std::string> bits = {};
};

// The element of `names` that covers `address`, the first of several; null if none does.
const ObjectName* find_name(std::span<const ObjectName> names, const void* address);

// The class of a lock of the world. Of two classes with a level the one with the lower is taken
// first; 0 is none.
struct LockClass {
    const void* lock = nullptr;
    std::string name;
    unsigned level = 0;
};

// The engine's rules for all code that a scenario can switch off: Setup::switch_off().
inline constexpr const char* lock_order_rule = "lock-order";
inline constexpr const char* lock_irq_rule = "lock-irq";
inline constexpr const char* livelock_rule = "livelock";  // of the search `liveness`
inline constexpr std::array rules_with_a_switch = {lock_order_rule, lock_irq_rule, livelock_rule};

// Tasks, by their numbers in the order in which they were given, that do the same: exchanging two
// of them, and with them what each owns and every word that names one, changes nothing that the
// tasks or the claims could tell. What a task owns stands in the same order for each.
struct AlikeTasks {
    struct Block {
        const void* address = nullptr;
        std::size_t bytes = 0;
    };
    std::vector<unsigned> tasks;
    std::vector<std::vector<Block>> owned = {};  // by task, in the order of `tasks`; or empty
};

// A number that a scenario's build asks for and its user may set: how many tasks, say.
struct Parameter {
    std::string name;
    std::string help;
    unsigned value = 1;  // the default, until with_parameter()
    unsigned min = 1;
    unsigned max = 1;
};

// What a scenario's build function fills in. Everything given to it stays alive with it.
class Setup {
  public:
    Setup(WorldMemory& memory, std::vector<Parameter> parameters);

    // The value of one of the scenario's parameters.
    unsigned parameter(const std::string& name) const;

    // The root of all that tasks share: a zeroed, trivially destructible aggregate. Once.
    template <class World>
    World& world() {
        static_assert(std::is_trivially_destructible_v<World>);
        void* memory = memory_.allocate(sizeof(World), alignof(World));
        set_world_root(memory);
        return *static_cast<World*>(memory);
    }

    // The same for a root that no task writes to: it is neither copied nor hashed, which makes
    // every step cheaper. What changes lies behind its pointers. Writing to it is a crash of the
    // task.
    template <class World>
    World& constant_world() {
        World* world = constants<World>(1);
        set_world_root(world);
        return *world;
    }

    // `count` zeroed elements that no task writes to.
    template <class Element>
    Element* constants(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<Element>);
        return static_cast<Element*>(
            memory_.allocate_constant(count * sizeof(Element), alignof(Element)));
    }

    // `count` zeroed elements that the root points to.
    template <class Element>
    Element* array(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<Element>);
        return static_cast<Element*>(memory_.allocate(count * sizeof(Element), alignof(Element)));
    }

    // A task with a CPU of its own.
    void task(std::string name, std::function<void()> body);

    // A task bound to `cpu`, below cpus_max. Tasks of one CPU preempt each other.
    void task(std::string name, unsigned cpu, std::function<void()> body);
    void interrupt(std::string name, unsigned cpu, std::function<void()> body);
    void daemon(std::string name, unsigned cpu, std::function<void()> body);

    void claim(Claim claim) { claims_.push_back(std::move(claim)); }

    // Takes all claims back: what is left are assertions and the engine's own rules.
    void drop_claims() { claims_.clear(); }
    void always(const std::string& name, std::function<bool()> holds);
    void finally(const std::string& name, std::function<bool()> holds);
    void sometimes(const std::string& name, std::function<bool()> holds);

    // Decided by the search `liveness`, which check() takes instead of `exhaustive` where there is
    // such a claim; every other search refuses the scenario.
    void eventually(const std::string& name, std::function<bool()> holds);

    // Runs after all tasks have finished, before the `finally` claims, not interleaved.
    void epilogue(std::function<void()> body) { epilogue_ = std::move(body); }

    void name(ObjectName name) { names_.push_back(std::move(name)); }

    // The same for an object of the world; the elements of an array become "name[0]", "name[1]".
    template <class Object>
    void name(const Object& object, const std::string& name) {
        if constexpr (std::is_array_v<Object>) {
            for (std::size_t i = 0; i < std::extent_v<Object>; ++i) {
                this->name(object[i], name + "[" + std::to_string(i) + "]");
            }
        } else {
            this->name({&object, sizeof(object), name});
        }
    }

    // Puts the lock at `lock` (the address of its word) into a class. Locks of one class are one
    // lock in the order of locks: taking two of them together is a violation unless the second is
    // only tried. A lock without a class is in one of its own.
    void lock_class(LockClass of) { lock_classes_.push_back(std::move(of)); }
    void lock_class(const void* lock, std::string name) {
        lock_class({.lock = lock, .name = std::move(name)});
    }

    // Lets `exhaustive` visit one of the states that differ by who of these tasks is who. A
    // promise: --check-engine looks for claims that can tell them apart.
    void alike(AlikeTasks tasks);

    // The same for `count` tasks from number `first` on that own nothing.
    void alike(unsigned first, unsigned count);

    // The integer of `bytes` bytes at `word` names a task: its number + 1, or 0. The words of
    // locks need not be told.
    void names_task(const void* word, std::size_t bytes) {
        words_with_tasks_.push_back({word, bytes});
    }

    // `rule` is one of rules_with_a_switch.
    void switch_off(const std::string& rule);

    // What a report says of the world beyond the values in its steps, such as a page's state.
    void describe(std::function<std::string()> text) { describe_ = std::move(text); }

    // At least 1; by default one more than the highest CPU of a task.
    void cpus(unsigned count) { set_nr_cpus(count); }

    const std::vector<TaskSpec>& tasks() const { return tasks_; }
    const std::vector<Claim>& claims() const { return claims_; }
    const std::vector<ObjectName>& names() const { return names_; }
    const std::vector<LockClass>& lock_classes() const { return lock_classes_; }
    const std::vector<AlikeTasks>& alike_tasks() const { return alike_tasks_; }
    const std::vector<AlikeTasks::Block>& words_with_tasks() const { return words_with_tasks_; }
    bool is_on(const std::string& rule) const;
    const std::function<void()>& epilogue() const { return epilogue_; }
    const std::function<std::string()>& description() const { return describe_; }

  private:
    void add(std::string name, unsigned cpu, TaskKind kind, std::function<void()> body);

    WorldMemory& memory_;
    std::vector<Parameter> parameters_;
    std::vector<TaskSpec> tasks_ = {};
    std::vector<Claim> claims_ = {};
    std::vector<ObjectName> names_ = {};
    std::vector<LockClass> lock_classes_ = {};
    std::vector<AlikeTasks> alike_tasks_ = {};
    std::vector<AlikeTasks::Block> words_with_tasks_ = {};
    std::vector<std::string> switched_off_ = {};
    std::function<void()> epilogue_ = {};
    std::function<std::string()> describe_ = {};
};

// A name, a story, and how to build its world.
struct Scenario {
    std::string name;
    std::string story = {};
    std::function<void(Setup&)> build;
    std::string expect = "pass";  // or "fail:<claim>"
    std::string hash = "0";       // changes when the schedules of the scenario may change
    std::vector<std::string> labels = {};
    std::vector<Parameter> parameters = {};
};

// Null if it has none of that name.
const Parameter* find_parameter(const Scenario& scenario, const std::string& name);

// The scenario with another value of a parameter that it has, within its limits.
Scenario with_parameter(Scenario scenario, const std::string& name, unsigned value);

// "n=14 m=2", in their order; empty without parameters.
std::string parameters_text(const Scenario& scenario);

}  // namespace heddle
