// SPDX-License-Identifier: Apache-2.0
// A scenario file to start from.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "scenarios/program/command.h"
#include "scenarios/program/output.h"
#include "scenarios/scenario_checks.h"

namespace heddle {

namespace {

// A file in two forms. It is wrong by default, so that there is a counterexample to look at.
constexpr const char* text_of_forms = R"(# SPDX-License-Identifier: Apache-2.0
#   heddle check {name}.toml                            what holds, or the schedule that breaks it
#   heddle check {name}.toml --report html={name}.html     the same to step through in a browser
#   heddle check {name}.toml --watch                    again whenever this file is saved
# scenarios/README.md has all words; `heddle schema` prints them for editors.

# What happens, for whoever reads the verdict.
story = "{story}"

# What is to come out: "pass", or "fail:B1" where B1 is the claim to be broken. As it stands this one
# fails: NR_MLOCK (B1) counts a page that is not mlocked any more. Write "fail:B1" to say that you know.
expect = "pass"

# What must come about in some schedule. If it never does, a PASS is VACUOUS: nothing was tried.
sometimes = ["{sometimes}"]

[machine]
cpus = 2
{world}
# What runs at the same time: every order of their steps is tried.
{tasks}
# A claim of your own; `finally` is looked at when all tasks have ended, `always` after each step.
[[claim]]
name = "{claim}"
finally = "{finally}"

# To change the kernel, give or take a fix. With this one every schedule passes:
# [fixes]
# with = ["munlock_counts_cleared_flags"]
)";

struct Form {
    const char* story;
    const char* sometimes;
    const char* world;  // behind the number of CPUs
    const char* tasks;  // behind the comment on what runs
    const char* claim;
    const char* finally;
};

constexpr Form of_pages = {
    .story = "CPU 0 munlocks a page that still waits in the pagevec of CPU 1.",
    .sometimes = "P.mlocked == 0",
    .world = R"(
# An address space, and the pages as they stand at the start.
[[vma]]
name = "A"

[[page]]
name = "P"
flags = ["uptodate", "mlocked"]
where = "lru_add:1"       # the lru_add pagevec of CPU 1; or a list, such as "inactive_anon"
mapped_by = ["A"]
pinned_by = ["munlock"]   # a task that holds a reference
)",
    .tasks = R"([[task]]
name = "munlock"
cpu = 0
steps = ["__munlock_pagevec P"]

[[task]]
name = "drain"
cpu = 1
steps = ["lru_add_drain"]
)",
    .claim = "the page keeps a reference",
    .finally = "P.refcount > 0"};

constexpr Form of_processes = {
    .story = "A locks and unlocks a page of a file while B, on the other CPU, reads it in.",
    .sometimes = "A.locked_vm == 1",
    .world = R"(free_pages = 2   # for the allocator

# A file that can be mapped, and the processes that map it at the start. Pages of an address space are
# numbered from 0.
[[mapping]]
name = "f"

[[process]]
name = "A"

[[process]]
name = "B"

[[vma]]
name = "a"
process = "A"
pages = 1
file = "f"
shared = true

[[vma]]
name = "b"
process = "B"
pages = 1
file = "f"
shared = true
)",
    .tasks = R"(# Behind -> stands what a call must return.
[[task]]
name = "locker"
process = "A"
cpu = 0
steps = ["mlock 0 1 -> 0", "munlock 0 1 -> 0"]

[[task]]
name = "reader"
process = "B"
cpu = 1
steps = ["touch 0"]
)",
    .claim = "nothing stays locked",
    .finally = "A.locked_vm == 0"};

std::string filled(const Form& form, const std::string& name) {
    return fmt::format(fmt::runtime(text_of_forms), fmt::arg("name", name),
                       fmt::arg("story", form.story), fmt::arg("sometimes", form.sometimes),
                       fmt::arg("world", form.world), fmt::arg("tasks", form.tasks),
                       fmt::arg("claim", form.claim), fmt::arg("finally", form.finally));
}

class New final : public Command {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    std::string name_ = "my-scenario";
    bool process_ = false;
};

void New::add_options(CLI::App& app) {
    app.add_option("NAME", name_, "Of the scenario; the file is NAME.toml, here")
        ->capture_default_str();
    app.add_flag("--process", process_, "Of system calls, instead of pages and kernel functions")
        ->envname("HEDDLE_PROCESS");
    app.footer(
        "Examples:\n"
        "  heddle new                         my-scenario.toml, which fails\n"
        "  heddle check my-scenario.toml      how it fails\n"
        "  heddle new race --process          race.toml, of processes and system calls");
}

ExitCode New::run() {
    const std::string suffix = ".toml";
    const std::string name =
        name_.ends_with(suffix) ? name_.substr(0, name_.size() - suffix.size()) : name_;
    // A scenario has the name of its file.
    if (name.starts_with('-') || !is_scenario_name(name)) {
        return or_usage(
            ExitCode::met,
            fmt::format("'{}': expected a name of letters a-z, digits and dashes", name_));
    }
    const std::string file = name + suffix;
    if (std::filesystem::exists(std::filesystem::symlink_status(file))) {
        return or_usage(ExitCode::met, "'" + file + "' is there already; expected a new name");
    }
    Destination destination;
    std::string message = destination.open(file);
    if (message.empty()) {
        destination.stream() << filled(process_ ? of_processes : of_pages, name);
        message = destination.finish();
    }
    if (!message.empty()) {
        return or_usage(ExitCode::met, message);
    }
    std::cout << fmt::format(
        "{0} is written. Next:\n  heddle check {0}\n  heddle check {0} --watch\n", file);
    return ExitCode::met;
}

}  // namespace

std::unique_ptr<Command> make_new() { return std::make_unique<New>(); }

}  // namespace heddle
