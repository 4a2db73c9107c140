// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/event_log.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "scenarios/stress/clock.h"

namespace heddle {

namespace {

std::string name_of(const void* object, const Setup& setup) {
    if (object == nullptr) {
        return "";
    }
    const ObjectName* name = find_name(setup.names(), object);
    return name != nullptr ? name->name : fmt::format("{}", object);
}

std::string place_text(const Where& where) {
    return *where.file() == '\0' ? "" : fmt::format("{}:{}", where.file(), where.line());
}

struct Stamped {
    unsigned task;
    TaskEvent event;
};

std::vector<Stamped> by_time(const Crew& crew, unsigned tasks, std::uint64_t& forgotten) {
    std::vector<Stamped> events;
    for (unsigned task = 0; task < tasks; ++task) {
        const StressedTask& stressed = crew.stressed(task);
        const std::uint64_t count = stressed.count();
        const std::uint64_t first =
            count > StressedTask::events_max ? count - StressedTask::events_max : 0;
        forgotten += first;
        for (std::uint64_t nr = first; nr < count; ++nr) {
            events.push_back({task, stressed.event(nr)});
        }
    }
    std::stable_sort(events.begin(), events.end(), [](const Stamped& one, const Stamped& other) {
        return one.event.stamp < other.event.stamp;
    });
    return events;
}

// The task whose number the first word of a lock is; empty if it is none.
std::string holder_of(const TaskEvent& wait, const Setup& setup) {
    const std::string_view name = wait.name;
    const bool is_lock =
        name.starts_with("spin_") || name.starts_with("mutex_") || name.starts_with("down_");
    std::uint32_t owner = 0;
    if (is_lock && wait.object != nullptr) {
        std::memcpy(&owner, wait.object, sizeof(owner));
    }
    return owner == 0 || owner > setup.tasks().size() ? "" : setup.tasks()[owner - 1].name;
}

}  // namespace

EventLog log_of(const Crew& crew, const Setup& setup) {
    EventLog log;
    for (const TaskSpec& task : setup.tasks()) {
        log.tasks.push_back(task.name);
    }
    const auto tasks = static_cast<unsigned>(setup.tasks().size());
    const std::vector<Stamped> events = by_time(crew, tasks, log.forgotten);
    for (const auto& [task, event] : events) {
        log.events.push_back({.task = task,
                              .name = event.name,
                              .object = name_of(event.object, setup),
                              .value = event.value,
                              .where = event.where,
                              .ns = nanoseconds_of(event.stamp - events.front().event.stamp)});
    }
    return log;
}

std::string waiters(const Crew& crew, const Setup& setup) {
    std::string text;
    for (unsigned task = 0; task < setup.tasks().size(); ++task) {
        if (crew.has_finished(task)) {
            continue;
        }
        const TaskEvent& wait = crew.stressed(task).last_begun();
        const std::string holder = holder_of(wait, setup);
        text += fmt::format("{}{}: {}({}){}{}", text.empty() ? "" : "\n", setup.tasks()[task].name,
                            wait.name, name_of(wait.object, setup),
                            holder.empty() ? "" : ", held by " + holder,
                            *wait.where.file() == '\0' ? "" : "  " + place_text(wait.where));
    }
    return text;
}

nlohmann::json json_of(const EventLog& log) {
    nlohmann::json events = nlohmann::json::array();
    for (const LoggedEvent& event : log.events) {
        events.push_back({{"task", event.task},
                          {"operation", event.name},
                          {"object", event.object},
                          {"value", event.value},
                          {"function", event.where.function()},
                          {"file", event.where.file()},
                          {"line", event.where.line()},
                          {"ns", event.ns}});
    }
    return {{"tasks", log.tasks}, {"forgotten", log.forgotten}, {"events", events}};
}

std::string text_of(const EventLog& log, std::size_t lines_max) {
    std::size_t width = 0;
    for (const std::string& task : log.tasks) {
        width = std::max(width, task.size());
    }
    const std::size_t first = log.events.size() - std::min(log.events.size(), lines_max);
    std::string text;
    if (first + log.forgotten > 0) {
        text = fmt::format("  ... {} operations before\n", first + log.forgotten);
    }
    for (std::size_t i = first; i < log.events.size(); ++i) {
        const LoggedEvent& event = log.events[i];
        text += fmt::format("  {:9.3f} us  {:{}}  {}({}) = {}  {} {}\n", event.ns / 1000,
                            log.tasks[event.task], width, event.name, event.object, event.value,
                            event.where.function(), place_text(event.where));
    }
    return text;
}

}  // namespace heddle
