// SPDX-License-Identifier: Apache-2.0
#include "scenarios/scenario_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdio>
#include <sstream>

#include "scenarios/shm_words.h"
#include "scenarios/vma_words.h"

namespace heddle {

namespace {

std::string canonical_text_of_machine(const ScenarioWords& scenario) {
    std::ostringstream text;
    const MachineWords& machine = scenario.machine;
    text << machine.cpus << ' ' << machine.nodes << ' ' << machine.zones << ' '
         << machine.pagevec_size << ' ' << machine.user_pages << ' ' << machine.free_pages << ' '
         << machine.int_bits;
    if (machine.vmas != 0) {
        text << " vmas " << machine.vmas;
    }
    if (machine.section_pages != MachineWords().section_pages) {
        text << " section_pages " << machine.section_pages;
    }
    if (machine.lru_lock != MachineWords().lru_lock) {
        text << " lru_lock " << machine.lru_lock;
    }
    text << '\n';
    if (has_huge_pages(scenario)) {
        text << "huge " << machine.hpage_pmd_nr << '\n';
    }
    if (machine.swap_slots != 0) {
        text << "swap " << machine.swap_slots << '\n';
    }
    // The default adds nothing, so that scenarios without migration keep their schedules.
    if (machine.migrate_passes != MachineWords().migrate_passes) {
        text << "migrate_passes " << machine.migrate_passes << '\n';
    }
    return text.str();
}

// What can change the scenario's schedules, as text: not its story, claims and expectations.
std::string canonical_text(const ScenarioWords& scenario) {
    std::ostringstream text;
    const auto add_words = [&text](const char* what, const std::vector<Word>& words) {
        text << what;
        for (const Word& word : words) {
            text << ' ' << word.text;
        }
        text << '\n';
    };
    text << canonical_text_of_machine(scenario);
    add_words("with", scenario.fixes_with);
    add_words("without", scenario.fixes_without);
    text << canonical_text_of_processes(scenario);
    for (const MappingWords& mapping : scenario.mappings) {
        text << "mapping " << mapping.name.text << ' ' << mapping.unevictable;
        if (mapping.pages != MappingWords().pages) {
            text << ' ' << mapping.pages;
        }
        text << '\n';
    }
    for (const PageWords& page : scenario.pages) {
        text << "page " << page.name.text << ' ' << page.zone << ' ' << page.where.text << ' '
             << page.mapping.text << ' ' << page.cached << (page.old ? " old" : "")
             << (page.huge ? " huge" : "") << (page.ksm ? " ksm" : "") << '\n';
        add_words("flags", page.flags);
        for (const MappedWords& mapped : page.mapped_by) {
            text << "mapped " << mapped.vma.text << ' ' << mapped.at << '\n';
        }
        for (const MappedWords& mapped : page.pte_mapped_by) {
            text << "pte " << mapped.vma.text << ' ' << mapped.at << ' ' << mapped.part << '\n';
        }
        add_words("pinned", page.pinned_by);
    }
    text << canonical_text_of_shm(scenario);
    for (const TaskWords& task : scenario.tasks) {
        text << "task " << task.name.text << ' ' << task.process.text << ' ' << task.cpu << ' '
             << task.interrupt << (task.work ? " work" : "") << '\n';
        if (!task.user.text.empty()) {
            text << "user " << task.user.text << '\n';
        }
        for (const StepWords& step : task.steps) {
            add_words("step", step.words);
        }
    }
    return text.str();
}

}  // namespace

std::string schedules_hash(const ScenarioWords& scenario) {
    const std::string text = canonical_text(scenario);
    char digits[9];
    std::snprintf(digits, sizeof(digits), "%08x",
                  static_cast<unsigned>(XXH3_64bits(text.data(), text.size()) & 0xffffffffU));
    return digits;
}

}  // namespace heddle
