// SPDX-License-Identifier: Apache-2.0
#include "checker/scenario.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace heddle {

const ObjectName* find_name(std::span<const ObjectName> names, const void* address) {
    const auto* byte = static_cast<const std::byte*>(address);
    for (const ObjectName& name : names) {
        const auto* begin = static_cast<const std::byte*>(name.address);
        if (byte >= begin && byte < begin + name.size) {
            return &name;
        }
    }
    return nullptr;
}

namespace {

// The end of `parameters` if there is none of that name.
auto find_in(const std::vector<Parameter>& parameters, const std::string& name) {
    return std::find_if(parameters.begin(), parameters.end(),
                        [&name](const Parameter& parameter) { return parameter.name == name; });
}

}  // namespace

const Parameter* find_parameter(const Scenario& scenario, const std::string& name) {
    const auto found = find_in(scenario.parameters, name);
    return found == scenario.parameters.end() ? nullptr : &*found;
}

Scenario with_parameter(Scenario scenario, const std::string& name, unsigned value) {
    const auto found = find_in(scenario.parameters, name) - scenario.parameters.begin();
    Parameter& parameter = scenario.parameters.at(static_cast<std::size_t>(found));
    assert(parameter.min <= value && value <= parameter.max);
    parameter.value = value;
    return scenario;
}

std::string parameters_text(const Scenario& scenario) {
    std::string text;
    for (const Parameter& parameter : scenario.parameters) {
        text += (text.empty() ? "" : " ") + parameter.name + "=" + std::to_string(parameter.value);
    }
    return text;
}

Setup::Setup(WorldMemory& memory, std::vector<Parameter> parameters)
    : memory_(memory), parameters_(std::move(parameters)) {
    set_world_root(nullptr);
    set_nr_cpus(1);
}

unsigned Setup::parameter(const std::string& name) const {
    const auto found = find_in(parameters_, name);
    assert(found != parameters_.end() && "a build asks for parameters that its scenario has");
    return found->value;
}

void Setup::switch_off(const std::string& rule) {
    assert(std::count(rules_with_a_switch.begin(), rules_with_a_switch.end(), rule) > 0);
    switched_off_.push_back(rule);
}

void Setup::alike(AlikeTasks tasks) {
    assert(tasks.owned.empty() || tasks.owned.size() == tasks.tasks.size());
    for (const auto& blocks : tasks.owned) {
        const auto same_bytes = [](auto& one, auto& other) { return one.bytes == other.bytes; };
        assert(std::equal(blocks.begin(), blocks.end(), tasks.owned[0].begin(),
                          tasks.owned[0].end(), same_bytes) &&
               "what alike tasks own has the same sizes");
        static_cast<void>(same_bytes);
    }
    alike_tasks_.push_back(std::move(tasks));
}

void Setup::alike(unsigned first, unsigned count) {
    AlikeTasks alike_tasks;
    for (unsigned task = first; task < first + count; ++task) {
        alike_tasks.tasks.push_back(task);
    }
    alike(std::move(alike_tasks));
}

bool Setup::is_on(const std::string& rule) const {
    return std::count(switched_off_.begin(), switched_off_.end(), rule) == 0;
}

void Setup::add(std::string name, unsigned cpu, TaskKind kind, std::function<void()> body) {
    assert(cpu < cpus_max && "a task's CPU is below cpus_max");
    assert(tasks_.size() < tasks_max && "a scenario has at most tasks_max tasks");
    set_nr_cpus(std::max(nr_cpus(), cpu + 1));
    tasks_.push_back({std::move(name), cpu, kind, std::move(body)});
}

void Setup::task(std::string name, std::function<void()> body) {
    unsigned cpu = 0;
    for (const TaskSpec& other : tasks_) {
        cpu = std::max(cpu, other.cpu + 1);
    }
    add(std::move(name), cpu, TaskKind::ordinary, std::move(body));
}

void Setup::task(std::string name, unsigned cpu, std::function<void()> body) {
    add(std::move(name), cpu, TaskKind::ordinary, std::move(body));
}

void Setup::interrupt(std::string name, unsigned cpu, std::function<void()> body) {
    add(std::move(name), cpu, TaskKind::interrupt, std::move(body));
}

void Setup::daemon(std::string name, unsigned cpu, std::function<void()> body) {
    add(std::move(name), cpu, TaskKind::daemon, std::move(body));
}

void Setup::always(const std::string& name, std::function<bool()> holds) {
    claim({.name = name, .formula = name, .moment = Moment::always, .holds = std::move(holds)});
}

void Setup::finally(const std::string& name, std::function<bool()> holds) {
    claim({.name = name, .formula = name, .moment = Moment::finally, .holds = std::move(holds)});
}

void Setup::sometimes(const std::string& name, std::function<bool()> holds) {
    claim({.name = name, .formula = name, .moment = Moment::sometimes, .holds = std::move(holds)});
}

void Setup::eventually(const std::string& name, std::function<bool()> holds) {
    claim({.name = name, .formula = name, .moment = Moment::eventually, .holds = std::move(holds)});
}

}  // namespace heddle
