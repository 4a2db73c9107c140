// SPDX-License-Identifier: Apache-2.0
#include "scenarios/vma_words.h"

#include <sstream>

namespace heddle {

void read_processes(const TomlTable& top, ScenarioWords& scenario) {
    for (const TomlTable& table : top.tables("process")) {
        ProcessWords process;
        process.name = table.required_text("name");
        if (table.has("memlock_limit")) {
            process.memlock_limit = table.number("memlock_limit");
        }
        if (table.has("stack_limit")) {
            process.stack_limit = table.number("stack_limit");
        }
        process.cap_ipc_lock = table.boolean("cap_ipc_lock");
        scenario.processes.push_back(std::move(process));
    }
}

void read_vmas(const TomlTable& top, ScenarioWords& scenario) {
    for (const TomlTable& table : top.tables("vma")) {
        VmaWords vma;
        vma.name = table.required_text("name");
        vma.locked = table.boolean("locked");
        vma.onfault = table.boolean("onfault");
        vma.process = table.text("process", "");
        vma.start = table.number("start", scenario.machine.user_pages - 1);
        vma.pages = table.number("pages", scenario.machine.user_pages);
        vma.file = table.text("file", "");
        vma.offset = table.number("offset");
        vma.shared = table.boolean("shared");
        vma.read_only = table.boolean("read_only");
        vma.special = table.boolean("special");
        vma.mixedmap = table.boolean("mixedmap");
        vma.huge = table.boolean("huge");
        vma.grows_down = table.boolean("grows_down");
        scenario.vmas.push_back(std::move(vma));
    }
}

std::string canonical_text_of_processes(const ScenarioWords& scenario) {
    std::ostringstream text;
    for (const ProcessWords& process : scenario.processes) {
        text << "process " << process.name.text << ' ' << process.cap_ipc_lock << ' '
             << (process.memlock_limit ? std::to_string(*process.memlock_limit) : "-")
             << (process.stack_limit ? " stack " + std::to_string(*process.stack_limit) : "")
             << '\n';
    }
    for (const VmaWords& vma : scenario.vmas) {
        text << "vma " << vma.name.text << ' ' << vma.locked << ' ' << vma.onfault << ' '
             << vma.process.text << ' ' << vma.start << ' ' << vma.pages << ' ' << vma.file.text
             << ' ' << vma.offset << ' ' << vma.shared << ' ' << vma.read_only << ' ' << vma.special
             << (vma.mixedmap ? " mixedmap" : "") << (vma.huge ? " huge" : "")
             << (vma.grows_down ? " grows_down" : "") << '\n';
    }
    return text.str();
}

}  // namespace heddle
