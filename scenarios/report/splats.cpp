// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/splats.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "checker/step_text.h"
#include "scenarios/report/lock_sections.h"

namespace heddle {

namespace {

// A lambda has no name that a reader would look for.
std::string where_text(const Where& where) {
    const bool is_lambda = std::string_view(where.function()) == "operator()";
    return is_lambda ? place_text(where)
                     : fmt::format("{} {}", where.function(), place_text(where));
}

void write_rule(std::ostream& out, char of) { out << std::string(66, of) << '\n'; }

std::string task_text(const Trace& trace, unsigned task) {
    return fmt::format("{} on CPU {}", trace.tasks[task].name, trace.tasks[task].cpu);
}

// ---- lockdep

// What two CPUs do, one line after the other; a second CPU is not needed where one is enough.
class UnsafeScenario {
  public:
    void on(unsigned cpu, const std::string& text) {
        lines_.push_back({cpu, text});
        cpus_ = std::max(cpus_, cpu + 1);
    }

    void lock(unsigned cpu, const LockUse::Lock& lock) { on(cpu, "lock(" + lock.of_class + ");"); }

    void write(std::ostream& out) const {
        const std::string second(second_column - 11, ' ');  // behind "       CPU0"
        out << "\n Possible unsafe locking scenario:\n\n       CPU0"
            << (cpus_ > 1 ? second + "CPU1" : "") << "\n       ----"
            << (cpus_ > 1 ? second + "----" : "") << '\n';
        for (const auto& [cpu, text] : lines_) {
            out << std::string(cpu == 0 ? 2 : second_column, ' ') << text << '\n';
        }
        out << "\n *** DEADLOCK ***\n";
    }

  private:
    static constexpr std::size_t second_column = 31;

    std::vector<std::pair<unsigned, std::string>> lines_;
    unsigned cpus_ = 1;
};

void write_use(std::ostream& out, const LockUse& use, const Trace& trace) {
    const std::string task = task_text(trace, use.task);
    if (use.kind == LockUse::Kind::in_irq) {
        out << task << " takes it in an interrupt:\n";
    } else if (use.kind == LockUse::Kind::irqs_on) {
        out << task << " holds with interrupts on:\n";
    } else {
        out << task << " takes:\n";
    }
    out << fmt::format("  ({}), at {}\n", use.taken.name, where_text(use.taken.where));
    if (use.kind == LockUse::Kind::order) {
        out << fmt::format("while it holds:\n  ({}), at {}\n", use.held.name,
                           where_text(use.held.where));
    }
}

// "A --> B --> C" of facts each of which takes what the next one holds.
std::string chain_text(std::span<const LockUse> uses) {
    std::string text = uses.front().held.of_class;
    for (const LockUse& use : uses) {
        text += " --> " + use.taken.of_class;
    }
    return text;
}

void write_order(std::ostream& out, const Violation& violation, const Trace& trace) {
    const std::vector<LockUse>& uses = violation.lock_uses;
    const LockUse& newest = uses.back();
    const bool recursive = newest.held.of_class == newest.taken.of_class;
    out << "WARNING: possible " << (recursive ? "recursive locking" : "circular locking dependency")
        << " detected\n";
    write_rule(out, '-');
    write_use(out, newest, trace);
    for (std::size_t i = 0; i + 1 < uses.size(); ++i) {
        out << (i == 0 ? "\nthe other way round:\n" : "");
        write_use(out, uses[i], trace);
    }
    if (uses.size() > 2) {
        out << "\nChain exists of:\n  " << chain_text({uses.data(), uses.size() - 1}) << '\n';
    }
    UnsafeScenario scenario;
    scenario.lock(0, newest.held);
    if (!recursive) {
        // Against the order of levels: another task may keep to it.
        scenario.lock(1, uses.size() > 1 ? uses[uses.size() - 2].held : newest.taken);
        scenario.lock(1, newest.held);
    }
    scenario.lock(0, newest.taken);
    scenario.write(out);
}

void write_irq(std::ostream& out, const Violation& violation, const Trace& trace) {
    const std::vector<LockUse>& uses = violation.lock_uses;
    const LockUse& in_irq = uses.back();
    const LockUse& irqs_on = uses[uses.size() - 2];
    const bool direct = uses.size() == 2;
    out << "WARNING: "
        << (direct ? "inconsistent lock state" : "possible irq lock inversion dependency detected")
        << '\n';
    write_rule(out, '-');
    for (const LockUse& use : uses) {
        write_use(out, use, trace);
    }
    UnsafeScenario scenario;
    scenario.lock(0, irqs_on.taken);
    if (!direct) {
        scenario.on(1, "local_irq_disable();");
        scenario.lock(1, uses.front().held);
        scenario.lock(1, irqs_on.taken);
    }
    scenario.on(0, "<Interrupt>");
    scenario.on(0, "  lock(" + in_irq.taken.of_class + ");");
    scenario.write(out);
}

void write_lockdep(std::ostream& out, const Violation& violation, const Trace& trace) {
    write_rule(out, '=');
    if (violation.claim == lock_irq_rule) {
        write_irq(out, violation, trace);
    } else {
        write_order(out, violation, trace);
    }
    write_rule(out, '=');
}

// ---- KCSAN

std::string object_text(const Trace& trace, const void* object) {
    const ObjectName* name = find_name(trace.names, object);
    return name == nullptr ? fmt::format("{}", object) : name->name;
}

void write_access(std::ostream& out, const RacingAccess& access, const Trace& trace) {
    const Operation& operation = access.operation;
    const char* kind = operation.kind == OperationKind::read ? "read" : "write";
    out << fmt::format("\n{}{} to {} of {} bytes by task {} on cpu {}:\n {} {} {}\n", kind,
                       operation.plain ? "" : " (marked)", object_text(trace, operation.object),
                       operation.size, trace.tasks[access.task].name, trace.tasks[access.task].cpu,
                       operation.where.function(), operation.name, place_text(operation.where));
}

void write_race(std::ostream& out, const Violation& violation, const Trace& trace) {
    const auto& accesses = violation.accesses;
    out << fmt::format("BUG: KCSAN: data-race in {} / {}\n", accesses[0].operation.where.function(),
                       accesses[1].operation.where.function());
    for (const RacingAccess& access : accesses) {
        write_access(out, access, trace);
    }
}

// The last section of the lock in which another task holds it; null if there is none.
const LockSection* other_holder(const std::vector<LockSection>& sections, const std::string& lock,
                                unsigned task) {
    const auto found = std::find_if(
        sections.rbegin(), sections.rend(),
        [&](const LockSection& section) { return section.lock == lock && section.task != task; });
    return found == sections.rend() ? nullptr : &*found;
}

void write_unguarded(std::ostream& out, const Violation& violation, const Trace& trace) {
    const std::string lock = object_text(trace, violation.object);
    const std::vector<LockSection> sections = lock_sections(trace);
    const LockSection* other = other_holder(sections, lock, violation.task);
    out << "BUG: KCSAN: data-race in " << violation.where.function();
    if (other != nullptr) {
        out << " / " << trace.steps[other->first].operation.where.function();
    }
    out << fmt::format("\n\naccess without {} by task {} on cpu {}:\n {}\n", lock,
                       trace.tasks[violation.task].name, trace.tasks[violation.task].cpu,
                       where_text(violation.where));
    if (other != nullptr) {
        out << fmt::format("\ntask {} on cpu {} {} {}, taken in:\n {}\n",
                           trace.tasks[other->task].name, trace.tasks[other->task].cpu,
                           other->given_back ? "held" : "holds", lock,
                           where_text(trace.steps[other->first].operation.where));
    }
}

}  // namespace

bool write_splat(std::ostream& out, const Result& result) {
    const Violation& violation = *result.summary.verdict.violation;
    const Trace& trace = *result.trace;
    if (!violation.lock_uses.empty()) {
        write_lockdep(out, violation, trace);
        return true;
    }
    const bool is_race = violation.accesses.size() == 2;
    if (!is_race && (violation.claim != "guarded-by" || violation.task >= trace.tasks.size())) {
        return false;
    }
    write_rule(out, '=');
    if (is_race) {
        write_race(out, violation, trace);
    } else {
        write_unguarded(out, violation, trace);
    }
    write_rule(out, '=');
    return true;
}

}  // namespace heddle
