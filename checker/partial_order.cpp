// SPDX-License-Identifier: Apache-2.0
#include "checker/partial_order.h"

#include <algorithm>

#include "checker/engine_mutations.h"
#include "checker/local_states.h"
#include "checker/sometimes.h"

namespace heddle {

namespace {

Relation relation_of(const Reductions& reductions) {
    if (!reductions.partial_order) {
        return Relation::touch;
    }
    return reductions.commuting ? Relation::conflict : Relation::same_word;
}

}  // namespace

std::size_t count_of(const Schedule& open, TaskSet set) {
    return static_cast<std::size_t>(std::count_if(open.begin(), open.end(), [set](Choice choice) {
        return (set & set_of(choice.task)) != 0;
    }));
}

void move_to_front(Schedule& open, TaskSet set) {
    std::stable_partition(open.begin(), open.end(),
                          [set](Choice choice) { return (set & set_of(choice.task)) != 0; });
}

LocalNumbers numbers_for(const Reductions& reductions) {
    const bool orders = reductions.partial_order || reductions.private_objects;
    return reductions.locals ? LocalNumbers::merge
           : orders          ? LocalNumbers::number
                             : LocalNumbers::off;
}

ClaimsOfStates::ClaimsOfStates(const Execution& execution) : execution_(execution) {
    const auto has = [&execution](Moment moment) {
        return std::any_of(execution.claims().begin(), execution.claims().end(),
                           [moment](const Claim& claim) { return claim.moment == moment; });
    };
    has_always_ = has(Moment::always);
    has_idle_ = has(Moment::idle);
}

bool ClaimsOfStates::may_tell(Fingerprint world_before, unsigned task, bool was_idle,
                              const Sometimes& sometimes) const {
    const bool asks_idle = has_idle_ && was_idle;
    if (execution_.last_world_fingerprint() == world_before) {
        return asks_idle && !execution_.idle(task);
    }
    return asks_idle || has_always_ || !sometimes.all_reached();
}

PartialOrder::PartialOrder(Execution& execution, const Reductions& reductions,
                           const Symmetry* symmetry)
    : execution_(execution),
      only_private_(!reductions.partial_order),
      footprints_(relation_of(reductions), symmetry),
      tasks_(static_cast<unsigned>(execution.tasks().size())),
      on_the_same_cpu_(tasks_) {
    for (unsigned task = 0; task < tasks_; ++task) {
        for (unsigned other = 0; other < tasks_; ++other) {
            if (other != task && execution.share_cpu(task, other)) {
                on_the_same_cpu_[task] |= set_of(other);
            }
        }
    }
    learn();
}

void PartialOrder::learn() {
    LocalStates& states = execution_.local_states();
    if (!states.news().empty()) {
        for (const LocalStep& step : states.news()) {
            const Touches touches = touches_of(execution_.pending(step.task));
            if (logs_ == nullptr) {
                footprints_.add(step, touches);
            } else if (!footprints_.knows(step)) {
                tell(step, touches);
            }
        }
        states.forget_news();
    }
    if (logs_ != nullptr && logs_->version() != logs_version_) {
        learn_from_all();
    }
}

// ---- with other processes

void PartialOrder::share(SharedLogs& logs, unsigned writer) {
    logs_ = &logs;
    writer_ = writer;
    read_.resize(logs.logs() / 2);
}

// A step, and three words for each operation.
void PartialOrder::tell(const LocalStep& step, const Touches& touches) {
    std::array<std::uint64_t, 2 + 3 * WatchedWords::words_max> words = {};
    words[0] = std::uint64_t{step.from} << 32 | step.to;
    words[1] = std::uint64_t{step.task} << 32 | touches.count;
    std::size_t end = 2;
    for (unsigned i = 0; i < touches.count; ++i) {
        const Operation& operation = touches.of[i];
        words[end++] = reinterpret_cast<std::uintptr_t>(operation.object);
        words[end++] = operation.bits;
        words[end++] = static_cast<std::uint64_t>(operation.kind) << 16 |
                       std::uint64_t{operation.size} << 8 | (operation.shared ? 1U : 0U);
    }
    logs_->append(writer_, std::span(words).first(end));
}

void PartialOrder::learn_from_all() {
    logs_version_ = logs_->version();
    for (unsigned log = 0; log < read_.size(); ++log) {
        const std::span<const std::uint64_t> words = logs_->words(log);
        std::size_t& at = read_[log];
        while (at < words.size()) {
            const LocalStep step = {static_cast<LocalState>(words[at] >> 32),
                                    static_cast<LocalState>(words[at]),
                                    static_cast<unsigned>(words[at + 1] >> 32)};
            Touches touches;
            const auto count = static_cast<unsigned>(words[at + 1]);
            for (at += 2; touches.count < count; at += 3) {
                Operation& operation = touches.of[touches.count++];
                operation.object = reinterpret_cast<const void*>(words[at]);
                operation.bits = words[at + 1];
                operation.kind = static_cast<OperationKind>(words[at + 2] >> 16);
                operation.size = static_cast<std::uint8_t>(words[at + 2] >> 8);
                operation.shared = (words[at + 2] & 1) != 0;
            }
            footprints_.add(step, touches);
        }
    }
}

bool PartialOrder::were_wrong() {
    learn_from_all();
    const auto is_wrong = [this](std::uint64_t word) {
        const auto future = static_cast<LocalState>(word >> 32);
        const Accesses& pending = footprints_.pending(static_cast<LocalState>(word));
        return std::any_of(pending.begin(), pending.end(), [this, future](Access access) {
            return footprints_.may_meet(future, access);
        });
    };
    for (unsigned writer = 0; writer < read_.size(); ++writer) {
        const std::span<const std::uint64_t> words =
            logs_->words(log_of_what_was_relied_on(writer));
        if (std::any_of(words.begin(), words.end(), is_wrong)) {
            return true;
        }
    }
    return false;
}

void PartialOrder::begin_again() {
    footprints_.forget_what_was_relied_on();
    for (unsigned writer = 0; writer < read_.size(); ++writer) {
        logs_->clear(log_of_what_was_relied_on(writer));
    }
}

// ---- persistent sets

void PartialOrder::read(Locals& locals) const {
    locals.resize(tasks_);
    for (unsigned task = 0; task < tasks_; ++task) {
        locals[task] =
            execution_.pending(task) == nullptr ? no_local_state : execution_.local_state(task);
    }
}

// Whether something that `other` may do yet makes a difference to what `task` is about to do.
bool PartialOrder::may_meet(const Locals& locals, unsigned task, unsigned other) const {
    if ((on_the_same_cpu_[task] & set_of(other)) != 0 &&
        !engine_mutated(EngineMutation::set_without_its_cpu)) {
        return true;
    }
    for (const Access access : footprints_.pending(locals[task])) {
        if (footprints_.may_meet(locals[other], access)) {
            return true;
        }
    }
    return false;
}

// A task of the set that is blocked brings in all that could unblock it, for what they do
// conflicts with what it waits for.
TaskSet PartialOrder::closure(const Locals& locals, TaskSet set) const {
    for (TaskSet todo = set; todo != 0;) {
        const auto member = static_cast<unsigned>(__builtin_ctzll(todo));
        todo &= todo - 1;
        if (locals[member] == no_local_state) {
            continue;
        }
        for (unsigned other = 0; other < tasks_; ++other) {
            if ((set & set_of(other)) == 0 && locals[other] != no_local_state &&
                may_meet(locals, member, other)) {
                set |= set_of(other);
                todo |= engine_mutated(EngineMutation::set_closed_once) ? 0 : set_of(other);
            }
        }
    }
    return set;
}

TaskSet PartialOrder::pick(const Locals& locals, Schedule& open) const {
    TaskSet best = all_tasks;
    Cost least = {true, open.size()};
    TaskSet tried = 0;  // a set with one of them is no better than its own
    for (const Choice choice : open) {
        if (least == Cost{false, 1}) {
            break;
        }
        if ((tried & set_of(choice.task)) != 0) {
            continue;
        }
        const TaskSet set = closure(locals, set_of(choice.task));
        const Cost cost = {has_visible(locals, open, set), count_of(open, set)};
        const bool allowed = !only_private_ || set == set_of(choice.task);
        if (allowed && cost.second < open.size() && cost < least) {
            best = set;
            least = cost;
        }
        tried |= set_of(choice.task);
    }
    move_to_front(open, best);
    return best;
}

bool PartialOrder::has_visible(const Locals& locals, const Schedule& open, TaskSet set) const {
    return std::any_of(open.begin(), open.end(), [&](Choice choice) {
        const LocalState local = locals[choice.task];
        return (set & set_of(choice.task)) != 0 && local < visible_.size() && visible_[local];
    });
}

void PartialOrder::note_visible(LocalState local) {
    if (local >= visible_.size()) {
        visible_.resize(local + 1);
    }
    visible_[local] = true;
}

void PartialOrder::rely(const Locals& locals, TaskSet set) {
    const auto is_alive = [&locals](unsigned task) { return locals[task] != no_local_state; };
    for (unsigned task = 0; task < tasks_; ++task) {
        for (unsigned other = 0; other < tasks_; ++other) {
            const bool is_in = (set & set_of(task)) != 0 && is_alive(task);
            const bool is_out = (set & set_of(other)) == 0 && is_alive(other);
            if (is_in && is_out) {
                rely(locals[other], locals[task]);
            }
        }
    }
}

// That nothing of this future meets what is pending there.
void PartialOrder::rely(LocalState future, LocalState pending) {
    bool is_new = false;
    for (const Access access : footprints_.pending(pending)) {
        is_new = footprints_.rely(future, access) || is_new;
    }
    if (is_new && logs_ != nullptr) {
        const std::uint64_t word = std::uint64_t{future} << 32 | pending;
        logs_->append(log_of_what_was_relied_on(writer_), {&word, 1});
    }
}

}  // namespace heddle
