// SPDX-License-Identifier: Apache-2.0
#include "scenarios/process_builder.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "model/ghost.h"
#include "model/mm.h"
#include "model/pgtable.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

bool has_process(const VmaWords& vma) { return !vma.process.text.empty(); }

bool is_anon(const PageWords& page) { return page.mapping.text.empty(); }

unsigned vma_of(const ScenarioWords& words, const MappedWords& mapped) {
    return static_cast<unsigned>(index_of(words.vmas, mapped.vma.text));
}

// Processes come first, then those of vmas that name none.
unsigned mm_of(const ScenarioWords& words, unsigned vma) {
    if (has_process(words.vmas[vma])) {
        return static_cast<unsigned>(index_of(words.processes, words.vmas[vma].process.text));
    }
    const auto earlier = std::count_if(words.vmas.begin(), words.vmas.begin() + vma,
                                       [](const VmaWords& other) { return !has_process(other); });
    return static_cast<unsigned>(words.processes.size()) + static_cast<unsigned>(earlier);
}

unsigned count_mms(const ScenarioWords& words) {
    return static_cast<unsigned>(words.processes.size() +
                                 static_cast<std::size_t>(std::count_if(
                                     words.vmas.begin(), words.vmas.end(),
                                     [](const VmaWords& vma) { return !has_process(vma); })));
}

std::vector<MappedWords> all_places(const PageWords& page) {
    std::vector<MappedWords> places = page.mapped_by;
    places.insert(places.end(), page.pte_mapped_by.begin(), page.pte_mapped_by.end());
    return places;
}

// By vma: which anon_vma it begins with, the same for vmas that share an anonymous page; those
// without a process are one family.
std::vector<unsigned> families(const ScenarioWords& words) {
    std::vector<unsigned> family(words.vmas.size());
    std::iota(family.begin(), family.end(), 0U);
    const auto unite = [&family](unsigned a, unsigned b) {
        std::replace(family.begin(), family.end(), std::max(family[a], family[b]),
                     std::min(family[a], family[b]));
    };
    for (unsigned vma = 1; vma < words.vmas.size(); ++vma) {
        for (unsigned other = 0; other < vma; ++other) {
            if (!has_process(words.vmas[vma]) && !has_process(words.vmas[other])) {
                unite(vma, other);
            }
        }
    }
    for (const PageWords& page : words.pages) {
        const std::vector<MappedWords> places = all_places(page);
        for (const MappedWords& mapped : places) {
            if (is_anon(page) && !page.ksm) {
                unite(vma_of(words, mapped), vma_of(words, places[0]));
            }
        }
    }
    return family;
}

bool maps_anon_pages(const ScenarioWords& words, unsigned vma) {
    return std::any_of(words.pages.begin(), words.pages.end(), [&](const PageWords& page) {
        const std::vector<MappedWords> places = all_places(page);
        return is_anon(page) &&
               std::any_of(places.begin(), places.end(),
                           [&](const MappedWords& mapped) { return vma_of(words, mapped) == vma; });
    });
}

// The pages that a vma without a process maps: it spans from the first to the last.
void span_pages(const ScenarioWords& words, unsigned vma, struct vm_area_struct& area) {
    unsigned first = pages_max;
    unsigned end = 0;
    for (unsigned pfn = 0; pfn < words.pages.size(); ++pfn) {
        for (const MappedWords& mapped : words.pages[pfn].mapped_by) {
            if (vma_of(words, mapped) == vma) {
                first = std::min(first, pfn);
                end = pfn + 1;
            }
        }
    }
    first = std::min(first, end);
    area.vm_start = first << PAGE_SHIFT;
    area.vm_end = end << PAGE_SHIFT;
    area.vm_pgoff = static_cast<unsigned char>(first);
}

vm_flags_t flags_of(const VmaWords& vma) {
    return VM_READ | (vma.locked ? VM_LOCKED : 0) | (vma.onfault ? VM_LOCKED_MASK : 0) |
           (vma.shared ? VM_SHARED : 0) | (vma.special ? VM_IO : 0) | (vma.huge ? VM_HUGEPAGE : 0) |
           (vma.mixedmap ? VM_MIXEDMAP : 0) | (vma.grows_down ? VM_GROWSDOWN : 0) |
           (vma.read_only ? 0 : VM_WRITE);
}

void build_vma(const ScenarioWords& words, unsigned i, struct machine& machine) {
    const VmaWords& from = words.vmas[i];
    struct vm_area_struct& vma = machine.vmas[i];
    vma.vm_mm = machine.mms + mm_of(words, i);
    vma.vm_flags = flags_of(from);
    if (!has_process(from)) {
        span_pages(words, i, vma);
        return;
    }
    vma.vm_start = from.start << PAGE_SHIFT;
    vma.vm_end = (from.start + from.pages) << PAGE_SHIFT;
    vma.vm_pgoff = static_cast<unsigned char>(from.file.text.empty() ? from.start : from.offset);
    if (!from.file.text.empty()) {
        vma.vm_file = machine.mappings + index_of(words.mappings, from.file.text);
        vma.vm_file->i_mmap.add(i);
    }
}

void build_anon_vmas(Setup& setup, const ScenarioWords& words, struct machine& machine) {
    // Besides those there are at the start: for faults, and one for each vma of a fork.
    const auto count = static_cast<unsigned>(words.vmas.size());
    machine.nr_anon_vmas = words.processes.empty() ? 1 : count + 4;
    machine.anon_vmas = setup.array<struct anon_vma>(machine.nr_anon_vmas);
    const std::vector<unsigned> family = families(words);
    for (unsigned i = 0; i < count; ++i) {
        struct anon_vma& anon_vma = machine.anon_vmas[family[i]];
        if (maps_anon_pages(words, i)) {
            anon_vma.root = &anon_vma;
            anon_vma.refcount.counter = 1;
            anon_vma.rb_root.add(i);
            machine.vmas[i].anon_vma = &anon_vma;
        }
    }
    if (words.processes.empty()) {
        machine.anon_vmas[0].root = &machine.anon_vmas[0];
    }
}

// Each KSM page has a node at the index of its place among the KSM pages; steps may make more.
void build_ksm(Setup& setup, const ScenarioWords& words, struct machine& machine) {
    if (!has_ksm(words)) {
        return;
    }
    const auto pages = std::count_if(words.pages.begin(), words.pages.end(),
                                     [](const PageWords& page) { return page.ksm; });
    machine.ksm.nr_nodes = static_cast<unsigned>(pages) + ksm_steps(words);
    machine.ksm.nodes = setup.array<struct stable_node>(machine.ksm.nr_nodes);
}

}  // namespace

void build_processes(Setup& setup, const ScenarioWords& words, struct machine& machine) {
    const auto vmas = static_cast<unsigned>(words.vmas.size());
    const unsigned slots = words.machine.vmas != 0 ? words.machine.vmas : vmas + 6;
    machine.nr_vmas = words.processes.empty() ? vmas : std::min(slots, vmas_max);
    machine.vmas = setup.array<struct vm_area_struct>(machine.nr_vmas);
    machine.nr_mms = count_mms(words);
    machine.mms = setup.array<struct mm_struct>(machine.nr_mms);
    const unsigned ptrs = has_huge_pages(words) ? words.machine.hpage_pmd_nr : PTRS_PER_PTE;
    machine.pmd_shift = PAGE_SHIFT + static_cast<unsigned>(std::countr_zero(ptrs));
    machine.nr_tables = (words.machine.user_pages + ptrs - 1) / ptrs;
    if (has_huge_pages(words)) {
        machine.huge.pmds = setup.array<pmd_t>(std::size_t{machine.nr_mms} * machine.nr_tables);
        machine.huge.freed_tables =
            setup.array<bool>(std::size_t{machine.nr_mms} * machine.nr_tables);
    }
    // What users write is followed where all entries are those of small pages.
    machine.contents = words.processes.empty() || has_huge_pages(words)
                           ? nullptr
                           : setup.array<unsigned char>(std::size_t{machine.nr_mms} *
                                                        machine.nr_tables * PTRS_PER_PTE);
    machine.int_bits = words.machine.int_bits;
    machine.section_pages = words.machine.section_pages;
    for (unsigned i = 0; i < machine.nr_mms; ++i) {
        machine.mms[i].pgd = setup.array<struct page_table>(machine.nr_tables);
        machine.mms[i].memlock_limit = ~0U;
        machine.mms[i].stack_limit = 0xffff;
        machine.mms[i].mm_users.counter = 1;
    }
    for (unsigned i = 0; i < words.processes.size(); ++i) {
        const ProcessWords& process = words.processes[i];
        machine.mms[i].cap_ipc_lock = process.cap_ipc_lock;
        if (process.memlock_limit) {
            machine.mms[i].memlock_limit = *process.memlock_limit << PAGE_SHIFT;
        }
        if (process.stack_limit) {
            machine.mms[i].stack_limit = static_cast<unsigned short>(*process.stack_limit);
        }
    }
    machine.task_mm = setup.constants<struct mm_struct*>(tasks_max);
    for (unsigned i = 0; i < words.tasks.size(); ++i) {
        const std::string& process = words.tasks[i].process.text;
        machine.task_mm[i] =
            process.empty() ? nullptr : machine.mms + index_of(words.processes, process);
    }
    for (unsigned i = 0; i < vmas; ++i) {
        build_vma(words, i, machine);
        const auto pages = static_cast<unsigned>(vma_pages(&machine.vmas[i]));
        const bool locked = (machine.vmas[i].vm_flags & VM_LOCKED) != 0;
        machine.vmas[i].vm_mm->total_vm += pages;
        machine.vmas[i].vm_mm->locked_vm.value += locked ? pages : 0;
    }
    build_anon_vmas(setup, words, machine);
    build_ksm(setup, words, machine);
}

unsigned long address_in(const ScenarioWords& words, unsigned vma, unsigned at, unsigned pfn) {
    const VmaWords& from = words.vmas[vma];
    return static_cast<unsigned long>(has_process(from) ? from.start + at : pfn) << PAGE_SHIFT;
}

namespace {

void set_entry(struct vm_area_struct& vma, unsigned long address, pte_t entry, bool by_pmd) {
    const unsigned long pages = by_pmd ? ptrs_per_pte() : 1;
    ghost_promise(vma.vm_mm, address, address + pages * PAGE_SIZE);
    if (by_pmd) {
        pmd_of(vma.vm_mm, address / pmd_size()) = static_cast<pmd_t>(entry | _PAGE_PSE);
        return;
    }
    pmd_offset(vma.vm_mm, address)->entries.value.pte[pte_index(address)] = entry;
    if (has_huge_pages()) {
        pmd_of(vma.vm_mm, address / pmd_size()) = page_table_pmd;
    }
}

void make_ksm(const ScenarioWords& words, unsigned pfn, struct machine& machine) {
    struct stable_node* node = machine.ksm.nodes;
    while (node->in_use != 0) {
        ++node;
    }
    node->in_use = 1;
    machine.mem_map[pfn].mapping = ksm_mapping(node);
    for (const MappedWords& mapped : words.pages[pfn].mapped_by) {
        const unsigned i = vma_of(words, mapped);
        struct rmap_item& item = node->items[node->nr_items++];
        struct mm_struct* mm = machine.vmas[i].vm_mm;
        item.mm = mm;
        struct anon_vma* anon_vma = machine.vmas[i].anon_vma;
        item.anon_vma = anon_vma;
        item.page = static_cast<unsigned char>(address_in(words, i, mapped.at, pfn) >> PAGE_SHIFT);
        ++item.anon_vma->refcount.counter;
    }
}

}  // namespace

void map_page(const ScenarioWords& words, unsigned pfn, struct machine& machine) {
    const PageWords& from = words.pages[pfn];
    struct page& page = machine.mem_map[pfn];
    page.index = static_cast<unsigned char>(pfn);
    const std::vector<MappedWords> places = all_places(from);
    if (is_anon(from)) {
        const unsigned family = places.empty() ? 0 : families(words)[vma_of(words, places[0])];
        page.mapping = anon_mapping(machine.anon_vmas + family);
    }
    if (from.ksm) {
        make_ksm(words, pfn, machine);
    }
    for (std::size_t place = 0; place < places.size(); ++place) {
        const MappedWords& mapped = places[place];
        const unsigned i = vma_of(words, mapped);
        struct vm_area_struct& vma = machine.vmas[i];
        const unsigned long address = address_in(words, i, mapped.at, pfn);
        page.index = static_cast<unsigned char>(linear_page_index(&vma, address) - mapped.part);
        const bool writable =
            (vma.vm_flags & VM_WRITE) != 0 && places.size() == 1 && is_anon(from) && !from.ksm;
        auto entry = static_cast<pte_t>((pfn + mapped.part) << 8U | _PAGE_PRESENT | _PAGE_ACCESSED);
        entry = writable ? pte_mkwrite(entry) : entry;
        entry = from.old ? pte_mkold(entry) : entry;
        set_entry(vma, address, entry, from.huge && place < from.mapped_by.size());
        // Who has it to himself has written to it. Where pages are merged, all begin alike.
        const bool written = writable || (is_anon(from) && has_ksm(words));
        if (written && machine.contents != nullptr) {
            page.ghost.content = 0;
            ghost_write_content(vma.vm_mm, address, entry);
        }
        if (!is_anon(from)) {
            page.mapping->i_mmap.add(i);
        }
    }
}

void name_processes(Setup& setup, const ScenarioWords& words, const struct machine& machine) {
    const auto name = [&setup](const auto& object, const std::string& text) {
        setup.name({&object, sizeof(object), text});
    };
    std::vector<std::string> mms(machine.nr_mms);
    for (unsigned i = 0; i < words.processes.size(); ++i) {
        mms[i] = words.processes[i].name.text;
    }
    for (unsigned i = 0; i < machine.nr_vmas; ++i) {
        const bool named = i < words.vmas.size();
        const std::string vma = named ? words.vmas[i].name.text : "vma" + std::to_string(i);
        name(machine.vmas[i].vm_flags, vma + ".vm_flags");
        name(machine.vmas[i].anon_vma, vma + ".anon_vma");
        if (named && !has_process(words.vmas[i])) {
            mms[mm_of(words, i)] = vma;
        }
    }
    for (unsigned i = 0; i < machine.nr_mms; ++i) {
        const struct mm_struct& mm = machine.mms[i];
        name(mm.mmap_sem, mms[i] + ".mmap_sem");
        name(mm.page_table_lock, mms[i] + ".page_table_lock");
        name(mm.locked_vm, mms[i] + ".locked_vm");
        name(mm.mm_users, mms[i] + ".mm_users");
        for (unsigned table = 0; table < machine.nr_tables; ++table) {
            const std::string which = machine.nr_tables == 1 ? "" : std::to_string(table);
            name(mm.pgd[table].ptl, mms[i] + ".ptl" + which);
            if (machine.huge.pmds != nullptr) {
                name(pmd_of(&mm, table), mms[i] + ".pmd[" + std::to_string(table) + "]");
            }
            for (unsigned k = 0; k < ptrs_per_pte(); ++k) {
                name(mm.pgd[table].entries.value.pte[k],
                     mms[i] + ".pte[" + std::to_string(table * ptrs_per_pte() + k) + "]");
            }
        }
    }
    for (unsigned i = 0; i < machine.nr_anon_vmas; ++i) {
        const std::string which = machine.nr_anon_vmas == 1 ? "" : std::to_string(i);
        name(machine.anon_vmas[i].rwsem, "anon_vma" + which + ".rwsem");
        name(machine.anon_vmas[i].refcount, "anon_vma" + which + ".refcount");
    }
}

}  // namespace heddle
