// SPDX-License-Identifier: Apache-2.0
#include "tests/model_operations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <sstream>

#include "checker/execution.h"
#include "model/describe.h"
#include "model/fixes.h"
#include "scenarios/make_scenario.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

const ObjectName* name_at(const Execution& execution, const void* object) {
    for (const ObjectName& name : execution.names()) {
        const auto* begin = static_cast<const std::byte*>(name.address);
        if (object >= begin && object < begin + name.size) {
            return &name;
        }
    }
    return nullptr;
}

std::uint64_t value_of(const Operation& operation) {
    std::uint64_t value = 0;
    if (operation.object != nullptr) {
        std::memcpy(&value, operation.object, operation.size);
    }
    return value;
}

bool is_one_bit(const Operation& operation) { return std::has_single_bit(operation.bits); }

// Locks say nothing: whoever comes back from them has them.
bool has_a_value(const Operation& operation) {
    return operation.object != nullptr && operation.size < 8 && operation.bits == ~0ULL;
}

std::string number(const Operation& operation, std::uint64_t value) {
    const unsigned unused = 64 - 8U * operation.size;
    return std::to_string(static_cast<std::int64_t>(value << unused) >> unused);
}

std::string line_of(const Execution& execution, const Operation& operation, std::uint64_t before) {
    std::string line = operation.name;
    const ObjectName* name = name_at(execution, operation.object);
    const auto bit = static_cast<unsigned>(std::countr_zero(operation.bits));
    if (is_one_bit(operation) && name != nullptr && bit < name->bits.size()) {
        line += " " + name->bits[bit];
    }
    line += name == nullptr ? "" : " " + name->name;
    const bool reads = operation.kind == OperationKind::read;
    std::string old = std::to_string((before >> bit) & 1U);
    std::string now = std::to_string((value_of(operation) >> bit) & 1U);
    if (has_a_value(operation) ||
        (operation.object != nullptr && name != nullptr && name->name.ends_with("NR_MLOCK"))) {
        old = number(operation, before);
        now = number(operation, value_of(operation));
    } else if (!is_one_bit(operation)) {
        return line;
    }
    return line + (reads ? " =" + now : " " + old + "->" + now);
}

std::string flags_text(unsigned long flags) {
    const std::vector<std::string> names = page_flag_names();
    std::string text;
    for (unsigned bit = 0; bit < names.size(); ++bit) {
        if ((flags & bit_mask(bit)) != 0) {
            text += (text.empty() ? "" : "|") + names[bit];
        }
    }
    return text;
}

std::string place_text(const struct page& page) {
    const char* const lists[] = {"inactive_anon", "active_anon", "inactive_file", "active_file",
                                 "unevictable"};
    std::string text;
    for (unsigned lru = 0; lru < NR_LRU_LISTS; ++lru) {
        const bool member = (page_lruvec(&page)->lists.peek().members[lru] & page_bit(&page)) != 0;
        text += member ? std::string(" on ") + lists[lru] : "";
    }
    return text;
}

std::string plural(int count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string page_text(const struct page& page, const std::string& name) {
    if (page.ghost.free) {
        return name + " free\n";
    }
    return name + " " + flags_text(page.flags) + place_text(page) + ", " +
           plural(page._refcount.counter, "reference") + ", " +
           plural(page._mapcount.counter + 1, "mapping") + "\n";
}

std::string pagevecs_text(const Execution& execution) {
    const struct machine& machine = this_machine();
    std::string text;
    for (const auto* pvecs :
         {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
          &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
        for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
            const struct pagevec& pvec = pvecs->of[cpu];
            const std::string name = execution.name_of(&pvec.nr);
            text += pvec.nr == 0 ? "" : name.substr(0, name.find('.')) + ":";
            for (unsigned i = 0; i < pvec.nr; ++i) {
                const std::string page = execution.name_of(pvec.pages[i]);
                text += " " + page.substr(0, page.find('.')) + (i + 1 == pvec.nr ? "\n" : "");
            }
        }
    }
    return text;
}

std::string state_text(const Execution& execution) {
    const struct machine& machine = this_machine();
    std::string text = "\n";
    for (unsigned pfn = 0; pfn < machine.nr_pages; ++pfn) {
        const std::string name = execution.name_of(&machine.mem_map[pfn]);
        text += page_text(machine.mem_map[pfn], name.substr(0, name.find('.')));
    }
    text += pagevecs_text(execution);
    for (unsigned zone = 0; zone < machine.nr_zones; ++zone) {
        text += "zone" + std::to_string(zone) + ".NR_MLOCK " +
                std::to_string(machine.zones[zone].vm_stat[NR_MLOCK].counter) + "\n";
    }
    for (unsigned item = 0; item < NR_VM_EVENT_ITEMS; ++item) {
        unsigned events = 0;
        for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
            events += machine.vm_event_states.of[cpu].event[item];
        }
        text += events == 0
                    ? ""
                    : std::string(vm_event_name(item)) + " " + std::to_string(events) + "\n";
    }
    return text;
}

// Takes one step and returns its line.
std::string take(Execution& execution, Choice choice) {
    const Operation operation = *execution.pending(choice.task);
    const std::uint64_t before = value_of(operation);
    execution.take(choice);
    std::string line =
        operation.kind == OperationKind::mask ? "" : line_of(execution, operation, before);
    if (operation.kind == OperationKind::choose) {
        line += " " + std::to_string(choice.alternative) + " of " +
                std::to_string(operation.alternatives);
    }
    return line;
}

// Where in the open choices the task is, or the end.
std::span<const Choice>::iterator find_task(const Execution& execution,
                                            std::span<const Choice> open, const Turn& turn) {
    return std::find_if(open.begin(), open.end(), [&](const Choice& choice) {
        const bool chooses = execution.pending(choice.task)->alternatives > 1;
        return execution.tasks()[choice.task].name == turn.task &&
               choice.alternative == (chooses ? turn.alternative : 0);
    });
}

void take_turn(Execution& execution, const Turn& turn, bool with_names, ModelRun& result) {
    while (result.violation.empty()) {
        const std::span<const Choice> open = execution.choices();
        const auto choice = find_task(execution, open, turn);
        if (choice == open.end()) {
            break;
        }
        const std::string line = take(execution, *choice);
        if (!line.empty()) {
            result.operations += (with_names ? turn.task + ": " : "") + line + "\n";
        }
        if (const std::optional<Violation> violation = execution.violation()) {
            result.violation = violation->claim;
        }
        if (!turn.until.empty() && line.find(turn.until) != std::string::npos) {
            return;
        }
    }
    EXPECT_TRUE(turn.until.empty() || !result.violation.empty())
        << turn.task << " does not come to " << turn.until << ":" << result.operations;
}

ModelRun run_turns(const Scenario& scenario, const std::vector<Turn>& turns, bool with_names) {
    Execution execution(scenario);
    ModelRun result;
    result.operations = "\n";
    if (const std::optional<Violation> violation = execution.violation()) {
        result.violation = violation->claim;
    }
    for (const Turn& turn : turns) {
        take_turn(execution, turn, with_names, result);
    }
    // Interrupts, workers and what else is left.
    while (result.violation.empty() && !execution.choices().empty() && !execution.finished()) {
        const unsigned task = execution.choices()[0].task;
        take_turn(execution, {execution.tasks()[task].name}, with_names, result);
    }
    result.state = state_text(execution);
    for (unsigned pfn = 0; pfn < this_machine().nr_pages; ++pfn) {
        EXPECT_TRUE(pfn_to_page(pfn)->ghost.owed == 0 || !result.violation.empty())
            << "somebody still owes page " << pfn << " a look:" << result.operations;
    }
    return result;
}

Scenario scenario_of_words(const ScenarioWords& words) {
    auto made = make_scenario(words);
    if (const auto* error = std::get_if<FileError>(&made)) {
        ADD_FAILURE() << error->message;
        return {};
    }
    return std::get<Scenario>(made);
}

PageWords page_of(const PageSetting& setting) {
    PageWords page;
    page.name.text = setting.name;
    page.where.text = setting.where;
    page.flags = words_in(setting.flags);
    for (const Word& vma : words_in(setting.mapped_by)) {
        page.mapped_by.push_back({vma, 0});
    }
    page.pinned_by = words_in(setting.pinned_by);
    page.mapping.text = setting.mapping;
    page.cached = setting.cached;
    page.zone = setting.zone;
    return page;
}

TaskWords task_of(const TaskSetting& setting) {
    TaskWords task;
    task.name.text = setting.name;
    task.cpu = setting.cpu;
    task.interrupt = setting.interrupt;
    std::istringstream steps(setting.steps);
    for (std::string step; std::getline(steps, step, ';');) {
        task.steps.push_back({words_in(step)});
    }
    return task;
}

}  // namespace

std::vector<Word> words_in(const std::string& text) {
    std::istringstream stream(text);
    std::vector<Word> words;
    for (std::string word; stream >> word;) {
        words.push_back({word, {}});
    }
    return words;
}

ScenarioWords world_of(const std::vector<PageSetting>& pages,
                       const std::vector<TaskSetting>& tasks) {
    ScenarioWords words;
    words.file = "test";
    words.name = "test";
    for (const char* name : {"A", "B", "L", "M"}) {
        VmaWords& vma = words.vmas.emplace_back();
        vma.name.text = name;
        vma.locked = vma.name.text > "B";
    }
    words.mappings = {{{"file", {}}, false}, {{"shm", {}}, true}};
    for (const PageSetting& page : pages) {
        words.pages.push_back(page_of(page));
    }
    for (const TaskSetting& task : tasks) {
        words.tasks.push_back(task_of(task));
    }
    words.tasks.push_back(task_of({.name = "idle"}));
    return words;
}

Scenario with_bodies(const ScenarioWords& words, const std::vector<std::function<void()>>& bodies) {
    Scenario scenario;
    scenario.name = words.name;
    scenario.build = [words, bodies](Setup& setup) {
        name_objects(setup, words, build_machine(setup, words, seed_fixes()));
        for (std::size_t i = 0; i < words.tasks.size(); ++i) {
            setup.task(
                words.tasks[i].name.text, words.tasks[i].cpu,
                i < bodies.size() ? bodies[i] : [] {});
        }
    };
    return scenario;
}

ModelRun run(const Scenario& scenario, const std::vector<Turn>& turns) {
    return run_turns(scenario, turns, turns.size() > 1);
}

ModelRun run(const ScenarioWords& words, const std::vector<Turn>& turns) {
    return run(scenario_of_words(words), turns);
}

ModelRun run(const ScenarioWords& words) { return run(words, {{words.tasks[0].name.text}}); }

ModelRun run(const std::vector<PageSetting>& pages, const char* steps) {
    return run(world_of(pages, {{.steps = steps}}));
}

std::string part(const std::string& operations, const std::string& first, const std::string& last) {
    const std::size_t at = operations.find(first);
    if (at == std::string::npos) {
        return "\nno " + first;
    }
    const std::size_t end = last.empty() ? operations.size() : operations.find(last, at);
    const std::size_t begin = operations.rfind('\n', at);
    return end == std::string::npos
               ? "\nno " + last
               : operations.substr(begin, operations.find('\n', end) - begin + 1);
}

std::string only(const std::string& operations, const std::vector<std::string>& patterns) {
    std::istringstream lines(operations);
    std::string kept = "\n";
    for (std::string line; std::getline(lines, line);) {
        const bool wanted = std::any_of(
            patterns.begin(), patterns.end(),
            [&line](const std::string& pattern) { return line.find(pattern) != line.npos; });
        kept += wanted ? line + "\n" : "";
    }
    return kept;
}

unsigned count(const std::string& text, const std::string& part) {
    unsigned found = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

}  // namespace heddle
