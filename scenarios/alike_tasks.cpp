// SPDX-License-Identifier: Apache-2.0
#include "scenarios/alike_tasks.h"

#include <algorithm>

namespace heddle {

namespace {

bool same_words(const StepWords& one, const StepWords& other) {
    return std::equal(one.words.begin(), one.words.end(), other.words.begin(), other.words.end(),
                      [](const Word& a, const Word& b) { return a.text == b.text; });
}

bool is_alone(const ScenarioWords& words, const TaskWords& task) {
    return std::count_if(words.tasks.begin(), words.tasks.end(),
                         [&task](auto& other) { return other.cpu == task.cpu; }) == 1;
}

bool are_alike(const ScenarioWords& words, const TaskWords& one, const TaskWords& other) {
    return !one.interrupt && !other.interrupt && is_alone(words, one) && is_alone(words, other) &&
           one.process.text == other.process.text && one.user.text == other.user.text &&
           std::equal(one.steps.begin(), one.steps.end(), other.steps.begin(), other.steps.end(),
                      same_words);
}

std::vector<AlikeTasks::Block> owned_by(const struct machine& machine, unsigned task,
                                        unsigned cpu) {
    std::vector<AlikeTasks::Block> blocks;
    for (const auto* pvecs :
         {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
          &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
        blocks.push_back({pvecs->of + cpu, sizeof(struct pagevec)});
    }
    blocks.push_back({machine.vm_event_states.of + cpu, sizeof(struct vm_event_state)});
    for (unsigned pfn = 0; pfn < machine.nr_pages; ++pfn) {
        blocks.push_back({machine.pins + std::size_t{pfn} * machine.nr_tasks + task, 1});
    }
    if (machine.shm.creds != nullptr) {
        blocks.push_back({machine.shm.creds + task, sizeof(struct task_cred)});
    }
    return blocks;
}

}  // namespace

void declare_alike_tasks(Setup& setup, const ScenarioWords& words, const struct machine& machine) {
    bool any = false;
    std::vector<bool> done(words.tasks.size());
    for (unsigned first = 0; first < words.tasks.size(); ++first) {
        AlikeTasks alike;
        for (unsigned task = first; task < words.tasks.size(); ++task) {
            if (!done[task] && are_alike(words, words.tasks[first], words.tasks[task])) {
                done[task] = true;
                alike.tasks.push_back(task);
                alike.owned.push_back(owned_by(machine, task, words.tasks[task].cpu));
            }
        }
        if (alike.tasks.size() > 1) {
            setup.alike(std::move(alike));
            any = true;
        }
    }
    for (unsigned pfn = 0; any && pfn < machine.nr_pages; ++pfn) {
        setup.names_task(&machine.mem_map[pfn].ghost.isolated_by,
                         sizeof(machine.mem_map[pfn].ghost.isolated_by));
    }
}

}  // namespace heddle
