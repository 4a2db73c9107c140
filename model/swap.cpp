// SPDX-License-Identifier: Apache-2.0
#include "model/swap.h"

#include "model/fixes.h"
#include "model/mm_inline.h"
#include "model/mutations.h"
#include "model/vmscan.h"
#include "model/vmstat.h"

namespace heddle {

namespace {

using MoveFunction = void (*)(struct page*, struct lruvec*);

// Applies `move_fn` to each page under its lru_lock, then drops the references.
void pagevec_lru_move_fn(struct pagevec* pvec, MoveFunction move_fn, Holder holder) {
    spinlock_t* locked = nullptr;
    unsigned long flags = 0;
    const unsigned nr = pagevec_count(pvec);

    for (unsigned i = 0; i < nr; ++i) {
        struct page* page = pvec->pages[i];
        spinlock_t* lock = page_lru_lock(page);
        if (lock != locked) {
            if (locked != nullptr) {
                spin_unlock_irqrestore(locked, flags);
            }
            locked = lock;
            spin_lock_irqsave(locked, flags);
        }
        move_fn(page, mem_cgroup_page_lruvec(page, page_zone(page)));
        ghost([&] { ++pvec->moved; });
    }
    if (locked != nullptr) {
        spin_unlock_irqrestore(locked, flags);
    }
    release_pages(pvec->pages, nr, holder);
    pagevec_reinit(pvec);
}

void pagevec_move_tail_fn(struct page* page, struct lruvec* lruvec) {
    if (PageLRU(page) && !PageActive(page) && !PageUnevictable(page)) {
        page_set& list = lruvec->lists.locked_to_write().members[page_lru_base_type(page)];
        list_del(page, list, Where::here());
        list_add(page, list, Where::here());
        __count_vm_event(PGROTATED);
    }
}

void __activate_page(struct page* page, struct lruvec* lruvec) {
    if (PageLRU(page) && !PageActive(page) && !PageUnevictable(page)) {
        const lru_list lru = page_lru_base_type(page);
        del_page_from_lru_list(page, lruvec, lru);
        SetPageActive(page);
        add_page_to_lru_list(page, lruvec, static_cast<lru_list>(lru + LRU_ACTIVE));
        __count_vm_event(PGACTIVATE);
    }
}

void lru_deactivate_file_fn(struct page* page, struct lruvec* lruvec) {
    if (!PageLRU(page) || PageUnevictable(page) || page_mapped(page)) {
        return;
    }
    const bool active = PageActive(page);
    const lru_list lru = page_lru_base_type(page);
    del_page_from_lru_list(page, lruvec, static_cast<lru_list>(lru + (active ? LRU_ACTIVE : 0)));
    ClearPageActive(page);
    ClearPageReferenced(page);
    add_page_to_lru_list(page, lruvec, lru);
    if (PageWriteback(page) || PageDirty(page)) {
        SetPageReclaim(page);
    } else {
        __count_vm_event(PGROTATED);
    }
    if (active) {
        __count_vm_event(PGDEACTIVATE);
    }
}

void lru_deactivate_fn(struct page* page, struct lruvec* lruvec) {
    if (PageLRU(page) && PageActive(page) && !PageUnevictable(page)) {
        const lru_list lru = page_lru_base_type(page);
        del_page_from_lru_list(page, lruvec, static_cast<lru_list>(lru + LRU_ACTIVE));
        ClearPageActive(page);
        ClearPageReferenced(page);
        add_page_to_lru_list(page, lruvec, lru);
        __count_vm_event(PGDEACTIVATE);
    }
}

// As since v4.16. A page that is evictable here, and not a moment later, is on a list by then:
// whoever has made it unevictable isolates it, for he comes behind SetPageLRU().
void __pagevec_lru_add_fn_v4_16(struct page* page, struct lruvec* lruvec) {
    const bool was_unevictable = TestClearPageUnevictable(page);
    VM_BUG_ON_PAGE(PageLRU(page), page);
    SetPageLRU(page);
    ghost([&] { ghost_end_isolation(page); });
    // Pairs with TestClearPageMlocked(), after which PG_lru is looked at.
    smp_mb();
    lru_list lru = LRU_UNEVICTABLE;
    if (page_evictable(page)) {
        lru = page_lru(page);
        if (was_unevictable) {
            __count_vm_event(UNEVICTABLE_PGRESCUED);
        }
    } else {
        ClearPageActive(page);
        SetPageUnevictable(page);
        if (!was_unevictable) {
            __count_vm_event(UNEVICTABLE_PGCULLED);
        }
    }
    add_page_to_lru_list(page, lruvec, lru);
}

void __pagevec_lru_add_fn(struct page* page, struct lruvec* lruvec) {
    if (has(Fix::pagevec_drain_looks_again)) {
        __pagevec_lru_add_fn_v4_16(page, lruvec);
        return;
    }
    VM_BUG_ON_PAGE(PageLRU(page), page);
    ghost([&] {
        if ((page->flags & bit_mask(PG_unevictable)) != 0) {
            fail({.claim = "A8",
                  .formula = "no page that __pagevec_lru_add() inserts has PG_unevictable",
                  .object = page});
        }
    });
    // Whoever has just set PG_mlocked and could not isolate the page is not looked for here: the
    // page goes to an evictable list, where reclaim finds it.
    const lru_list lru = page_lru(page);
    SetPageLRU(page);
    ghost([&] { ghost_end_isolation(page); });
    add_page_to_lru_list(page, lruvec, lru);
}

void pagevec_move_tail(struct pagevec* pvec) {
    pagevec_lru_move_fn(pvec, pagevec_move_tail_fn, Holder::pagevec);
}

void __lru_cache_add(struct page* page) {
    struct pagevec* pvec = &get_cpu_var(this_machine().lru_add_pvec);
    if (mutated(Mutation::lru_cache_add_to_remote_cpu)) {
        pvec = per_cpu_ptr(&this_machine().lru_add_pvec, (current_cpu() + 1) % nr_cpus());
    }

    get_page(page, Holder::pagevec);
    const unsigned space = pagevec_add(pvec, page);
    ghost([&] { ghost_end_isolation(page); });
    if (space == 0 || PageTransCompound(page)) {
        __pagevec_lru_add(pvec, Holder::pagevec);
    }
    put_cpu_var(this_machine().lru_add_pvec);
}

// Looks in the own CPU's vector only: a page in another CPU's may be on its way to a list at this
// moment, and PG_active decides to which.
void __lru_cache_activate_page(struct page* page) {
    struct pagevec* pvec = &get_cpu_var(this_machine().lru_add_pvec);
    for (unsigned i = pagevec_count(pvec); i-- > 0;) {
        if (pvec->pages[i] == page) {
            SetPageActive(page);
            break;
        }
    }
    put_cpu_var(this_machine().lru_add_pvec);
}

}  // namespace

void lru_cache_add(struct page* page) {
    VM_BUG_ON_PAGE(PageActive(page) && PageUnevictable(page), page);
    VM_BUG_ON_PAGE(PageLRU(page), page);
    __lru_cache_add(page);
}

void add_page_to_unevictable_list(struct page* page, bool looks_again) {
    struct zone* zone = page_zone(page);

    lockdep_assert_irqs_enabled();
    spin_lock_irq(page_lru_lock(page));
    struct lruvec* lruvec = mem_cgroup_page_lruvec(page, zone);
    ClearPageActive(page);
    SetPageUnevictable(page);
    SetPageLRU(page);
    ghost([&] {
        ghost_end_isolation(page);
        if (looks_again) {
            ghost_owe(page);
        }
    });
    add_page_to_lru_list(page, lruvec, LRU_UNEVICTABLE);
    spin_unlock_irq(page_lru_lock(page));
}

namespace {

void count_new_mlocked_page(struct page* page) {
    const unsigned nr_pages = hpage_nr_pages(page);
    const unsigned events = has(Fix::events_count_subpages) ? nr_pages : 1;
    __mod_zone_page_state(page_zone(page), NR_MLOCK,
                          has(Fix::nr_mlock_counts_subpages) ? nr_pages : 1);
    count_vm_events(UNEVICTABLE_PGMLOCKED, events);
}

}  // namespace

void lru_cache_add_active_or_unevictable(struct page* page, struct vm_area_struct* vma) {
    VM_BUG_ON_PAGE(PageLRU(page), page);
    if ((READ_ONCE(vma->vm_flags) & (VM_LOCKED | VM_SPECIAL)) != VM_LOCKED) {
        SetPageActive(page);
        lru_cache_add(page);
        return;
    }
    if (!TestSetPageMlocked(page)) {
        // No interrupt counts NR_MLOCK, and the ptl keeps preemption off.
        count_new_mlocked_page(page);
    }
    if (has(Fix::pagevec_drain_looks_again)) {
        lru_cache_add(page);
        return;
    }
    ghost([&] {
        ghost_isolate(page);  // nobody else knows of it
        ghost_happened(Happened::made_unevictable, page);
    });
    add_page_to_unevictable_list(page, false);
}

void lru_add_page_tail(struct page* page, struct page* page_tail, struct lruvec* lruvec,
                       page_set* list) {
    VM_BUG_ON_PAGE(!PageHead(page), page);
    VM_BUG_ON_PAGE(PageTransCompound(page_tail), page);
    VM_BUG_ON_PAGE(PageLRU(page_tail), page);
    if (list == nullptr) {
        SetPageLRU(page_tail);
        ghost([&] { ghost_end_isolation(page_tail); });
    }
    if (PageLRU(page)) {
        // The head was counted with all its pages.
        struct lru_lists& lists = lruvec->lists.locked_to_write();
        list_add(page_tail, lists.members[page_lru(page)], Where::here());
    } else if (list != nullptr) {
        // The head is isolated for reclaim, and so are its tails now.
        get_page(page_tail, Holder::isolation);
        list_add(page_tail, *list, Where::here());
    } else {
        add_page_to_lru_list(page_tail, lruvec, page_lru(page_tail));
    }
}

void __pagevec_lru_add(struct pagevec* pvec, Holder holder) {
    pagevec_lru_move_fn(pvec, __pagevec_lru_add_fn, holder);
}

void lru_add_drain_cpu(unsigned cpu) {
    struct machine& machine = this_machine();
    ghost([&] {
        if (cpu != smp_processor_id()) {
            fail({.claim = "context",
                  .formula = "a CPU's pagevecs are drained by a task of that CPU (rule L12)",
                  .left = cpu,
                  .right = current_cpu()});
        }
    });
    struct pagevec* pvec = per_cpu_ptr(&machine.lru_add_pvec, cpu);
    if (pagevec_count(pvec) != 0) {
        __pagevec_lru_add(pvec, Holder::pagevec);
    }
    pvec = per_cpu_ptr(&machine.lru_rotate_pvecs, cpu);
    if (pagevec_count(pvec) != 0) {
        unsigned long flags = 0;
        // An interrupt on this CPU fills this vector.
        local_irq_save(flags);
        pagevec_move_tail(pvec);
        local_irq_restore(flags);
    }
    pvec = per_cpu_ptr(&machine.lru_deactivate_file_pvecs, cpu);
    if (pagevec_count(pvec) != 0) {
        pagevec_lru_move_fn(pvec, lru_deactivate_file_fn, Holder::pagevec);
    }
    pvec = per_cpu_ptr(&machine.lru_deactivate_pvecs, cpu);
    if (pagevec_count(pvec) != 0) {
        pagevec_lru_move_fn(pvec, lru_deactivate_fn, Holder::pagevec);
    }
    pvec = per_cpu_ptr(&machine.activate_page_pvecs, cpu);
    if (pagevec_count(pvec) != 0) {
        pagevec_lru_move_fn(pvec, __activate_page, Holder::pagevec);
    }
}

void lru_add_drain() {
    preempt_disable();
    lru_add_drain_cpu(smp_processor_id());
    preempt_enable();
}

void rotate_reclaimable_page(struct page* page) {
    if (PageLocked(page) || PageDirty(page) || PageActive(page) || PageUnevictable(page) ||
        !PageLRU(page)) {
        return;
    }
    unsigned long flags = 0;
    get_page(page, Holder::pagevec);
    local_irq_save(flags);
    struct pagevec* pvec = this_cpu_ptr(&this_machine().lru_rotate_pvecs);
    if (pagevec_add(pvec, page) == 0 || PageTransCompound(page)) {
        pagevec_move_tail(pvec);
    }
    local_irq_restore(flags);
}

void activate_page(struct page* page) {
    page = compound_head(page);
    if (!PageLRU(page) || PageActive(page) || PageUnevictable(page)) {
        return;
    }
    struct pagevec* pvec = &get_cpu_var(this_machine().activate_page_pvecs);
    get_page(page, Holder::pagevec);
    if (pagevec_add(pvec, page) == 0 || PageTransCompound(page)) {
        pagevec_lru_move_fn(pvec, __activate_page, Holder::pagevec);
    }
    put_cpu_var(this_machine().activate_page_pvecs);
}

void deactivate_page(struct page* page) {
    if (!PageLRU(page) || !PageActive(page) || PageUnevictable(page)) {
        return;
    }
    struct pagevec* pvec = &get_cpu_var(this_machine().lru_deactivate_pvecs);
    get_page(page, Holder::pagevec);
    if (pagevec_add(pvec, page) == 0 || PageTransCompound(page)) {
        pagevec_lru_move_fn(pvec, lru_deactivate_fn, Holder::pagevec);
    }
    put_cpu_var(this_machine().lru_deactivate_pvecs);
}

void deactivate_file_page(struct page* page) {
    // Such a page is on no list that has an inactive end.
    if (PageUnevictable(page)) {
        return;
    }
    if (get_page_unless_zero(page, Holder::pagevec)) {
        struct pagevec* pvec = &get_cpu_var(this_machine().lru_deactivate_file_pvecs);
        if (pagevec_add(pvec, page) == 0 || PageTransCompound(page)) {
            pagevec_lru_move_fn(pvec, lru_deactivate_file_fn, Holder::pagevec);
        }
        put_cpu_var(this_machine().lru_deactivate_file_pvecs);
    }
}

void mark_page_accessed(struct page* page) {
    page = compound_head(page);
    if (!PageActive(page) && !PageUnevictable(page) && PageReferenced(page)) {
        if (PageLRU(page)) {
            activate_page(page);
        } else {
            __lru_cache_activate_page(page);
        }
        ClearPageReferenced(page);
    } else if (!PageReferenced(page)) {
        SetPageReferenced(page);
    }
}

}  // namespace heddle
