// SPDX-License-Identifier: Apache-2.0
#include "scenarios/huge_builder.h"

#include "model/compound.h"

namespace heddle {

void build_compound(const ScenarioWords& words, unsigned pfn, struct machine& machine) {
    const PageWords& from = words.pages[pfn];
    struct page* head = machine.mem_map + pfn;
    const bool anon = from.mapping.text.empty();
    const auto pmds = static_cast<int>(from.mapped_by.size());
    const bool double_map = !from.pte_mapped_by.empty() && (!anon || pmds != 0);
    head->flags |= bit_mask(PG_head);
    head[1].flags |= double_map ? bit_mask(PG_double_map) : 0;
    compound_of(head)->compound_mapcount.counter = pmds - 1;
    for (unsigned i = 0; i < words.machine.hpage_pmd_nr; ++i) {
        head[i]._mapcount.counter = -1 + (anon ? (double_map ? 1 : 0) : pmds);
        if (i != 0) {
            compound_of(head + i)->compound_head = head;
        }
    }
    for (const MappedWords& mapped : from.pte_mapped_by) {
        ++head[mapped.part]._mapcount.counter;
    }
    machine.huge.nr_anon_thps[from.zone].counter += anon && pmds != 0 ? 1 : 0;
}

void build_huge(Setup& setup, const ScenarioWords& words, struct machine& machine) {
    machine.huge.hpage_pmd_nr = 1;
    if (has_huge_pages(words)) {
        machine.huge.hpage_pmd_nr = words.machine.hpage_pmd_nr;
        machine.huge.compound = setup.array<struct compound_page>(machine.nr_pages);
        machine.huge.split_queues = setup.array<struct deferred_split>(machine.nr_nodes);
        machine.huge.nr_anon_thps = setup.array<atomic_long_t>(machine.nr_zones);
        for (unsigned pfn = 0; pfn < machine.nr_pages; ++pfn) {
            machine.huge.compound[pfn].compound_mapcount.counter = -1;
        }
    }
}

}  // namespace heddle
