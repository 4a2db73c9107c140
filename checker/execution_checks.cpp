// SPDX-License-Identifier: Apache-2.0
// What the engine is told and relies on, looked at in each state: that operations commute, that
// tasks are alike. Debug options.
#include <algorithm>
#include <cstring>
#include <utility>

#include "checker/dependence.h"
#include "checker/execution_state.h"

namespace heddle {

namespace {

// All exchanges of four tasks.
constexpr std::size_t worlds_max = 24;

// What steps leave outside the arena is taken back at the end: they are no part of the search.
class Aside {
  public:
    explicit Aside(Execution::Implementation& inside)
        : inside_(inside),
          numbers_(std::exchange(inside.local_numbers, LocalNumbers::off)),
          uses_symmetry_(std::exchange(inside.uses_symmetry, false)),
          relaxing_tasks_(inside.relaxing_tasks),
          ghosts_are_known_(inside.ghosts_are_known),
          reductions_are_wrong_(inside.reductions_are_wrong) {}
    ~Aside() {
        inside_.local_numbers = numbers_;
        inside_.uses_symmetry = uses_symmetry_;
        inside_.relaxing_tasks = relaxing_tasks_;
        inside_.ghosts_are_known = ghosts_are_known_;
        inside_.reductions_are_wrong = reductions_are_wrong_;
        inside_.locks->drop_news();
    }
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

  private:
    Execution::Implementation& inside_;
    LocalNumbers numbers_;
    bool uses_symmetry_;
    std::uint64_t relaxing_tasks_;
    bool ghosts_are_known_;
    bool reductions_are_wrong_;
};

std::string text_of(const TaskSpec& task, const Operation& operation) {
    return task.name + " " + operation.name + " in " + operation.where.function() + "()";
}

// Where two steps have led to.
struct Outcome {
    bool is_known = false;      // nobody failed
    bool second_waits = false;  // the first has taken from the second what it needs to run
    unsigned allocations = 0;   // by how many of the two
    Fingerprint state = {};
    std::vector<std::byte> world = {};
    std::vector<History> histories = {};
};

Outcome take_two(Execution& execution, Execution::Implementation& inside, unsigned first,
                 unsigned second) {
    Outcome outcome;
    for (const unsigned task : {first, second}) {
        outcome.second_waits = !inside.is_runnable(task);
        if (outcome.second_waits) {
            outcome.is_known = true;
            return outcome;
        }
        const std::size_t used = inside.arena.used();
        inside.step({static_cast<std::uint16_t>(task), 0});
        if (inside.failure) {
            return outcome;
        }
        outcome.allocations += inside.arena.used() > used ? 1 : 0;
    }
    outcome.is_known = true;
    outcome.state = execution.fingerprint();
    outcome.world.assign(inside.arena.begin(), inside.arena.begin() + inside.world_end);
    outcome.histories.assign(inside.histories, inside.histories + inside.tasks);
    return outcome;
}

// What the two orders tell apart; empty if nothing.
std::string difference(const Execution& execution, const Outcome& forth, const Outcome& back) {
    // Each of two that allocate gets the memory that the other would have got.
    if (forth.allocations == 2) {
        return "";
    }
    if (!forth.is_known || !back.is_known) {
        return forth.is_known == back.is_known ? "" : "whether one of them fails";
    }
    if (forth.second_waits || back.second_waits) {
        return "whether both can run";
    }
    if (forth.state == back.state) {
        return "";
    }
    const auto [at, other] =
        std::mismatch(forth.world.begin(), forth.world.end(), back.world.begin());
    const auto [history, other_history] =
        std::mismatch(forth.histories.begin(), forth.histories.end(), back.histories.begin());
    if (at == forth.world.end() && history == forth.histories.end()) {
        return "what lies on the heap";
    }
    if (at == forth.world.end()) {
        const auto task = static_cast<std::size_t>(history - forth.histories.begin());
        return "what " + execution.tasks()[task].name + " has seen";
    }
    return execution.name_of(arena_address(static_cast<std::uint32_t>(at - forth.world.begin())));
}

}  // namespace

// Any two operations that can both be done and are said to commute, in both orders. Nobody relies
// on it once there are ghosts.
std::optional<Violation> Execution::Implementation::order_that_matters(Execution& execution,
                                                                       const Mark& here) {
    const Aside aside(*this);
    if (options.rewind == Rewind::replay) {
        execution.rewind(here);  // what tasks have seen is another thing aside
    }
    for (unsigned one = 0; one < tasks; ++one) {
        for (unsigned other = one + 1; other < tasks; ++other) {
            if (!is_runnable(one) || !is_runnable(other) || execution.share_cpu(one, other) ||
                conflict(controls[one].next, controls[other].next)) {
                continue;
            }
            const Outcome forth = take_two(execution, *this, one, other);
            execution.rewind(here);
            const Outcome back = take_two(execution, *this, other, one);
            execution.rewind(here);
            if (ghosts_are_known) {
                return std::nullopt;
            }
            const std::string what = difference(execution, forth, back);
            if (!what.empty()) {
                const Operation& operation = controls[one].next;
                Violation violation;
                violation.claim = "commutation";
                violation.formula = "operations that do not conflict may be done in any order";
                violation.sides = text_of(setup->tasks()[one], operation) + ", " +
                                  text_of(setup->tasks()[other], controls[other].next) +
                                  ": their order makes a difference to " + what;
                violation.object = operation.object;
                violation.where = operation.where;
                return violation;
            }
        }
    }
    return std::nullopt;
}

// A claim of this moment that does not say the same of the worlds in which alike tasks have changed
// places.
std::optional<Violation> Execution::Implementation::claim_not_alike(Moment moment) {
    if (symmetry->empty() || !has_claims(moment)) {
        return std::nullopt;
    }
    const std::vector<std::vector<std::byte>> worlds = alike_worlds(worlds_max);
    for (const Claim& claim : setup->claims()) {
        if (claim.moment != moment) {
            continue;
        }
        const bool holds = claim.holds();
        const bool is_alike = std::all_of(worlds.begin(), worlds.end(), [&](const auto& world) {
            put_world(world);
            return claim.holds() == holds;
        });
        put_world(worlds.front());
        if (!is_alike) {
            Violation violation;
            violation.claim = "alike";
            violation.formula = "claims say the same when alike tasks have changed places";
            violation.sides = claim.name + (holds ? " holds" : " does not hold") +
                              ", and the reverse when two of them have changed places";
            return violation;
        }
    }
    return std::nullopt;
}

// What is wrong with what the engine relies on, in a state in which nothing else is.
std::optional<Violation> Execution::Implementation::wrong_promise(Execution& execution) {
    std::optional<Violation> wrong;
    if (options.check_alike) {
        for (const Moment moment : {Moment::always, Moment::sometimes, Moment::eventually}) {
            wrong = wrong ? wrong : claim_not_alike(moment);
        }
        wrong = !wrong && execution.idle() ? claim_not_alike(Moment::idle) : wrong;
    }
    if (!wrong && options.check_commutation && !ghosts_are_known) {
        const Mark here = execution.mark();
        wrong = order_that_matters(execution, here);
        if (options.rewind == Rewind::replay) {
            execution.rewind(here);  // the last time it was done with what is aside
        }
    }
    return wrong;
}

}  // namespace heddle
