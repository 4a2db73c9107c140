// SPDX-License-Identifier: Apache-2.0
// Invariants E and R: locked_vm, the flags of vmas, and what mlock() promises.
#include <algorithm>

#include "model/fixes.h"
#include "model/invariant_checks.h"
#include "model/pgtable.h"

namespace heddle {

namespace {

// Whoever changes vmas holds mmap_sem for writing, or page_table_lock to grow a stack, or is alone
// in an mm without users. Before v4.4 a stack's growth was counted before that lock was taken.
bool is_stable(const struct mm_struct& mm) {
    const bool maybe_grows = mm.mmap_sem.readers != 0 && !has(Fix::stack_growth_counts_under_lock);
    return mm.mmap_sem.writer == 0 && !maybe_grows && !spin_is_locked(&mm.page_table_lock) &&
           mm.mm_users.counter != 0;
}

long locked_pages(const struct mm_struct& mm) {
    long pages = 0;
    for (const struct vm_area_struct& vma : vmas()) {
        if (vma.vm_mm == &mm && (vma.vm_flags & VM_LOCKED) != 0) {
            pages += static_cast<long>(vma_pages(&vma));
        }
    }
    return pages;
}

template <class Excess>
bool locked_vm_matches(std::string* sides, Excess excess) {
    for (const struct mm_struct& mm : mms()) {
        const long expected = locked_pages(mm) + excess(mm);
        if (is_stable(mm) && static_cast<int>(mm.locked_vm) != expected) {
            return violated(sides, "mm " + number(&mm - this_machine().mms) +
                                       ": locked_vm = " + number(static_cast<int>(mm.locked_vm)) +
                                       ", pages of VM_LOCKED vmas = " + number(locked_pages(mm)));
        }
    }
    return true;
}

template <class Predicate>
bool for_all_vmas(std::string* sides, const char* what, Predicate holds) {
    for (const struct vm_area_struct& vma : vmas()) {
        if (vma.vm_mm != nullptr && is_stable(*vma.vm_mm) && !holds(vma)) {
            return violated(sides, "vma " + number(&vma - this_machine().vmas) + ": " + what);
        }
    }
    return true;
}

}  // namespace

bool locked_vm_counts_locked_vmas(std::string* sides) {
    return locked_vm_matches(sides, [](const struct mm_struct&) { return 0L; });
}

bool locked_vm_exceeds_by_the_known_excess(std::string* sides) {
    return locked_vm_matches(sides, [](const struct mm_struct& mm) {
        return static_cast<long>(static_cast<int>(mm.ghost.locked_vm_excess));
    });
}

bool onfault_vmas_are_locked(std::string* sides) {
    const bool in_vmas = for_all_vmas(
        sides, "VM_LOCKONFAULT without VM_LOCKED",
        [](const auto& vma) { return (vma.vm_flags & VM_LOCKED_MASK) != VM_LOCKONFAULT; });
    return in_vmas && std::all_of(mms().begin(), mms().end(), [sides](const struct mm_struct& mm) {
               return !is_stable(mm) || (mm.def_flags & VM_LOCKED_MASK) != VM_LOCKONFAULT ||
                      violated(sides, "def_flags: VM_LOCKONFAULT without VM_LOCKED");
           });
}

bool special_vmas_are_not_locked(std::string* sides) {
    return for_all_vmas(sides, "special and VM_LOCKED", [](const auto& vma) {
        return (vma.vm_flags & VM_LOCKED) == 0 || (vma.vm_flags & VM_SPECIAL) == 0;
    });
}

bool locked_vm_is_not_negative(std::string* sides) {
    return std::all_of(mms().begin(), mms().end(), [sides](const struct mm_struct& mm) {
        const int locked_vm = static_cast<int>(mm.locked_vm);
        return locked_vm >= 0 || violated(sides, "locked_vm = " + number(locked_vm));
    });
}

bool promised_pages_are_in_memory(std::string* sides) {
    for (const struct mm_struct& mm : mms()) {
        for (unsigned i = 0; i < this_machine().nr_tables * ptrs_per_pte(); ++i) {
            const pte_t pte = mm.pgd[i / ptrs_per_pte()].entries.peek().pte[i % ptrs_per_pte()];
            const bool huge = has_huge_pages() && pmd_trans_huge(pmd_of(&mm, i / ptrs_per_pte()));
            if ((mm.ghost.promised & bit_mask(i)) != 0 && !huge && !pte_present(pte) &&
                !is_migration_entry(pte)) {
                return violated(sides, "mm " + number(&mm - this_machine().mms) + " page " +
                                           number(i) + ": " +
                                           (pte_none(pte) ? "no entry" : "a swap entry"));
            }
        }
    }
    return true;
}

namespace {

// 1 for the vmas of its tree together, 1 for each other anon_vma under its lock, 1 for each place
// that a KSM page remembers by it.
int users(const struct anon_vma& anon_vma) {
    const struct machine& machine = this_machine();
    int count = anon_vma.rb_root.empty() ? 0 : 1;
    for (const struct anon_vma& other : std::span(machine.anon_vmas, machine.nr_anon_vmas)) {
        count += &other != &anon_vma && other.root == &anon_vma && other.refcount.counter > 0;
    }
    for (const struct stable_node& node : std::span(machine.ksm.nodes, machine.ksm.nr_nodes)) {
        count += static_cast<int>(
            std::count_if(node.items, node.items + node.nr_items,
                          [&](const auto& item) { return item.anon_vma == &anon_vma; }));
    }
    return count;
}

}  // namespace

bool anon_vmas_count_their_users(std::string* sides) {
    const struct machine& machine = this_machine();
    for (const struct anon_vma& anon_vma : std::span(machine.anon_vmas, machine.nr_anon_vmas)) {
        if (anon_vma.refcount.counter != users(anon_vma)) {
            return violated(sides, "anon_vma " + number(&anon_vma - machine.anon_vmas) +
                                       ": refcount = " + number(anon_vma.refcount.counter) +
                                       ", users = " + number(users(anon_vma)));
        }
    }
    return true;
}

}  // namespace heddle
