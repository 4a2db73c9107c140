// SPDX-License-Identifier: Apache-2.0
// The steps of scenario files: calls of the model's paths by the kernel's names.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "scenarios/scenario_file.h"

namespace heddle {

struct page;

// What a step's words mean: numbers of pages, vmas and segments, checked.
struct StepArguments {
    std::vector<unsigned> pages;
    unsigned vma = 0;
    unsigned zone = 0;
    unsigned list = 0;
    unsigned count = 0;
    unsigned segment = 0;
    unsigned mapping = 0;
    unsigned command = 0;
    bool async = false;
    struct Address {
        unsigned mm;
        unsigned page;
    };
    std::vector<Address> addresses;
    std::optional<int> result;  // expected
};

struct page* first_page(const StepArguments& arguments);

// A row of the table of steps. `parameters` has a letter per argument: p a page, P one or more
// pages of one zone, o pages or none, v a vma, z a zone's number, l an LRU list, i an inactive one,
// a an active one, n a number from 1 to 8, c a command of shmctl, s a segment, y perhaps the word
// "async", f a mapping, e perhaps a number of its pages, w a vma for the address it begins with, r
// the expected result or nothing.
struct StepKind {
    const char* name;
    const char* parameters;
    const char* help;
    void (*run)(const StepArguments& arguments);
    bool needs_pins;                // its task holds a reference to each page: pinned_by
    bool needs_huge_pages = false;  // reads what no other machine has
};

std::span<const StepKind> step_kinds();

// A step that can be run on a task, or what is wrong with its words.
using PreparedStep = std::function<void()>;
std::variant<PreparedStep, FileError> prepare_step(const ScenarioWords& words,
                                                   const TaskWords& task, const StepWords& step);

// Whether the step waits for workers on every CPU.
bool needs_workers(const StepWords& step);

}  // namespace heddle
