// SPDX-License-Identifier: Apache-2.0
#include "checker/lock_graph.h"

#include <algorithm>

#include "checker/engine_mutations.h"

namespace heddle {

namespace {

// Whether one who waits for `waited` can wait for one who holds `held`.
bool waits_for(ClassMode waited, ClassMode held) {
    const bool readers = waited % 2 != 0 && held % 2 != 0;
    return waited / 2 == held / 2 &&
           (!readers || engine_mutated(EngineMutation::readers_wait_for_readers));
}

std::string place_of(Where where) {
    return std::string(where.file()) + ":" + std::to_string(where.line());
}

}  // namespace

LockGraph::LockGraph(const Setup& setup, std::span<const std::byte> world)
    : setup_(setup),
      order_is_on_(setup.is_on(lock_order_rule)),
      irq_is_on_(setup.is_on(lock_irq_rule)),
      acquisitions_(setup, world) {
    news_.reserve(news_max);  // not while a task runs: it would come from the arena
}

// ---- what a task does

std::size_t LockGraph::row_of(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::irqs_on:
            return irqs_on_row;
        case FactKind::in_irq:
            return in_irq_row;
        default:
            return fact.from;
    }
}

// Outside a search nobody collects news, and what has no room any more is dropped.
void LockGraph::note(const Fact& fact) {
    const bool is_there = std::any_of(news_.begin(), news_.end(), [&fact](const Fact& other) {
        return row_of(other) == row_of(fact) && other.to == fact.to;
    });
    if (!is_there && news_.size() < news_max) {
        news_.push_back(fact);
    }
}

HeldLock LockGraph::taken(unsigned task, const TaskState& state, const LockTaken& lock) {
    const HeldLock number = acquisitions_.number_of(lock);
    const ClassMode mode = acquisitions_[number].mode;
    if (mode == no_class) {
        return number;
    }
    Fact fact = {.to = mode, .task = task, .taken = number, .where = lock.where};
    const bool waited = lock.waited || engine_mutated(EngineMutation::trylock_waits);
    const unsigned outermost =
        engine_mutated(EngineMutation::order_of_innermost_only) && state.locks_held > 0
            ? state.locks_held - 1U
            : 0U;
    for (unsigned i = outermost; waited && i < state.locks_held; ++i) {
        fact.from = acquisition(state.held[i]).mode;
        if (fact.from != no_class && !known_[fact.from].test(mode)) {
            fact.held = state.held[i];
            note(fact);
        }
    }
    if (!state.irqs_off && !known_[irqs_on_row].test(mode)) {
        fact.kind = FactKind::irqs_on;
        note(fact);
    }
    if (state.in_interrupt && lock.waited && !known_[in_irq_row].test(mode)) {
        fact.kind = FactKind::in_irq;
        note(fact);
    }
    return number;
}

void LockGraph::irqs_on(unsigned task, const TaskState& state, Where where) {
    for (unsigned i = 0; i < state.locks_held; ++i) {
        const ClassMode mode = acquisition(state.held[i]).mode;
        if (mode != no_class && !known_[irqs_on_row].test(mode)) {
            note({.kind = FactKind::irqs_on,
                  .to = mode,
                  .task = task,
                  .taken = state.held[i],
                  .where = where});
        }
    }
}

// ---- what a search does

void LockGraph::clear() {
    if (!engine_mutated(EngineMutation::known_facts_not_cleared)) {
        known_ = {};
    }
    news_.clear();
    facts_.clear();
    schedules_.clear();
    finding_.reset();
}

void LockGraph::keep_news(const Schedule& schedule) {
    for (const Fact& fact : news_) {
        known_[row_of(fact)].set(fact.to);
        facts_.push_back(fact);
        schedules_.push_back(schedule);
        look_for_cycle(facts_.size() - 1);
    }
    news_.clear();
}

// The shortest chain of order facts by which one who waits for `from` waits, at its end, for one
// who holds `to`; empty if it does so directly.
std::optional<LockGraph::Path> LockGraph::path(ClassMode from, ClassMode to) const {
    if (waits_for(from, to)) {
        return Path{};
    }
    struct Reached {
        std::size_t fact;
        std::size_t before;  // index among the reached; its own: none
    };
    std::vector<Reached> reached;
    std::vector<bool> seen(facts_.size());
    const auto reach_from = [&](ClassMode waited, std::size_t before) {
        for (std::size_t i = 0; i < facts_.size(); ++i) {
            const bool is_next =
                facts_[i].kind == FactKind::order && waits_for(waited, facts_[i].from);
            if (is_next && !seen[i]) {
                seen[i] = true;
                reached.push_back({i, before == ~std::size_t{0} ? reached.size() : before});
            }
        }
    };
    reach_from(from, ~std::size_t{0});
    const bool shallow = engine_mutated(EngineMutation::cycles_of_two_missed);
    for (std::size_t at = 0; !shallow && at < reached.size(); ++at) {
        if (!waits_for(facts_[reached[at].fact].to, to)) {
            reach_from(facts_[reached[at].fact].to, at);
            continue;
        }
        Path path = {reached[at].fact};
        for (; reached[at].before != at; at = reached[at].before) {
            path.insert(path.begin(), reached[reached[at].before].fact);
        }
        return path;
    }
    return std::nullopt;
}

bool LockGraph::is_against_levels(const Fact& fact) const {
    const unsigned taken = acquisitions_.level_of(fact.to);
    return !engine_mutated(EngineMutation::levels_ignored) && taken != 0 &&
           taken < acquisitions_.level_of(fact.from);
}

void LockGraph::look_for_cycle(std::size_t newest) {
    const Fact& fact = facts_[newest];
    if (!finding_ && order_is_on_ && fact.kind == FactKind::order) {
        if (std::optional<Path> cycle = path(fact.to, fact.from)) {
            cycle->push_back(newest);
            found(lock_order_rule, "the order in which locks are taken has no cycle", *cycle,
                  newest);
        } else if (is_against_levels(fact)) {
            found(lock_order_rule, "locks are taken in the order of their levels", {newest},
                  newest);
        }
    }
    if (!finding_ && irq_is_on_) {
        look_for_irq_cycle(newest);
    }
}

void LockGraph::look_for_irq_cycle(std::size_t newest) {
    for (std::size_t irq = 0; irq < facts_.size(); ++irq) {
        for (std::size_t on = 0; on < facts_.size(); ++on) {
            if (facts_[irq].kind != FactKind::in_irq || facts_[on].kind != FactKind::irqs_on) {
                continue;
            }
            const bool chain = !waits_for(facts_[irq].to, facts_[on].to);
            if (chain && engine_mutated(EngineMutation::irq_chains_missed)) {
                continue;
            }
            if (std::optional<Path> cycle = path(facts_[irq].to, facts_[on].to)) {
                cycle->push_back(on);
                cycle->push_back(irq);
                found(lock_irq_rule,
                      "no lock that an interrupt may have to wait for is held with interrupts on",
                      *cycle, newest);
                return;
            }
        }
    }
}

// ---- what it tells

void LockGraph::found(const char* rule, const char* formula, const Path& cycle,
                      std::size_t newest) {
    LockFinding finding;
    finding.violation.claim = rule;
    finding.violation.formula = formula;
    for (const std::size_t index : cycle) {
        finding.violation.sides += text_of(facts_[index]) + "\n";
        finding.violation.lock_uses.push_back(use_of(facts_[index]));
    }
    finding.violation.where = facts_[newest].where;
    finding.violation.task = facts_[newest].task;
    finding.violation.object = acquisitions_[facts_[newest].taken].object;
    finding.schedule = schedule_of(cycle);
    finding_ = std::move(finding);
}

std::string LockGraph::text_of(const Fact& fact) const {
    const Acquisition& taken = acquisitions_[fact.taken];
    const std::string task = setup_.tasks()[fact.task].name;
    const std::string lock = acquisitions_.lock_name(taken);
    const std::string of_class = acquisitions_.class_name(fact.to);
    if (fact.kind == FactKind::in_irq) {
        return of_class + " in an interrupt: " + task + " takes " + lock + " at " +
               place_of(taken.where);
    }
    if (fact.kind == FactKind::irqs_on) {
        const bool later = place_of(fact.where) != place_of(taken.where);
        return of_class + " with interrupts on: " + task + " holds " + lock + " taken at " +
               place_of(taken.where) +
               (later ? ", interrupts on at " + place_of(fact.where) : std::string());
    }
    const Acquisition& held = acquisitions_[fact.held];
    return acquisitions_.class_name(fact.from) + " -> " + of_class + ": " + task + " takes " +
           lock + " at " + place_of(taken.where) + " while it holds " +
           acquisitions_.lock_name(held) + " taken at " + place_of(held.where);
}

LockUse::Lock LockGraph::lock_of(std::uint16_t number) const {
    const Acquisition& acquired = acquisitions_[number];
    return {acquisitions_.class_name(acquired.mode), acquisitions_.lock_name(acquired),
            acquired.where};
}

LockUse LockGraph::use_of(const Fact& fact) const {
    LockUse use = {.task = fact.task, .taken = lock_of(fact.taken)};
    if (fact.kind == FactKind::order) {
        use.held = lock_of(fact.held);
    } else {
        use.kind = fact.kind == FactKind::in_irq ? LockUse::Kind::in_irq : LockUse::Kind::irqs_on;
    }
    return use;
}

// A run per fact, but for those with which another begins.
Schedule LockGraph::schedule_of(const Path& cycle) const {
    Path facts = cycle;
    std::sort(facts.begin(), facts.end());
    const auto begins = [this](std::size_t shorter, std::size_t longer) {
        const Schedule& start = schedules_[shorter];
        const Schedule& whole = schedules_[longer];
        return start.size() <= whole.size() &&
               std::equal(start.begin(), start.end(), whole.begin());
    };
    Schedule schedule;
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const bool is_shown_by_another =
            std::any_of(facts.begin(), facts.end(), [&](std::size_t other) {
                const bool same = schedules_[other].size() == schedules_[facts[i]].size();
                return (same ? other > facts[i] : other != facts[i]) && begins(facts[i], other);
            });
        if (is_shown_by_another) {
            continue;
        }
        if (!schedule.empty()) {
            schedule.push_back(start_again);
        }
        schedule.insert(schedule.end(), schedules_[facts[i]].begin(), schedules_[facts[i]].end());
    }
    return schedule;
}

}  // namespace heddle
