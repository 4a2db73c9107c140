// SPDX-License-Identifier: Apache-2.0
#include "scenarios/huge_steps.h"

#include "model/huge_memory.h"
#include "model/khugepaged.h"
#include "model/migrate.h"
#include "model/pgtable.h"

namespace heddle {

namespace {

// Of the vma's process; null if it is not there any more.
struct mm_struct* mm_of(const StepArguments& arguments) {
    const struct vm_area_struct& vma = this_machine().vmas[arguments.vma];
    return slot<struct mm_struct>::of_raw(READ_ONCE(vma.vm_mm.raw()));
}

}  // namespace

void run_split_huge_page(const StepArguments& arguments) {
    struct page* page = first_page(arguments);
    lock_page(page);
    if (PageTransCompound(page)) {
        split_huge_page_to_list(page, nullptr);
    }
    unlock_page(page);
}

void run_split_huge_page_refcount(const StepArguments& arguments) {
    __split_huge_page_refcount(this_machine().vmas + arguments.vma, first_page(arguments));
}

// The first place for a huge page in the vma, if that still is one.
void run_khugepaged(const StepArguments& arguments) {
    const struct vm_area_struct& vma = this_machine().vmas[arguments.vma];
    struct mm_struct* mm = mm_of(arguments);
    const unsigned long start = READ_ONCE(vma.vm_start.raw());
    if (mm != nullptr) {
        collapse_huge_page(mm, (start + HPAGE_PMD_SIZE() - 1) & HPAGE_PMD_MASK());
    }
}

void run_numa_fault(const StepArguments& arguments) {
    const struct vm_area_struct& vma = this_machine().vmas[arguments.vma];
    struct mm_struct* mm = mm_of(arguments);
    if (mm != nullptr) {
        do_huge_pmd_numa_page(mm, READ_ONCE(vma.vm_start.raw()));
    }
}

void run_retract_page_tables(const StepArguments& arguments) {
    const struct page* page = first_page(arguments);
    struct address_space* mapping = page_mapping(page);
    if (mapping != nullptr) {
        retract_page_tables(mapping, page_to_pgoff(page) / hpage_pmd_nr() * hpage_pmd_nr());
    }
}

void run_deferred_split_scan(const StepArguments& arguments) {
    deferred_split_scan(this_machine().zones[arguments.zone].zone_pgdat);
}

}  // namespace heddle
