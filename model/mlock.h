// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/mlock.c at commit a52633d8e9 (July 2016; lru_lock per node, lists and NR_MLOCK per
// zone). Leaves out: memcg, hugetlb and gate vmas, signals.
#pragma once

#include "model/mm.h"
#include "model/pagevec.h"

namespace heddle {

// Clears PG_mlocked when the last mapping goes, or for truncation. The caller holds a reference or
// tears a mapping down under its ptl; the page lock is not needed; lru_lock is free, interrupts on.
void clear_page_mlock(struct page* page);

// Sets PG_mlocked and moves the page to the unevictable list if it can be isolated; else whoever
// has it puts it on some list, perhaps an evictable one. The page is locked.
void mlock_vma_page(struct page* page);

// Takes the page off its list, under lru_lock; false if it is on none. With `getpage` it takes a
// reference; without, the caller's pin becomes the reference of the isolation.
bool __munlock_isolate_lru_page(struct page* page, bool getpage);

// Ends the munlock of an isolated, locked page: sets PG_mlocked again if another VM_LOCKED vma maps
// it, and puts it back. Sleeps.
void __munlock_isolated_page(struct page* page);

// Accounts for a page whose flag was cleared and that somebody else has isolated: his putback looks
// at the flag. Under lru_lock.
void __munlock_isolation_failed(struct page* page);

// Munlocks one locked page to which the caller holds a reference. Returns the number of pages to
// skip beside it: 0 for a small page.
unsigned munlock_vma_page(struct page* page);

// Readies a page for a batched putback without a walk of its mappings: appends it to `pvec` and
// unlocks it. False if it needs the slow way (mapped more than once, or not evictable after all).
bool __putback_lru_fast_prepare(struct page* page, struct pagevec* pvec, unsigned& pgrescued);

// Puts the prepared pages back and drops their references.
void __putback_lru_fast(struct pagevec* pvec, unsigned pgrescued);

// Munlocks a batch of pages of one zone. Consumes a pin of the caller for each. Sleeps. The vma
// they were found in has lost VM_LOCKED already.
void __munlock_pagevec(struct pagevec* pvec, struct zone* zone);

// ---- ranges and vmas: mlock_vma.cpp. Addresses and lengths in bytes.

// Flags of mlock2() and mlockall(). Source: include/uapi/asm-generic/mman.h.
constexpr int MLOCK_ONFAULT = 1;
constexpr int MCL_CURRENT = 1;
constexpr int MCL_FUTURE = 2;
constexpr int MCL_ONFAULT = 4;

// Whether the running task's process may lock memory at all.
bool can_do_mlock();

// mm.locked_vm as the kernel's unsigned long: what has gone below 0 is huge.
unsigned long locked_vm(const struct mm_struct* mm);

// mm.locked_vm += pages. mmap_sem is held for writing, or for reading with page_table_lock.
void add_locked_vm(struct mm_struct* mm, long pages);

// Fills the vector, which has the pinned page at `start`, with the pages that follow it in the same
// page table and zone, up to `end`. Returns the first address it has not taken.
unsigned long __munlock_pagevec_fill(struct pagevec* pvec, struct vm_area_struct* vma,
                                     unsigned long start, unsigned long end);

// Makes the vma unlocked and munlocks the pages of the range, which lies in it. mmap_sem is held
// for writing, or the mm has no user any more. Sleeps.
void munlock_vma_pages_range(struct vm_area_struct* vma, unsigned long start, unsigned long end);

// The system calls, for the running task's mm; arguments as given by the user. Leaves out: signals
// (-EINTR), huge and gate vmas. 0, or:
// mlock, mlock2: -EPERM without any right to lock, -EINVAL for flags, -ENOMEM over the limit or
//   over a hole (what was locked before the hole stays), -EAGAIN if a page could not be had.
// munlock: -EINVAL if the range wraps, -ENOMEM over a hole.
// mlockall: -EINVAL for flags, -EPERM, -ENOMEM over the limit.
int sys_mlock(unsigned long start, unsigned long len);
int sys_mlock2(unsigned long start, unsigned long len, int flags);
int sys_munlock(unsigned long start, unsigned long len);
int sys_mlockall(int flags);
int sys_munlockall();

}  // namespace heddle
