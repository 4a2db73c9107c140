// SPDX-License-Identifier: Apache-2.0
// Which words of the machine an invariant reads, beside page flags: for reports, which show the
// steps that touch them.
#pragma once

#include <string>

namespace heddle {

// Kinds of words. A set of kinds is one of them or several joined by `|`.
enum class Words : unsigned {
    none = 0,
    nr_mlock = 1 << 0,        // NR_MLOCK of each zone
    flips = 1 << 1,           // changes of PG_mlocked that NR_MLOCK has not seen
    nr_isolated = 1 << 2,     // NR_ISOLATED_ANON and NR_ISOLATED_FILE
    nr_anon_thps = 1 << 3,    // NR_ANON_THPS
    events = 1 << 4,          // the ledger of events
    lists = 1 << 5,           // LRU lists and their sizes
    pagevecs = 1 << 6,        // slots of the per-CPU pagevecs
    refcount = 1 << 7,        // _refcount
    holders = 1 << 8,         // who has the references
    isolations = 1 << 9,      // who has the page isolated
    owed = 1 << 10,           // who will still look whether it is on the right list
    mapcount = 1 << 11,       // _mapcount, compound_mapcount
    entries = 1 << 12,        // page tables and pmds
    caches = 1 << 13,         // trees of the page cache and of the swap cache
    swap_map = 1 << 14,       // counts of swap slots
    free_pages = 1 << 15,     // what the allocator has
    anon_vmas = 1 << 16,      // refcounts of anon_vmas, and who uses them
    vmas = 1 << 17,           // flags and range of each vma, def_flags
    locked_vm = 1 << 18,      // with what is known to be counted twice
    promises = 1 << 19,       // pages that mlock() has said are in memory
    shm = 1 << 20,            // users, segments and their files: who has locked what
    mapping_flags = 1 << 21,  // AS_UNEVICTABLE
    lru_locks = 1 << 22       // who holds them
};

constexpr Words operator|(Words one, Words other) {
    return static_cast<Words>(static_cast<unsigned>(one) | static_cast<unsigned>(other));
}

// Whether the object lies in a word of these kinds in this_machine().
bool is_one_of(Words words, const void* object);

// The values of all of them, as bytes: two of the same machine are equal if nothing has changed.
std::string values_of(Words words);

}  // namespace heddle
