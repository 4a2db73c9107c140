// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/lock_sections.h"

#include <algorithm>
#include <bit>
#include <string_view>

namespace heddle {

namespace {

struct OpenSection {
    LockSection section;
    const void* object;
    std::uint64_t bits;
};

std::string lock_name(const Step& step) {
    const Operation& operation = step.operation;
    if (!std::has_single_bit(operation.bits)) {
        return step.object;
    }
    const auto bit = static_cast<std::size_t>(std::countr_zero(operation.bits));
    const bool named = bit < step.bits.size() && !step.bits[bit].empty();
    return (named ? step.bits[bit] : "bit " + std::to_string(bit)) + " of " + step.object;
}

unsigned free_level(const std::vector<OpenSection>& open, unsigned task) {
    unsigned level = 0;
    while (std::any_of(open.begin(), open.end(), [=](const OpenSection& other) {
        return other.section.task == task && other.section.level == level;
    })) {
        ++level;
    }
    return level;
}

bool gives_back(const Step& step) {
    return step.operation.kind == OperationKind::release &&
           std::string_view(step.operation.name) != "downgrade_write";
}

class Sections {
  public:
    void look(const Step& step, std::size_t index) {
        if (is_acquisition(step)) {
            const unsigned task = step.choice.task;
            open_.push_back({{.task = task,
                              .lock = lock_name(step),
                              .first = index,
                              .last = index,
                              .given_back = false,
                              .level = free_level(open_, task)},
                             step.operation.object,
                             step.operation.bits});
        } else if (gives_back(step)) {
            close(step, index);
        }
    }

    // The run ends with this step.
    void end(std::size_t index) {
        for (OpenSection& each : open_) {
            each.section.last = index;
            done_.push_back(each.section);
        }
        open_.clear();
    }

    std::vector<LockSection> sections() {
        std::sort(done_.begin(), done_.end(), [](const LockSection& one, const LockSection& other) {
            return one.first < other.first;
        });
        return done_;
    }

  private:
    // Of several that hold the lock (readers) the task's own is meant.
    void close(const Step& step, std::size_t index) {
        const auto is_of = [&](const OpenSection& each, bool own) {
            return each.object == step.operation.object && (each.bits & step.operation.bits) != 0 &&
                   (!own || each.section.task == step.choice.task);
        };
        for (const bool own : {true, false}) {
            const auto found = std::find_if(open_.rbegin(), open_.rend(),
                                            [&](const auto& each) { return is_of(each, own); });
            if (found != open_.rend()) {
                found->section.last = index;
                found->section.given_back = true;
                done_.push_back(found->section);
                open_.erase(std::next(found).base());
                return;
            }
        }
    }

    std::vector<OpenSection> open_;
    std::vector<LockSection> done_;
};

}  // namespace

bool is_acquisition(const Step& step) {
    const Operation& operation = step.operation;
    const bool tries_word = operation.refused_by != 0 && (step.before & operation.refused_by) == 0;
    const bool tries_bit = std::string_view(operation.name) == "test_and_set_bit_lock";
    return (operation.kind == OperationKind::acquire || tries_word || tries_bit) &&
           step.before != step.after;
}

std::vector<LockSection> lock_sections(const Trace& trace) {
    Sections sections;
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
        sections.look(trace.steps[i], i);
        const bool is_last = i + 1 == trace.steps.size();
        if (is_last || trace.steps[i + 1].run != trace.steps[i].run) {
            sections.end(i);
        }
    }
    return sections.sections();
}

}  // namespace heddle
