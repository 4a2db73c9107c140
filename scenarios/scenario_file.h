// SPDX-License-Identifier: Apache-2.0
// What a scenario file says, checked for sense but not yet built. scenarios/README.md is the
// reference of the format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "checker/scenario.h"

namespace heddle {

// A place in a file, for messages about what stands there. Lines and columns count from 1.
struct Place {
    unsigned line = 0;
    unsigned column = 0;
};

// A word or a text of the file and where it stands.
struct Word {
    std::string text;
    Place place;
};

struct FileError {
    std::string file;
    Place place;
    std::string message;  // what is wrong and what was expected
};

// "scenarios/x.toml:12:5: message"
std::string text_of(const FileError& error);

// Ranges are in file_keys.cpp.
struct MachineWords {
    unsigned cpus = 2;
    unsigned nodes = 1;
    unsigned zones = 1;  // per node
    unsigned pagevec_size = 2;
    unsigned user_pages = 8;        // address space of a process
    unsigned free_pages = 0;        // pages for the allocator, besides the named ones
    unsigned vmas = 0;              // vmas of all processes at most; 0: six more than there are
    unsigned swap_slots = 0;        // of the swap area
    unsigned migrate_passes = 2;    // of migrate_pages() over its pages
    unsigned hpage_pmd_nr = 2;      // pages of a huge page: a power of two
    unsigned section_pages = 8;     // pages of a section of memory
    unsigned int_bits = 32;         // width of the int in which mlock_fixup() counts pages
    std::string lru_lock = "node";  // a name of lru_lock_layouts
};

struct ProcessWords {
    Word name;
    std::optional<unsigned> memlock_limit;  // RLIMIT_MEMLOCK in pages; none: unlimited
    std::optional<unsigned> stack_limit;    // RLIMIT_STACK in pages; none: unlimited
    bool cap_ipc_lock = false;
};

struct VmaWords {
    Word name;
    bool locked = false;   // VM_LOCKED
    bool onfault = false;  // VM_LOCKONFAULT
    Word process;          // a [[process]]'s name; empty: a process of the vma's own, and the
                           // pages lie in it as they stand in the file
    unsigned start = 0;    // page numbers
    unsigned pages = 0;
    Word file;            // a [[mapping]]'s name; empty: anonymous
    unsigned offset = 0;  // in the file, in pages
    bool shared = false;
    bool read_only = false;
    bool special = false;     // VM_IO
    bool mixedmap = false;    // VM_MIXEDMAP
    bool huge = false;        // VM_HUGEPAGE
    bool grows_down = false;  // VM_GROWSDOWN
};

struct MappingWords {
    Word name;
    bool unevictable = false;  // AS_UNEVICTABLE
    unsigned pages = 8;        // the size of the file
};

// "v+1": the vma's name, and which of its pages; "v" is "v+0", or in a vma without a process the
// next one.
struct MappedWords {
    Word vma;
    unsigned at = 0;
    unsigned part = 0;  // of a huge page: "v+1:2" maps its third page by a pte
};

struct PageWords {
    Word name;
    unsigned zone = 0;        // index over all nodes: node * zones + zone
    std::vector<Word> flags;  // names of page flags without PG_, such as "mlocked"
    Word where;               // a list, a pagevec, an owner, or nowhere; see the README
    Word mapping;             // a [[mapping]]'s name: a file page; empty: an anonymous page
    bool ksm = false;         // a KSM page; an anonymous one
    bool old = false;         // not accessed by any of its entries
    bool cached = false;      // in the page cache of its mapping, which holds a reference
    std::vector<MappedWords> mapped_by;
    std::vector<Word> pinned_by;  // names of tasks, each holding a reference

    // A huge page: mapped_by says which pmds map it. Its tails are pages that follow it, called H_1
    // and so on, of which nothing else is said.
    bool huge = false;
    bool tail = false;
    std::vector<MappedWords> pte_mapped_by;
};

struct UserWords {
    Word name;
};

// A SysV segment.
struct SegmentWords {
    Word name;
    Word mapping;               // a [[mapping]]'s name; empty for a huge one
    unsigned pages = 0;         // its size; 0: as many as entries, at least 1
    std::vector<Word> entries;  // "swap", "none" or a page, by offset; empty: its cached pages
    Word owner;                 // names of users
    Word creator;
    Word locked_by;        // whom the lock is charged to; empty: not locked
    bool huge = false;     // SHM_HUGETLB
    bool not_yet = false;  // newseg makes it
};

// One call: "__munlock_pagevec P Q" is the function and its arguments.
struct StepWords {
    std::vector<Word> words;
};

struct TaskWords {
    Word name;
    Word process;  // a [[process]]'s name; empty: a kernel thread
    unsigned cpu = 0;
    bool interrupt = false;
    bool work = false;  // an item of its CPU's work queue
    Word user;          // a [[user]]'s name; empty: it makes no call that asks
    std::vector<StepWords> steps;
};

struct ClaimWords {
    std::string name;
    Word condition;                   // an expression, see scenarios/expression.h
    Moment moment = Moment::finally;  // or always, eventually
};

// One scenario: a file without variants is one, a file with variants is one for each.
struct ScenarioWords {
    std::string file;
    std::string name;  // "nr-mlock-leak" or "nr-mlock-leak/seed"
    std::string story;
    std::string expect = "pass";
    std::string hash;  // 8 hexadecimal digits over all that can change its schedules
    std::vector<std::string> labels;
    MachineWords machine;
    std::vector<Word> fixes_with;      // added to those that the seed version has
    std::vector<Word> fixes_without;   // taken from them
    std::vector<Word> invariants_off;  // names of standard invariants not to be checked
    std::vector<ProcessWords> processes;
    std::vector<VmaWords> vmas;
    std::vector<MappingWords> mappings;
    std::vector<UserWords> users;
    std::vector<SegmentWords> segments;
    std::vector<PageWords> pages;
    std::vector<TaskWords> tasks;
    std::vector<ClaimWords> claims;
    std::vector<Word> sometimes;  // expressions
};

// Whether the scenario's kernel has CONFIG_TRANSPARENT_HUGEPAGE: some page or vma is huge.
bool has_huge_pages(const ScenarioWords& scenario);

// Whether there is a KSM page, or a step that makes one.
bool has_ksm(const ScenarioWords& scenario);
unsigned ksm_steps(const ScenarioWords& scenario);

// Reads a scenario file, or the same from memory (`file` is then only its name in messages).
std::variant<std::vector<ScenarioWords>, FileError> read_scenario_file(const std::string& file);
std::variant<std::vector<ScenarioWords>, FileError> parse_scenario_file(const std::string& file,
                                                                        const std::string& text);

}  // namespace heddle
