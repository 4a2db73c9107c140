// SPDX-License-Identifier: Apache-2.0
#include "scenarios/left_out.h"

#include <array>

namespace heddle {

namespace {

constexpr std::array left_out_table = {
    LeftOut{"the references of the huge zero page (it is always there, and always used where a "
            "read finds no page), huge pages of hugetlb in page tables, devmap",
            "a huge zero page that is freed while it is mapped", Topic::huge},
    LeftOut{"of khugepaged: what it chooses, swapping in, zero pages; of pages of files and shmem "
            "all but the retraction of page tables: collapse_shmem(), which puts a huge page into "
            "the page cache, unmaps the small ones and frees them",
            "a collapse that gives up halfway; a mlocked small page of shmem that is frozen, "
            "copied and freed while another mm munlocks or maps it, and PG_mlocked that the huge "
            "page in its place lacks",
            Topic::huge},
    LeftOut{"of memory failure: all but a clean page on an LRU list; what other walks do with a "
            "page that has PG_hwpoison",
            "a broken page that reclaim or migration meets first", Topic::memory_failure},
    LeftOut{"work queues: one worker for each CPU, and its items one after the other only where a "
            "scenario has some",
            "a worker that sleeps while another goes on", Topic::drain_all},
    LeftOut{"special mappings of the kernel have no pages", "a munlock that meets one",
            Topic::process},
    LeftOut{"reading compound_head is no operation",
            "a page that is split between that and the next operation on it, under one who does "
            "not keep it from being split",
            Topic::huge},
    LeftOut{"split locks of pmds: page_table_lock is taken for all of a process",
            "two pmds changed at once", Topic::huge},
    LeftOut{"preallocated page tables (the deposit), freeing of page tables by munmap and exit",
            "a split without memory", Topic::huge},
    LeftOut{"NR_ANON_MAPPED and the other counters of huge pages but NR_ANON_THPS",
            "wrong statistics", Topic::huge},
    LeftOut{"memcg, but for the lists and locks of the layout `lruvec`",
            "a page that changes its memcg while on a list", Topic::any},
    LeftOut{"one lock for the swap area's counts and the swap cache",
            "a slot that is taken while its page is not in the cache yet, or no more", Topic::swap},
    LeftOut{"reading and writing are instant; pages under writeback and dirty pages of files are "
            "kept; no swapoff, no nearly full swap, no MADV_FREE",
            "what happens while I/O runs; data that is lost", Topic::swap},
    LeftOut{"the upper levels of page tables; page tables themselves are there from the start but "
            "in a machine with huge pages",
            "freed upper levels", Topic::process},
    LeftOut{"brk, stacks that grow upwards, RLIMIT_AS, hugetlb and gate vmas",
            "their own accounting of locked_vm", Topic::process},
    LeftOut{"PROT_EXEC, VM_MAYREAD and its like, the limit of private writable memory, NUMA hints: "
            "mprotect() is refused for want of vmas only",
            "an mprotect() that fails halfway for another reason", Topic::process},
    LeftOut{"of truncation: i_mutex (two of one file may overlap), parts of pages, huge pages of "
            "files, files that grow, dirty pages, hole punch",
            "truncation of a huge page of a file against what splits it", Topic::truncation},
    LeftOut{"a fault that truncation has overtaken looks at the file's size at each turn: the "
            "kernel may add one more page, and finds it behind the end then",
            "a fault and a truncation that overtake each other again and again", Topic::truncation},
    LeftOut{"signals while a lock is waited for (-EINTR), VM_FAULT_RETRY", "half-done system calls",
            Topic::process},
    LeftOut{"zones and watermarks of the allocator: it takes the page with the lowest number, the "
            "parts of a huge page are freed one by one",
            "a page that is freed and taken by another at once, under one who looks at it without "
            "a reference; allocation that fails now and then",
            Topic::any},
    LeftOut{"the anon_vma lock that do_huge_pmd_numa_page() holds over the move",
            "nothing: who would change the mappings needs the page lock, which it holds too",
            Topic::huge},
    LeftOut{
        "get_user_pages_fast() and its like, which take a reference by an entry without its lock",
        "a reference that appears while the entry is being replaced: "
        "migrate_misplaced_transhuge_page() looks for it twice",
        Topic::process},
    LeftOut{"fault-around (`map_pages`): a read of a page of a file maps what is cached around it "
            "as well",
            "nothing that a read of its own does not do: such pages too come into a VM_LOCKED vma "
            "without PG_mlocked",
            Topic::process},
    LeftOut{"a broken page stays out of use: here the last reference frees it",
            "nothing: its places have entries that say so", Topic::memory_failure},
    LeftOut{
        "in KSM: the trees and checksums by which ksmd finds what is alike, VM_MERGEABLE, scanning "
        "a place again, huge pages, NUMA trees",
        "pages merged that nobody would merge; a place that is written to stays in the stable node",
        Topic::ksm},
    LeftOut{"the contents of pages of files, and of those that processes begin with but cannot "
            "write to alone; a write through a pin",
            "data that is lost there", Topic::process},
    LeftOut{"the order of a tree of mappings: the walk goes by slots, and a copy made by fork or "
            "mremap has a later slot than the original if no slot before it is free",
            "a walk that meets the copy first, which need_rmap_locks and the order of insertion "
            "exclude",
            Topic::process},
    LeftOut{"in migration: buffers, NUMA balancing of small pages; new pages come from any zone; "
            "move_pages()",
            "what these add", Topic::migration},
    LeftOut{"in compaction: pageblocks, the free scanner, draining at block borders",
            "pages skipped or moved twice", Topic::compaction},
    LeftOut{"a fault on a frozen page comes again when tree_lock is free, not at once",
            "nothing: until then it would find the same", Topic::migration},
    LeftOut{"the order within a list (any member may be taken), reclaim statistics, how much "
            "reclaim scans, VM_EXEC",
            "wrong aging", Topic::reclaim},
    LeftOut{"per-CPU differences of NR_MLOCK: one exact counter",
            "a counter read while it is being folded", Topic::any},
    LeftOut{"the CPU hotplug lock of lru_add_drain_all()", "deadlocks with hotplug",
            Topic::drain_all},
    LeftOut{"attaching a segment (shm_nattch, SHM_DEST), mappings of its pages, permissions beyond "
            "owner, creator and CAP_IPC_LOCK",
            "SHM_LOCK against the last detach", Topic::shm},
    LeftOut{"RCU: a segment's memory stays; the user is not freed with its last reference",
            "a use after free, but for what F1 to F4 see", Topic::shm},
    LeftOut{"adding to the page cache, swapping segments in and out while the paths run",
            "a page swapped in between the clear of AS_UNEVICTABLE and the scan", Topic::shm},
    LeftOut{"the scan of before v3.3 under shm_perm.lock", "its long time with preemption off",
            Topic::shm},
    LeftOut{"weak memory: sequential consistency",
            "the store-buffer race of putback against munlock", Topic::any},
};

}  // namespace

std::span<const LeftOut> left_out() { return left_out_table; }

}  // namespace heddle
