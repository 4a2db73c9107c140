// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/perfetto.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "checker/step_text.h"
#include "scenarios/report/lock_sections.h"
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
        sections_ = lock_sections(*result_.trace);
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (i > 0 && steps_[i].run != steps_[i - 1].run) {
                note("again from the start", i * step_us);
            }
            write_step(i);
        }
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
        for (const LockSection& section : sections_) {
            if (section.first == i) {
                section_event("b", section, i * step_us);
            }
        }
        write_slice(i);
        for (const std::size_t id : arrows_to_[i]) {
            arrow_event("f", i, id)["bp"] = "e";  // ends in the slice around it
        }
        for (const std::size_t id : arrows_from_[i]) {
            arrow_event("s", i, id);
        }
        for (const LockSection& section : sections_) {
            if (section.last == i) {
                section_event("e", section, (i + 1) * step_us);
            }
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

    // The beginning or the end of a section.
    void section_event(const char* phase, const LockSection& section, std::size_t time) {
        const Step& begin = steps_[section.first];
        TraceJson& told = event(phase, begin.task + " holds " + section.lock, time, begin.cpu);
        told["cat"] = "lock";
        told["id"] = fmt::format("{}.{}", process_, section.first + 1);
    }

    const std::vector<Step>& steps_;
    const Result& result_;
    std::size_t process_;
    std::size_t& ids_;
    TraceJson& events_;
    std::map<std::size_t, std::vector<std::size_t>> arrows_from_ = {};  // ids by step
    std::map<std::size_t, std::vector<std::size_t>> arrows_to_ = {};
    std::vector<LockSection> sections_ = {};
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
