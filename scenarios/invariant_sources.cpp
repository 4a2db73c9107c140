// SPDX-License-Identifier: Apache-2.0
#include "scenarios/invariant_sources.h"

#include <algorithm>
#include <array>

namespace heddle {

namespace {

constexpr std::array source_table = {
    InvariantSource{"A1", "PG_lru <=> on exactly one list", "always",
                    "the protocol of isolation and putback; VM_BUG_ONs on PG_lru"},
    InvariantSource{
        "A2", "on list l => page_lru() of the flags is l", "always",
        "del_page_from_lru_list() finds the counter by page_lru(); BUG() in isolate_lru_pages()"},
    InvariantSource{
        "A3", "size counter == number of pages, for each list; a huge page counts all its pages",
        "always", "mm_inline.h: a page and its count come and go together"},
    InvariantSource{"A4", "PG_lru => not both PG_active and PG_unevictable", "always",
                    "add_page_to_unevictable_list(), migrate_page_copy(); VM_BUG_ON in "
                    "check_move_unevictable_pages()"},
    InvariantSource{"A5",
                    "PG_unevictable and not PG_lru => isolated by one owner; a page that migration "
                    "moves to is its owner's until it is put back",
                    "always", "only who isolates a page, or holds lru_lock, touches the bit"},
    InvariantSource{"A6", "at most one owner; in an lru_add pagevec none",
                    "always, and at each isolation",
                    "VM_BUG_ON(PageLRU) in putback_lru_page(), lru_cache_add() and reclaim"},
    InvariantSource{"A7", "a waiting pagevec slot has a reference; in lru_add PG_lru is clear",
                    "always",
                    "pagevec_add() takes a reference; __pagevec_lru_add_fn() asserts !PageLRU"},
    InvariantSource{"A8",
                    "PG_unevictable is clear in lru_add pagevecs and what __pagevec_lru_add() "
                    "gets; not of the version of v4.16 (`pagevec_drain_looks_again`), whose drain "
                    "looks at the page anew, nor A5 of a page that waits for it",
                    "always, and there",
                    "putback_lru_page() clears the flag first; other callers pass new pages"},
    InvariantSource{"A10", "a tail => on no list and not isolated", "always",
                    "WARN in isolate_lru_page()"},
    InvariantSource{"B1",
                    "NR_MLOCK == pages with PG_mlocked, per zone; a huge page counts all its pages",
                    "quiescent",
                    "every path that flips the flag counts it: mlock_vma_page(), "
                    "munlock_vma_page(), clear_page_mlock(), migration; /proc/meminfo Mlocked"},
    InvariantSource{"B1'", "NR_MLOCK + flips not yet counted == pages with PG_mlocked", "always",
                    "in every path the flag flips first and is counted after"},
    InvariantSource{
        "B1-excess",
        "NR_MLOCK == pages with PG_mlocked + failed isolations not counted (the seed's known leak)",
        "quiescent",
        "as B1, but for the defect that 70feee0e1ef3 (v4.12) fixed: the seed subtracts too little "
        "in __munlock_pagevec()"},
    InvariantSource{"B2", "NR_MLOCK >= 0", "quiescent", "follows from B1'"},
    InvariantSource{"B3",
                    "a tail => PG_mlocked is clear in its own word; not while a split hands its "
                    "head's flags to it",
                    "always", "PF_NO_TAIL of PageMlocked: VM_BUG_ON"},
    InvariantSource{"B4",
                    "PG_mlocked of a huge page => no pte maps a part of it, and not PG_double_map",
                    "quiescent",
                    "the design since v4.5: a pte of a huge page and PG_mlocked exclude each "
                    "other; VM_BUG_ON in mlock_vma_page()"},
    InvariantSource{"B5", "PG_mlocked => mapped", "quiescent (and by B8 when a page is freed)",
                    "page_remove_rmap() calls clear_page_mlock() with the last mapping"},
    InvariantSource{"B6", "PG_mlocked => some VM_LOCKED vma maps the page", "quiescent",
                    "the protocol of munlock: the last VM_LOCKED vma clears the flag"},
    InvariantSource{"B8", "a page is freed without PG_mlocked", "when a page is freed",
                    "PAGE_FLAGS_CHECK_AT_FREE, bad_page()"},
    InvariantSource{"B9",
                    "a page of the range that an entry maps is without PG_mlocked, or in another "
                    "VM_LOCKED vma, or to be munlocked still for one",
                    "at the return of munlock_vma_pages_range(), under mmap_sem",
                    "the protocol of munlock: what munlock() has returned from is munlocked"},
    InvariantSource{"B10", "PG_mlocked is set when mlock_vma_page() has tried to set it",
                    "in that step", "mlock_vma_page() has no other end"},
    InvariantSource{
        "C1",
        "on the unevictable list => mlocked, or AS_UNEVICTABLE, or SHM_UNLOCK's scan is still to "
        "come",
        "drained",
        "comment in putback_lru_page(): an evictable page on that list is never reclaimed"},
    InvariantSource{"C1'", "the same, or somebody will still look", "always",
                    "the pairing of barriers in putback_lru_page() and clear_page_mlock()"},
    InvariantSource{"C2", "PG_mlocked and PG_lru => on the unevictable list", "culled",
                    "lazy culling: reclaim moves what it meets, so that only a full pass shows it"},
    InvariantSource{"C3", "PG_mlocked and isolated by nobody => PG_lru", "drained",
                    "every path that isolates a page puts it back"},
    InvariantSource{"C5", "PG_unevictable => on the unevictable list", "drained",
                    "follows from A5 when all owners have finished"},
    InvariantSource{"D1", "_refcount == number of holders; 0 while page_ref_freeze() holds it",
                    "always", "the meaning of _refcount: one for each holder"},
    InvariantSource{"D1-kinds",
                    "references of entries == ptes and pmds that map the page or a part of it; of "
                    "caches == places in page caches, and PG_swapcache",
                    "quiescent", "as D1, by kinds of holders"},
    InvariantSource{"D1-anon",
                    "refcount of an anon_vma == 1 for its vmas, 1 for each other anon_vma under "
                    "its lock, 1 for each place of a KSM page (not in the notes: it is what keeps "
                    "a walk from a freed lock)",
                    "quiescent",
                    "this model: it is what keeps a walk from an anon_vma that is freed"},
    InvariantSource{"D2", "_mapcount + 1 == present entries (a migration entry is none)",
                    "quiescent", "the meaning of _mapcount"},
    InvariantSource{
        "D2-pmd",
        "compound_mapcount + 1 == entries of pmds that map the huge page (D2: each part counts "
        "them too, if the page is of a file; and PG_double_map, if it is not)",
        "quiescent",
        "the meaning of compound_mapcount; page_add_anon_rmap() and page_add_file_rmap()"},
    InvariantSource{
        "D2-thps", "NR_ANON_THPS == anonymous huge pages that pmds map, per zone", "quiescent",
        "page_add_anon_rmap() and page_remove_anon_compound_rmap(); /proc/meminfo AnonHugePages"},
    InvariantSource{"D2-swap",
                    "for each swap slot: count == swap entries that hold it; the bit of the cache "
                    "<=> a page there",
                    "quiescent", "swap_duplicate(), swap_free(), SWAP_HAS_CACHE"},
    InvariantSource{"D2-migration",
                    "a migration entry => its page is locked (the BUG_ON of "
                    "migration_entry_to_page(), which the notes leave out)",
                    "always", "BUG_ON in migration_entry_to_page()"},
    InvariantSource{"D3",
                    "a freed page is on no list, unmapped, in no file mapping, without a flag of "
                    "PAGE_FLAGS_CHECK_AT_FREE",
                    "when a page is freed",
                    "free_pages_check(), VM_BUG_ON_PAGE in free_hot_cold_page()"},
    InvariantSource{"D4", "every isolation has ended", "quiescent",
                    "every path that isolates a page ends it once"},
    InvariantSource{"D4-count",
                    "NR_ISOLATED_ANON and NR_ISOLATED_FILE are 0 (not in the notes: "
                    "too_many_isolated() and compaction wait by them)",
                    "quiescent",
                    "this model: too_many_isolated() and compaction wait by these counters"},
    InvariantSource{
        "D5", "a page that is not free has a living holder; the allocator has just the free ones",
        "drained", "a page that nobody holds is a leak"},
    InvariantSource{"D6",
                    "the last reference of a page with PG_lru is not dropped under its lru_lock",
                    "at the put", "3b25df93c6e3 (v3.13): __page_cache_release() takes lru_lock"},
    InvariantSource{"D7", "get_page and put_page find a count above 0", "there",
                    "VM_BUG_ON in get_page() and put_page_testzero()"},
    InvariantSource{
        "D8", "who isolates, mlocks or munlocks a page holds a reference", "there",
        "VM_BUG_ON in isolate_lru_page(); comments of mlock_vma_page() and munlock_vma_page()"},
    InvariantSource{
        "E1", "locked_vm == pages of the VM_LOCKED vmas of the mm",
        "always, while its mmap_sem is not held for writing and it has users",
        "mm_struct::locked_vm, which mlock() asks against RLIMIT_MEMLOCK; /proc/PID/status VmLck"},
    InvariantSource{
        "E1'", "the same + what the seed has counted twice", "as E1",
        "as E1, but for the defect that b155b4fde5bd (v4.9) fixed: the seed counts a vma twice"},
    InvariantSource{"E2", "VM_LOCKONFAULT => VM_LOCKED, in vmas and def_flags", "as E1",
                    "mlock2(): VM_LOCKONFAULT goes with VM_LOCKED"},
    InvariantSource{"E3", "VM_LOCKED => not a special vma", "as E1",
                    "mlock_fixup() does not lock special vmas"},
    InvariantSource{"E4", "nothing is locked in the child, nor will be by def_flags",
                    "when fork() has given its mmap_sem back",
                    "dup_mmap(): locks are not inherited, mlock(2)"},
    InvariantSource{"E5",
                    "locked_vm + pages that are not locked yet <= RLIMIT_MEMLOCK, or CAP_IPC_LOCK",
                    "when do_mlock() grants", "do_mlock(), setrlimit(2)"},
    InvariantSource{"E6", "locked_vm >= 0", "always", "locked_vm counts pages"},
    InvariantSource{"F1",
                    "user.locked_shm == pages of the segments locked for the user, and of the huge "
                    "ones charged to it",
                    "always, while shmlock_user_lock and every info->lock are free",
                    "user_struct::locked_shm, which user_shm_lock() asks against RLIMIT_MEMLOCK"},
    InvariantSource{"F2", "VM_LOCKED of a segment's file <=> AS_UNEVICTABLE",
                    "always, while its info->lock is free", "shmem_lock()"},
    InvariantSource{"F3", "SHM_LOCKED <=> VM_LOCKED of the file; SHM_LOCKED => mlock_user",
                    "always, while its shm_perm.lock is free; ends with shm_destroy",
                    "shmctl_do_lock(), shmctl(2)"},
    InvariantSource{
        "F4",
        "a user's __count == its processes + the segments of F1; locked_shm does not go below 0",
        "as F1, and at each user_shm_unlock",
        "get_uid() in user_shm_lock(), free_uid() in user_shm_unlock()"},
    InvariantSource{"F5",
                    "SHM_UNLOCK has returned and no SHM_LOCK came since => no page of the segment "
                    "is on the unevictable list and evictable",
                    "drained", "shmem_unlock_mapping() scans so that C1 holds"},
    InvariantSource{"H1",
                    "PGMLOCKED == successful TestSets of PG_mlocked; here as in H2 to H5 by pages, "
                    "or the seed's way: a huge page counts one",
                    "quiescent",
                    "count_vm_event() in mlock_vma_page(); /proc/vmstat unevictable_pgs_mlocked"},
    InvariantSource{"H2", "PGCLEARED == successful TestClears in clear_page_mlock()", "quiescent",
                    "count_vm_event() in clear_page_mlock(); /proc/vmstat unevictable_pgs_cleared"},
    InvariantSource{
        "H3",
        "PGSTRANDED == pages that munlock and clear_page_mlock() found off the lists with "
        "PG_unevictable; the latter not more than PGCLEARED",
        "quiescent, and when one is found",
        "count_vm_event() where isolation fails; /proc/vmstat unevictable_pgs_stranded"},
    InvariantSource{"H4",
                    "PGMUNLOCKED + found stranded + mlocked again by the walk == successful "
                    "TestClears of munlock",
                    "quiescent",
                    "each flag that munlock clears comes to one of three ends; /proc/vmstat "
                    "unevictable_pgs_munlocked"},
    InvariantSource{"H5",
                    "pages with PG_mlocked == PGMLOCKED - PGCLEARED - the left side of H4, besides "
                    "those at the start",
                    "quiescent", "follows from H1, H2 and H4"},
    InvariantSource{
        "H6", "NR_MLOCK - the seed's known leak == the same (of small pages, all zones together)",
        "quiescent", "follows from B1 and H5"},
    InvariantSource{"H7",
                    "pages with PG_unevictable == PGCULLED - PGRESCUED + new mlocked pages and "
                    "tails of split ones + pages rescued by another while they were put back - "
                    "freed; a huge page counts as one (not asked of later versions, whose events "
                    "count its pages in one place and not in the other)",
                    "quiescent", "/proc/vmstat unevictable_pgs_culled, unevictable_pgs_rescued"},
    InvariantSource{
        "H8",
        "PGSCANNED == pages that check_move_unevictable_pages() looked at; it rescues no more",
        "quiescent, and there",
        "check_move_unevictable_pages(); /proc/vmstat unevictable_pgs_scanned"},
    InvariantSource{"MEM", "no page table is looked into that has been freed", "when it is",
                    "use after free; 18e77600f7a1 (v5.9, CVE-2022-48991)"},
    InvariantSource{
        "R1",
        "reclaim takes no page from a vma that was VM_LOCKED when it got the ptl, and still is",
        "when it unmaps", "try_to_unmap_one() without TTU_IGNORE_MLOCK; mlock(2)"},
    InvariantSource{"R2",
                    "mlock() returned 0, not for VM_LOCKONFAULT, and no munlock or unmapping since "
                    "=> a present entry, or one of migration",
                    "quiescent", "mlock(2): all pages are resident when the call returns"},
    InvariantSource{"R4",
                    "a user finds in a page of his own what was last written there: as a count of "
                    "writes that copies, moves and swap slots take along",
                    "when an entry is stored, and when a user looks or writes",
                    "what a page of memory is: it keeps what was written"},
    InvariantSource{"L1", "lru_lock with interrupts off, never twice, one at a time",
                    "always, and at list changes",
                    "mm/swap.c, mm/vmscan.c: spin_lock_irq(&zone->lru_lock); lockdep"},
    InvariantSource{"L5", "a second page lock is only tried, and of a page that is the task's own",
                    "lock_page(), trylock_page()", "comments in mm/migrate.c and mm/ksm.c"},
    InvariantSource{
        "L8", "locked_vm is written with mmap_sem for writing, or for reading and page_table_lock",
        "`mm_struct::locked_vm`",
        "comment of mm_struct::page_table_lock in mm_types.h; acct_stack_growth()"},
    InvariantSource{"L9",
                    "vm_flags are written with mmap_sem for writing, or in exit; VM_LOCKED goes "
                    "before the walk",
                    "`vm_area_struct::vm_flags`",
                    "comment of vm_area_struct in mm_types.h; mlock_fixup()"},
    InvariantSource{"L10", "PG_lru, lists and their sizes change under lru_lock",
                    "setters of PG_lru; `lruvec::lists`",
                    "comment of zone::lru_lock; VM_BUG_ONs on PG_lru"},
    InvariantSource{"L11", "PG_mlocked is set under the page lock, or of a new page under its ptl",
                    "TestSetPageMlocked()", "VM_BUG_ON / BUG_ON(!PageLocked) in mlock_vma_page()"},
    InvariantSource{"L12", "own CPU's pagevecs, preemption off; for rotation interrupts off",
                    "pagevec_add(), pagevec_reinit(); this_cpu_ptr()",
                    "get_cpu_var() and local_irq_save() in mm/swap.c"},
};

}  // namespace

std::span<const InvariantSource> invariant_sources() { return source_table; }

const InvariantSource* source_of(const std::string& id) {
    const auto* const found =
        std::find_if(source_table.begin(), source_table.end(),
                     [&](const InvariantSource& source) { return source.id == id; });
    return found == source_table.end() ? nullptr : found;
}

}  // namespace heddle
