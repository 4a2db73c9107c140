// SPDX-License-Identifier: Apache-2.0
#include "scenarios/file_keys.h"

#include <algorithm>
#include <cassert>

#include "checker/scenario.h"
#include "model/describe.h"
#include "model/fixes.h"
#include "model/invariants.h"
#include "model/lru_lock.h"
#include "model/mm_types.h"
#include "scenarios/scenario_file.h"

namespace heddle {

namespace {

using enum KeyKind;

std::vector<std::string> fix_names() {
    std::vector<std::string> names;
    for (const FixInfo& fix : fix_table) {
        names.emplace_back(fix.name);
    }
    return names;
}

std::vector<std::string> layout_names() {
    std::vector<std::string> names;
    names.reserve(lru_lock_layouts.size());
    for (const LruLockLayoutInfo& layout : lru_lock_layouts) {
        names.emplace_back(layout.name);
    }
    return names;
}

std::vector<std::string> names_of_page_flags() {
    std::vector<std::string> names = page_flag_names();
    std::erase(names, "");
    return names;
}

std::vector<std::string> claims_with_a_switch() {
    std::vector<std::string> names(rules_with_a_switch.begin(), rules_with_a_switch.end());
    for (const Invariant& invariant : invariants()) {
        names.emplace_back(invariant.id);
    }
    names.emplace_back("D6");
    return names;
}

const MachineWords defaults = {};

const Keys machine_keys = {
    {.name = "cpus",
     .kind = number,
     .meaning = "CPUs",
     .low = 1,
     .high = 4,
     .by_default = defaults.cpus},
    {.name = "nodes",
     .kind = number,
     .meaning = "nodes",
     .low = 1,
     .high = 2,
     .by_default = defaults.nodes},
    {.name = "zones",
     .kind = number,
     .meaning = "zones of each node",
     .low = 1,
     .high = 2,
     .by_default = defaults.zones},
    {.name = "lru_lock",
     .kind = text,
     .meaning = "which lru_lock guards what; without it one for each node, as in the seed",
     .words = layout_names},
    {.name = "pagevec_size",
     .kind = number,
     .meaning = "slots of every pagevec; 14 in the kernel",
     .low = 1,
     .high = 14,
     .by_default = defaults.pagevec_size},
    {.name = "user_pages",
     .kind = number,
     .meaning = "pages of the address space of each process; 8 pages to a page table",
     .low = 8,
     .high = 16,
     .by_default = defaults.user_pages},
    {.name = "free_pages",
     .kind = number,
     .meaning = "free pages, besides the named ones: for faults and copies",
     .high = 8},
    {.name = "vmas",
     .kind = number,
     .meaning = "vmas of all processes at most (max_map_count); without it six more than there "
                "are [[vma]]",
     .low = 1,
     .high = 16},
    {.name = "migrate_passes",
     .kind = number,
     .meaning = "passes of migrate_pages() over its pages, the last one by force; 10 in the kernel",
     .low = 1,
     .high = 3,
     .by_default = defaults.migrate_passes},
    {.name = "int_bits",
     .kind = number,
     .meaning = "width of the int in which the seed's mlock_fixup() counts pages",
     .low = 3,
     .high = 32,
     .by_default = defaults.int_bits},
    {.name = "section_pages",
     .kind = number,
     .meaning = "pages of a section of memory, of which page_zone_id() tells",
     .low = 1,
     .high = 8,
     .by_default = defaults.section_pages},
    {.name = "swap_slots",
     .kind = number,
     .meaning = "pages that fit into the swap area; 0: no swap, so anonymous pages stay",
     .high = 4},
    {.name = "hpage_pmd_nr",
     .kind = number,
     .meaning = "pages of a huge page, 2, 4 or 8, and entries of a page table if there are any",
     .low = 2,
     .high = 8,
     .by_default = defaults.hpage_pmd_nr}};

const Keys fixes_keys = {
    {.name = "with", .kind = texts, .meaning = "changes put into the seed", .words = fix_names},
    {.name = "without", .kind = texts, .meaning = "changes taken from it", .words = fix_names}};

const Keys invariants_keys = {{.name = "off",
                               .kind = texts,
                               .meaning = "invariants and rules not to be checked",
                               .words = claims_with_a_switch}};

constexpr Key name_key = {
    .name = "name", .kind = text, .meaning = "letters, digits, '_' and '-'", .required = true};

const Keys process_keys = {name_key,
                           {.name = "memlock_limit",
                            .kind = number,
                            .meaning = "RLIMIT_MEMLOCK in pages; without it unlimited",
                            .high = 1000},
                           {.name = "stack_limit",
                            .kind = number,
                            .meaning = "RLIMIT_STACK in pages; without it unlimited",
                            .high = 1000},
                           {.name = "cap_ipc_lock",
                            .kind = boolean,
                            .meaning = "CAP_IPC_LOCK: RLIMIT_MEMLOCK does not count"}};

const Keys vma_keys = {
    name_key,
    {.name = "locked", .kind = boolean, .meaning = "VM_LOCKED"},
    {.name = "onfault", .kind = boolean, .meaning = "VM_LOCKED and VM_LOCKONFAULT"},
    {.name = "process",
     .kind = text,
     .meaning = "a [[process]]; without it the vma has one of its own, out of reach of system "
                "calls, and is as long as the pages that name it"},
    {.name = "start", .kind = number, .meaning = "its first page in the process", .high = 15},
    {.name = "pages",
     .kind = number,
     .meaning = "its length in pages; required with process",
     .low = 1,
     .high = 16},
    {.name = "file", .kind = text, .meaning = "a [[mapping]]; without it anonymous"},
    {.name = "offset", .kind = number, .meaning = "its first page in the file", .high = 7},
    {.name = "shared", .kind = boolean, .meaning = "MAP_SHARED; needs a file"},
    {.name = "read_only", .kind = boolean, .meaning = "without PROT_WRITE"},
    {.name = "special", .kind = boolean, .meaning = "VM_IO: never locked nor populated"},
    {.name = "mixedmap",
     .kind = boolean,
     .meaning = "VM_MIXEDMAP: special too, with pages of a driver"},
    {.name = "huge", .kind = boolean, .meaning = "VM_HUGEPAGE: faults give huge pages"},
    {.name = "grows_down",
     .kind = boolean,
     .meaning = "VM_GROWSDOWN, a stack: a fault below has it grow; its lowest page stays empty"}};

const Keys mapping_keys = {name_key,
                           {.name = "unevictable", .kind = boolean, .meaning = "AS_UNEVICTABLE"},
                           {.name = "pages",
                            .kind = number,
                            .meaning = "size of the file; a segment has its own",
                            .low = 1,
                            .high = page_tree_max,
                            .by_default = MappingWords().pages}};

const Keys user_keys = {name_key};

const Keys segment_keys = {
    name_key,
    {.name = "mapping",
     .kind = text,
     .meaning = "its [[mapping]], of its own; required but for a huge one"},
    {.name = "pages",
     .kind = number,
     .meaning = "its size; without it as many as entries",
     .low = 1,
     .high = 64},
    {.name = "entries",
     .kind = texts,
     .meaning = "what stands at each offset: a cached page, \"swap\" or \"none\"; without it the "
                "cached pages of the mapping"},
    {.name = "owner",
     .kind = text,
     .meaning = "a [[user]], who may lock it without CAP_IPC_LOCK",
     .required = true},
    {.name = "creator", .kind = text, .meaning = "a [[user]], the same"},
    {.name = "locked_by", .kind = text, .meaning = "SHM_LOCKED, and charged to that [[user]]"},
    {.name = "huge", .kind = boolean, .meaning = "SHM_HUGETLB, without pages"},
    {.name = "not_yet", .kind = boolean, .meaning = "made by a step `newseg`"}};

const Keys page_keys = {
    name_key,
    {.name = "where",
     .kind = text,
     .meaning = "a list, a CPU's pagevec (\"lru_add:0\"), \"isolated:TASK\" or \"none\"",
     .required = true},
    {.name = "flags",
     .kind = texts,
     .meaning = "page flags without PG_",
     .words = names_of_page_flags},
    {.name = "zone", .kind = number, .meaning = "over all nodes: node * zones + zone", .high = 3},
    {.name = "mapping", .kind = text, .meaning = "a file page of that [[mapping]]; else anonymous"},
    {.name = "cached", .kind = boolean, .meaning = "the page cache holds a reference"},
    {.name = "old", .kind = boolean, .meaning = "no entry of it has the accessed bit"},
    {.name = "mapped_by",
     .kind = texts,
     .meaning = "vmas with a present entry; \"v+1\" is the second page of v"},
    {.name = "pinned_by", .kind = texts, .meaning = "tasks that hold a reference at the start"},
    {.name = "huge",
     .kind = boolean,
     .meaning = "a huge page, mapped by pmds; its tails are called P_1 and so on"},
    {.name = "pte_mapped_by",
     .kind = texts,
     .meaning = "of a huge page: vmas with a pte; \"v+1:2\" maps its third page by v's second"},
    {.name = "ksm",
     .kind = boolean,
     .meaning = "a KSM page: anonymous pages of different processes that were alike"}};

const Keys task_keys = {
    name_key,
    {.name = "cpu", .kind = number, .meaning = "tasks of one CPU preempt each other", .high = 3},
    {.name = "process",
     .kind = text,
     .meaning = "whose system calls its steps are, and whose limits count; without it a kernel "
                "thread, which has none"},
    {.name = "interrupt",
     .kind = boolean,
     .meaning = "a handler: runs to its end on top of its CPU while interrupts are on"},
    {.name = "work",
     .kind = boolean,
     .meaning = "an item of its CPU's work queue, whose worker does one item after the other"},
    {.name = "user", .kind = text, .meaning = "a [[user]]: who calls"},
    {.name = "steps",
     .kind = steps,
     .meaning = "calls, one after the other: a function and its arguments",
     .required = true}};

const Keys claim_keys = {
    name_key,
    {.name = "always", .kind = text, .meaning = "a condition that holds in every state"},
    {.name = "finally",
     .kind = text,
     .meaning = "a condition that holds when all is done and drained"},
    {.name = "eventually",
     .kind = text,
     .meaning = "a condition that holds at some moment of each run (search liveness)"}};

}  // namespace

const Keys& variant_keys() {
    static const Keys keys = {
        {.name = "story", .kind = text, .meaning = "what happens, for people", .required = true},
        {.name = "expect",
         .kind = text,
         .meaning = "\"pass\" (so without it) or \"fail:<claim>\", such as \"fail:B1\""},
        {.name = "labels", .kind = texts, .meaning = "words to choose scenarios by"},
        {.name = "sometimes",
         .kind = texts,
         .meaning = "conditions, each of which must hold in some state"},
        {.name = "machine", .kind = table, .meaning = "the hardware", .keys = &machine_keys},
        {.name = "fixes", .kind = table, .meaning = "the kernel's version", .keys = &fixes_keys},
        {.name = "invariants",
         .kind = table,
         .meaning = "the standard claims",
         .keys = &invariants_keys},
        {.name = "process",
         .kind = tables,
         .meaning = "an address space; one without vmas can be the child of a fork",
         .keys = &process_keys},
        {.name = "vma", .kind = tables, .meaning = "a vm_area_struct", .keys = &vma_keys},
        {.name = "mapping", .kind = tables, .meaning = "a file", .keys = &mapping_keys},
        {.name = "user", .kind = tables, .meaning = "a user_struct", .keys = &user_keys},
        {.name = "segment", .kind = tables, .meaning = "a SysV segment", .keys = &segment_keys},
        {.name = "page", .kind = tables, .meaning = "a page at the start", .keys = &page_keys},
        {.name = "task", .kind = tables, .meaning = "who runs", .keys = &task_keys},
        {.name = "claim",
         .kind = tables,
         .meaning = "a claim beyond the standard ones: always, finally or eventually",
         .keys = &claim_keys}};
    return keys;
}

const Keys& file_keys() {
    static const Keys keys = [] {
        Keys all = variant_keys();
        all.push_back({.name = "name",
                       .kind = text,
                       .meaning = "letters a-z, digits and dashes; without it the file's name"});
        all.push_back({.name = "variant",
                       .kind = variants,
                       .meaning = "[variant.X]: the file is then one scenario `name/X` for each"});
        return all;
    }();
    return keys;
}

const Key& key_named(const Keys& keys, const std::string& name) {
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const Key& row) { return row.name == name; });
    assert(key != keys.end() && "only keys of the table are read");
    return *key;
}

}  // namespace heddle
