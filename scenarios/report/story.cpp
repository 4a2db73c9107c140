// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/story.h"

#include <algorithm>
#include <string_view>

namespace heddle {

namespace {

constexpr std::size_t steps_of_a_short_trace = 12;  // is shown whole

bool changes(const Step& step) {
    const OperationKind kind = step.operation.kind;
    return kind >= OperationKind::write && kind <= OperationKind::clear &&
           step.before != step.after;
}

bool looks(const Step& step) {
    const OperationKind kind = step.operation.kind;
    return kind == OperationKind::read || kind == OperationKind::rmw;
}

// A value that a task reads and another has written last.
struct Message {
    std::size_t written;
    std::size_t read;
};

// The step that has last changed what `reader` sees; its own index if there is none.
std::size_t writer_of(const std::vector<Step>& steps, std::size_t reader) {
    const Operation& read = steps[reader].operation;
    for (std::size_t i = reader; i > 0 && steps[i - 1].run == steps[reader].run; --i) {
        const Step& step = steps[i - 1];
        if (step.operation.object == read.object && changes(step) &&
            ((step.before ^ step.after) & read.bits) != 0) {
            return i - 1;
        }
    }
    return reader;
}

// Of several steps of a task that read the same the first.
std::vector<Message> messages_in(const std::vector<Step>& steps) {
    std::vector<Message> messages;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].operation.object == nullptr || !looks(steps[i])) {
            continue;
        }
        const std::size_t writer = writer_of(steps, i);
        const unsigned task = steps[i].choice.task;
        const bool is_known =
            std::any_of(messages.begin(), messages.end(), [&](const Message& message) {
                return message.written == writer && steps[message.read].choice.task == task;
            });
        if (steps[writer].choice.task != task && !is_known) {
            messages.push_back({writer, i});
        }
    }
    return messages;
}

bool same_place(const Where& one, const Where& other) {
    return one.line() == other.line() && std::string_view(one.file()) == other.file();
}

class Relevance {
  public:
    explicit Relevance(const Result& result)
        : result_(result),
          steps_(result.trace->steps),
          violation_(result.summary.verdict.kind == Verdict::Kind::fail
                         ? &*result.summary.verdict.violation
                         : nullptr) {
        messages_ = messages_in(steps_);
        story_.sections = lock_sections(*result.trace);
        story_.shown.resize(steps_.size());
        mark();
    }

    Story all() {
        story_.shown.assign(steps_.size(), true);
        return std::move(story_);
    }

    Story relevant() {
        if (violation_ == nullptr || steps_.size() <= steps_of_a_short_trace) {
            return all();
        }
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            story_.shown[i] = story_.marked[i] || steps_[i].reads_watched || is_of_violation(i);
        }
        if (std::none_of(steps_.begin(), steps_.end(), [](const Step& s) { return s.watched; }) &&
            violation_->lock_uses.empty()) {
            show_changes();
        }
        show_locks_of_violation();
        show_messages();
        show_decisions();
        show_brackets();
        return std::move(story_);
    }

  private:
    void mark() {
        const bool ends_in_violation = violation_ != nullptr && !violation_->after_epilogue;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const bool is_last = i + 1 == steps_.size();
            story_.marked.push_back(steps_[i].watched || steps_[i].preempts ||
                                    (is_last && ends_in_violation));
        }
    }

    bool is_of_violation(std::size_t step) const {
        const auto address = reinterpret_cast<std::uintptr_t>(violation_->object);
        const auto begin = reinterpret_cast<std::uintptr_t>(steps_[step].operation.object);
        return address != 0 && address - begin < steps_[step].operation.size;
    }

    // What one task tells another, or of a single task all that makes a difference.
    void show_changes() {
        const bool alone = std::all_of(steps_.begin(), steps_.end(), [this](const Step& step) {
            return step.choice.task == steps_.front().choice.task;
        });
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const bool chooses = steps_[i].operation.kind == OperationKind::choose;
            if (chooses || (alone && changes(steps_[i]))) {
                story_.shown[i] = true;
            }
        }
        for (const Message& message : messages_) {
            story_.shown[message.written] = true;
            story_.shown[message.read] = true;
        }
    }

    void show_locks_of_violation() {
        const bool stuck = violation_->claim == "deadlock";
        for (const LockSection& section : story_.sections) {
            const Where& where = steps_[section.first].operation.where;
            const bool is_used = std::any_of(violation_->lock_uses.begin(),
                                             violation_->lock_uses.end(), [&](const LockUse& use) {
                                                 return same_place(use.taken.where, where) ||
                                                        same_place(use.held.where, where);
                                             });
            if ((stuck && !section.given_back) || is_used) {
                story_.shown[section.first] = true;
                story_.shown[section.last] = story_.shown[section.last] || section.given_back;
            }
        }
    }

    void show_messages() {
        const std::vector<bool> seeds = story_.shown;
        for (const Message& message : messages_) {
            if (seeds[message.written] || seeds[message.read]) {
                story_.shown[message.written] = true;
                story_.shown[message.read] = true;
            }
        }
    }

    void show_decisions() {
        for (std::size_t i = 1; i < steps_.size(); ++i) {
            story_.shown[i - 1] = story_.shown[i - 1] || steps_[i].preempts;
        }
        if (result_.critical && result_.critical->kind == CriticalStep::Kind::step) {
            story_.shown[result_.critical->step] = true;
        }
        for (const std::size_t step : result_.differences) {
            story_.shown[step] = true;
        }
    }

    void show_brackets() {
        const std::vector<bool> inside = story_.shown;
        for (const LockSection& section : story_.sections) {
            for (std::size_t i = section.first; i <= section.last; ++i) {
                if (inside[i] && steps_[i].choice.task == section.task) {
                    story_.shown[section.first] = true;
                    story_.shown[section.last] = story_.shown[section.last] || section.given_back;
                    break;
                }
            }
        }
    }

    const Result& result_;
    const std::vector<Step>& steps_;
    const Violation* violation_;
    std::vector<Message> messages_;
    Story story_;
};

}  // namespace

Story story_of(const Result& result, bool everything) {
    Relevance relevance(result);
    return everything ? relevance.all() : relevance.relevant();
}

}  // namespace heddle
