// SPDX-License-Identifier: Apache-2.0
#include "model/mm_types.h"

#include <cstddef>

#include "model/fixes.h"

namespace heddle {

namespace {

// The struct of which `member` is the field at `offset`.
template <class T>
T* container_of(const void* member, std::size_t offset) {
    return reinterpret_cast<T*>(reinterpret_cast<std::uintptr_t>(member) - offset);
}

}  // namespace

spinlock_t* ptl_of(const void* ptes) {
    return &container_of<struct page_table>(ptes, offsetof(struct page_table, entries))->ptl;
}

spinlock_t* lru_lock_of(const void* lists) {
    return lruvec_lru_lock(container_of<struct lruvec>(lists, offsetof(struct lruvec, lists)));
}

spinlock_t* split_queue_lock_of(const void* split_queue) {
    return &container_of<struct deferred_split>(split_queue,
                                                offsetof(struct deferred_split, split_queue))
                ->split_queue_lock;
}

bool vm_flags_rule::allows(const void* vm_flags) {
    const struct machine& machine = this_machine();
    const auto* vma =
        container_of<struct vm_area_struct>(vm_flags, offsetof(struct vm_area_struct, vm_flags));
    // What is no slot is on the stack of its task; what has no mm is not in use yet.
    if (vma < machine.vmas || vma >= machine.vmas + machine.nr_vmas || vma->vm_mm == nullptr) {
        return true;
    }
    return rwsem_is_writer(&vma->vm_mm->mmap_sem) || vma->vm_mm->mm_users.counter == 0;
}

bool locked_vm_rule::allows(const void* locked_vm) {
    const auto* mm =
        container_of<struct mm_struct>(locked_vm, offsetof(struct mm_struct, locked_vm));
    return rwsem_is_writer(&mm->mmap_sem) ||
           (rwsem_is_reader(&mm->mmap_sem) &&
            (spin_is_held(&mm->page_table_lock) || !has(Fix::stack_growth_counts_under_lock)));
}

}  // namespace heddle
