// SPDX-License-Identifier: Apache-2.0
// In which order locks are taken, over all runs of a search: deadlocks that no run has met.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <optional>
#include <vector>

#include "checker/acquisitions.h"
#include "checker/execution.h"

namespace heddle {

// A violation of lock_order_rule or lock_irq_rule, and a schedule that shows it: the simplest
// runs known in which the acquisitions happen, one after the other from the start.
struct LockFinding {
    Violation violation;
    Schedule schedule;
};

// What a search learns about lock classes. Three kinds of facts, each with the schedule that
// first showed it:
//   order    class B is waited for while class A is held
//   irqs_on  class A is held with interrupts on
//   in_irq   class A is waited for by an interrupt handler
// A cycle of order facts may deadlock. So may one in which a class held with interrupts on is
// followed by one that an interrupt waits for, because the handler can come in just then. In
// either a shared acquisition does not wait for a shared holder. Where classes have levels, one
// order fact against them is enough. Rewinding undoes nothing here. Source: the rules are those of
// the kernel's lockdep (Documentation/locking/lockdep-design.rst, v5.10, with rw_semaphore readers
// as recursive ones: here no waiting writer holds them up).
class LockGraph {
  public:
    // `world` is what the scenario has built.
    LockGraph(const Setup& setup, std::span<const std::byte> world);

    // ---- for the running task

    // Notes what follows from the task's taking of `lock`; returns what stands for it in
    // TaskState::held. O(locks held).
    HeldLock taken(unsigned task, const TaskState& state, const LockTaken& lock);

    // Notes that the task has turned its interrupts on.
    void irqs_on(unsigned task, const TaskState& state, Where where);

    const Acquisition& acquisition(HeldLock lock) const { return acquisitions_[lock]; }

    // ---- for a search

    // Forgets all facts. Every search begins with it.
    void clear();

    // Whether the last steps showed facts that are not known yet.
    bool has_news() const { return !news_.empty(); }

    // Makes them known. `schedule` leads from the start through the last step.
    void keep_news(const Schedule& schedule);

    // Leaves them unknown: the next step that shows them is news again.
    void drop_news() { news_.clear(); }

    // The first cycle there was. A search reports it if it ends without another violation.
    const std::optional<LockFinding>& finding() const { return finding_; }

  private:
    enum class FactKind : std::uint8_t { order, irqs_on, in_irq };

    struct Fact {
        FactKind kind = FactKind::order;
        ClassMode from = no_class;  // of an order: what is held
        ClassMode to = no_class;
        unsigned task = no_task;
        std::uint16_t held = 0;  // acquisitions, by number
        std::uint16_t taken = 0;
        Where where;
    };

    using Path = std::vector<std::size_t>;  // indices of facts_

    // The rows of known_ behind those of the classes.
    static constexpr std::size_t irqs_on_row = std::size_t{2} * lock_classes_max;
    static constexpr std::size_t in_irq_row = irqs_on_row + 1;
    static constexpr std::size_t news_max = 64;  // a step shows fewer: three per lock held

    static std::size_t row_of(const Fact& fact);
    void note(const Fact& fact);
    std::optional<Path> path(ClassMode from, ClassMode to) const;
    bool is_against_levels(const Fact& fact) const;
    void look_for_cycle(std::size_t newest);
    void look_for_irq_cycle(std::size_t newest);
    void found(const char* rule, const char* formula, const Path& cycle, std::size_t newest);
    std::string text_of(const Fact& fact) const;
    LockUse use_of(const Fact& fact) const;
    LockUse::Lock lock_of(std::uint16_t number) const;
    Schedule schedule_of(const Path& cycle) const;

    const Setup& setup_;
    const bool order_is_on_;
    const bool irq_is_on_;
    Acquisitions acquisitions_;
    std::array<std::bitset<256>, in_irq_row + 1> known_ = {};
    std::vector<Fact> news_ = {};
    std::vector<Fact> facts_ = {};
    std::vector<Schedule> schedules_ = {};  // of each fact
    std::optional<LockFinding> finding_ = {};
};

}  // namespace heddle
