// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/perfetto.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "checker/step_text.h"
#include "scenarios/report/verdict_words.h"

namespace heddle {

namespace {

using TraceJson = nlohmann::ordered_json;

constexpr std::size_t step_us = 10;  // the length that a step is given

bool acquires(const Step& step) {
    const Ordering ordering = step.operation.ordering;
    return ordering == Ordering::acquire || ordering == Ordering::full;
}

bool releases(const Step& step) {
    const Ordering ordering = step.operation.ordering;
    return ordering == Ordering::release || ordering == Ordering::full;
}

// A trylock reads and writes, and takes the lock if none of the bits that refuse it is set.
bool takes_lock(const Step& step) {
    const Operation& operation = step.operation;
    return operation.kind == OperationKind::acquire ||
           (operation.refused_by != 0 && (step.before & operation.refused_by) == 0);
}

// An acquire and the release before it that it sees: the last of the object's, by another task.
struct Arrow {
    std::size_t from;  // steps, counted from 0
    std::size_t to;
};

std::vector<Arrow> arrows_of(const std::vector<Step>& steps) {
    std::vector<Arrow> arrows;
    std::map<const void*, std::size_t> released;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const void* object = steps[i].operation.object;
        if (i > 0 && steps[i].run != steps[i - 1].run) {
            released.clear();
        }
        const auto last = released.find(object);
        if (last != released.end() && acquires(steps[i]) &&
            steps[last->second].choice.task != steps[i].choice.task) {
            arrows.push_back({last->second, i});
        }
        if (object != nullptr && releases(steps[i])) {
            released[object] = i;
        }
    }
    return arrows;
}

// Writes the events of one scenario in the order of time.
class ProcessEvents {
  public:
    // `ids` counts what needs a number of its own in the document.
    ProcessEvents(const Result& result, std::size_t process, std::size_t& ids, TraceJson& events)
        : steps_(result.trace->steps),
          result_(result),
          process_(process),
          ids_(ids),
          events_(events) {}

    void write() {
        write_names();
        for (const Arrow& arrow : arrows_of(steps_)) {
            const std::size_t id = ++ids_;
            arrows_from_[arrow.from].push_back(id);
            arrows_to_[arrow.to].push_back(id);
        }
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (i > 0 && steps_[i].run != steps_[i - 1].run) {
                close_sections(i * step_us);
                note("again from the start", i * step_us);
            }
            write_step(i);
        }
        close_sections(steps_.size() * step_us);
        note(headline_of(result_), steps_.size() * step_us);
    }

  private:
    TraceJson& event(const char* phase, const std::string& name, std::size_t time, unsigned cpu) {
        events_.push_back(
            {{"ph", phase}, {"name", name}, {"ts", time}, {"pid", process_}, {"tid", cpu}});
        return events_.back();
    }

    void write_names() {
        event("M", "process_name", 0, 0)["args"] = {{"name", result_.summary.scenario}};
        std::set<unsigned> cpus;
        for (const TaskSpec& task : result_.trace->tasks) {
            if (cpus.insert(task.cpu).second) {
                event("M", "thread_name", 0,
                      task.cpu)["args"] = {{"name", fmt::format("CPU {}", task.cpu)}};
            }
        }
    }

    void note(const std::string& text, std::size_t time) {
        event("i", text, time, 0)["s"] = "p";  // across the tracks of the process
    }

    void write_step(std::size_t i) {
        const Step& step = steps_[i];
        const std::pair<unsigned, const void*> section = {step.choice.task, step.operation.object};
        if (takes_lock(step) && !sections_.contains(section)) {
            sections_[section] = i;
            section_event("b", i, i * step_us);
        }
        write_slice(i);
        for (const std::size_t id : arrows_to_[i]) {
            arrow_event("f", i, id)["bp"] = "e";  // ends in the slice around it
        }
        for (const std::size_t id : arrows_from_[i]) {
            arrow_event("s", i, id);
        }
        const auto open = sections_.find(section);
        if (step.operation.kind == OperationKind::release && open != sections_.end()) {
            section_event("e", open->second, (i + 1) * step_us);
            sections_.erase(open);
        }
    }

    void write_slice(std::size_t i) {
        const Step& step = steps_[i];
        const StepText text = describe_step(step, *result_.trace);
        TraceJson& slice = event("X", step.task + ": " + text.call, i * step_us, step.cpu);
        slice["cat"] = "step";
        slice["dur"] = step_us;
        slice["args"] = {
            {"step", i + 1},         {"task", step.task},         {"place", text.place},
            {"object", step.object}, {"before", text.before},     {"after", text.after},
            {"effect", text.effect}, {"preempts", step.preempts}, {"watched", step.watched}};
    }

    TraceJson& arrow_event(const char* phase, std::size_t i, std::size_t id) {
        TraceJson& arrow =
            event(phase, "release to acquire", i * step_us + step_us / 2, steps_[i].cpu);
        arrow["cat"] = "order";
        arrow["id"] = id;
        return arrow;
    }

    // Of the section that step `begin` opens: its beginning or its end.
    void section_event(const char* phase, std::size_t begin, std::size_t time) {
        const Step& step = steps_[begin];
        TraceJson& section = event(phase, step.task + " holds " + step.object, time, step.cpu);
        section["cat"] = "lock";
        section["id"] = fmt::format("{}.{}", process_, begin + 1);
    }

    // What is still held is held to the end.
    void close_sections(std::size_t time) {
        for (const auto& [section, begin] : sections_) {
            section_event("e", begin, time);
        }
        sections_.clear();
    }

    const std::vector<Step>& steps_;
    const Result& result_;
    std::size_t process_;
    std::size_t& ids_;
    TraceJson& events_;
    std::map<std::size_t, std::vector<std::size_t>> arrows_from_ = {};  // ids by step
    std::map<std::size_t, std::vector<std::size_t>> arrows_to_ = {};
    // Who holds what, and the step that took it.
    std::map<std::pair<unsigned, const void*>, std::size_t> sections_ = {};
};

}  // namespace

void write_perfetto(std::ostream& out, const Run& run) {
    TraceJson events = TraceJson::array();
    std::size_t ids = 0;
    std::size_t process = 0;
    for (const Result& result : run.results) {
        if (result.trace) {
            ProcessEvents(result, ++process, ids, events).write();
        }
    }
    const TraceJson document = {{"displayTimeUnit", "ns"}, {"traceEvents", events}};
    out << document.dump(1, ' ', false, TraceJson::error_handler_t::replace) << '\n';
}

}  // namespace heddle
