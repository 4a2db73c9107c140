// SPDX-License-Identifier: Apache-2.0
// The steps that work on single pages, and on pagevecs, for the table in steps.cpp.
#pragma once

#include "model/machine.h"
#include "scenarios/steps.h"

namespace heddle {

// A path that takes a page and nothing else.
template <void (*path)(struct page*)>
void on_page(const StepArguments& arguments) {
    path(first_page(arguments));
}

// The running task has isolated the page; putback_lru_page will find it. What the checker knows by
// ghost state the steps keep up themselves on threads.
void note_isolated(struct page* page);

void run_munlock_pagevec(const StepArguments& arguments);
void run_munlock_vma_page(const StepArguments& arguments);
void run_follow_page_pte(const StepArguments& arguments);
void run_putback(const StepArguments& arguments);
void run_isolate_lru_page(const StepArguments& arguments);
void run_lru_add_drain(const StepArguments& arguments);
void run_lru_add_drain_all(const StepArguments& arguments);
void run_put_page(const StepArguments& arguments);
void run_zap_pte_range(const StepArguments& arguments);
void run_test_clear_page_writeback(const StepArguments& arguments);

}  // namespace heddle
