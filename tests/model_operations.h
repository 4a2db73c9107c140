// SPDX-License-Identifier: Apache-2.0
// Runs the model's paths one step after the other and tells what they did, for tests that compare
// them with the numbered steps of the kernel notes ("paths").
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/scenario.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// Splits at blanks: "__munlock_pagevec P Q" is three words.
std::vector<Word> words_in(const std::string& text);

// An anonymous page, or one of the mapping `mapping`, and where it is (scenarios/README.md).
struct PageSetting {
    const char* name = "P";
    const char* where = "none";
    const char* flags = "";
    const char* mapped_by = "";
    const char* pinned_by = "t";
    const char* mapping = "";
    bool cached = false;
    unsigned zone = 0;
};

// A task, and its steps separated by semicolons.
struct TaskSetting {
    const char* name = "t";
    const char* steps = "";
    unsigned cpu = 0;
    bool interrupt = false;
};

// A world with vmas A and B and, VM_LOCKED, L and M; mapping "file" and, AS_UNEVICTABLE, "shm"; two
// CPUs; pagevecs of two. A further task "idle" without steps shares CPU 0, so that events and reads
// of pagevec counts there are operations.
ScenarioWords world_of(const std::vector<PageSetting>& pages,
                       const std::vector<TaskSetting>& tasks = {{}});

// The world with its tasks' bodies in C++, in the order of the tasks, and without any claim: what
// is left are assertions of the paths and rules of the engine.
Scenario with_bodies(const ScenarioWords& words, const std::vector<std::function<void()>>& bodies);

// Lets `task` run: to its end, or until it has done the first operation in whose line `until`
// occurs. It takes `alternative` wherever it has to choose.
struct Turn {
    std::string task;
    std::string until = "";
    unsigned alternative = 0;
};

struct ModelRun {
    // A line for each operation, such as "test_and_clear_bit mlocked P.flags 1->0"; what is only
    // read is "=1". Starts with an empty line. With several tasks in turns, "task: " comes first.
    // Leaves out the masking of preemption and interrupts, which comes with each lock.
    std::string operations;

    // A line for each page, each pagevec in use, NR_MLOCK of each zone, each event counted:
    //   P lru|swapbacked on inactive_anon, 2 references, 1 mapping
    // Starts with an empty line. As the run ends, before all CPUs are drained.
    std::string state;

    std::string violation;  // the name of the broken claim
};

// Runs the first task to its end, then the others that can run.
ModelRun run(const ScenarioWords& words);
ModelRun run(const Scenario& scenario, const std::vector<Turn>& turns);
ModelRun run(const ScenarioWords& words, const std::vector<Turn>& turns);

// What the step does on its task's own, with the pages of `pages`.
ModelRun run(const std::vector<PageSetting>& pages, const char* steps);

// The lines from the first that contains `first` to the next one that contains `last`, or to the
// end; after an empty one.
std::string part(const std::string& operations, const std::string& first,
                 const std::string& last = "");

// The lines that contain any of `patterns`, after an empty one.
std::string only(const std::string& operations, const std::vector<std::string>& patterns);

// How often `part` occurs.
unsigned count(const std::string& text, const std::string& part);

}  // namespace heddle
