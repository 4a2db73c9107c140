// SPDX-License-Identifier: Apache-2.0
#include "scenarios/page_steps.h"

#include <algorithm>

#include "model/gup.h"
#include "model/memory.h"
#include "model/mlock.h"
#include "model/page_writeback.h"
#include "model/pgtable.h"
#include "model/swap.h"
#include "model/vmscan.h"

namespace heddle {

namespace {

// Where the vma has the page that a step names.
unsigned long address_of_first_page(const StepArguments& arguments) {
    const struct vm_area_struct& vma = this_machine().vmas[arguments.vma];
    return vma.vm_start + (first_page(arguments)->index - vma.vm_pgoff) * PAGE_SIZE;
}

bool is_isolated_by_me(const struct page* page) {
    return peek(page->ghost.isolated_by) == current_task() + 1;
}

}  // namespace

void note_isolated(struct page* page) {
    note_on_threads(page->ghost.isolated_by, static_cast<unsigned char>(current_task() + 1));
}

void run_munlock_pagevec(const StepArguments& arguments) {
    struct pagevec pvec;
    pagevec_init(&pvec);
    for (const unsigned pfn : arguments.pages) {
        pagevec_add(&pvec, pfn_to_page(pfn));
    }
    __munlock_pagevec(&pvec, page_zone(first_page(arguments)));
}

void run_munlock_vma_page(const StepArguments& arguments) {
    lock_page(first_page(arguments));
    munlock_vma_page(first_page(arguments));
    unlock_page(first_page(arguments));
}

void run_follow_page_pte(const StepArguments& arguments) {
    follow_page_pte(this_machine().vmas + arguments.vma, address_of_first_page(arguments),
                    FOLL_MLOCK);
}

void run_putback(const StepArguments& arguments) {
    for (unsigned pfn = 0; pfn < this_machine().nr_pages; ++pfn) {
        const bool named = std::count(arguments.pages.begin(), arguments.pages.end(), pfn) > 0;
        if ((arguments.pages.empty() || named) && is_isolated_by_me(pfn_to_page(pfn))) {
            note_on_threads(pfn_to_page(pfn)->ghost.isolated_by, 0);
            putback_lru_page(pfn_to_page(pfn));
        }
    }
}

void run_isolate_lru_page(const StepArguments& arguments) {
    if (isolate_lru_page(first_page(arguments)) == 0) {
        note_isolated(first_page(arguments));
    }
}

void run_lru_add_drain(const StepArguments&) { lru_add_drain(); }

void run_lru_add_drain_all(const StepArguments&) { lru_add_drain_all(); }

void run_put_page(const StepArguments& arguments) { put_page(first_page(arguments), Holder::pin); }

// Of a vma of a file it is unmap_mapping_range(): the lock of its tree keeps the vma that is in it.
void run_zap_pte_range(const StepArguments& arguments) {
    struct mmu_gather tlb = {};
    struct vm_area_struct* vma = this_machine().vmas + arguments.vma;
    struct address_space* mapping = vma->vm_file;
    if (mapping != nullptr) {
        down_write(&mapping->i_mmap_rwsem);
    }
    const bool is_there =
        mapping != nullptr ? is_in_tree(mapping->i_mmap, vma) : vma->vm_mm != nullptr;
    if (is_there) {
        const unsigned long address = address_of_first_page(arguments);
        unmap_page_range(tlb, vma, address, address + PAGE_SIZE, nullptr);
    }
    if (mapping != nullptr) {
        up_write(&mapping->i_mmap_rwsem);
    }
    tlb_finish_mmu(tlb);
}

void run_test_clear_page_writeback(const StepArguments& arguments) {
    test_clear_page_writeback(first_page(arguments));
}

}  // namespace heddle
