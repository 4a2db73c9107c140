// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lru_lock_builder.h"

#include "model/lru_lock.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

// As many as it takes for two pages to be under different ones.
constexpr unsigned page_hash_locks = 2;

std::string lock_name(const struct machine& machine, unsigned i) {
    const std::string number = std::to_string(i);
    switch (machine.lru_lock_layout) {
        case lru_lock_layout::node:
            return "node" + number + ".lru_lock";
        case lru_lock_layout::zone:
            return "zone" + number + ".lru_lock";
        case lru_lock_layout::lruvec:
            return "zone" + std::to_string(i / machine.nr_mem_cgroups) + ".lruvec" +
                   std::to_string(i % machine.nr_mem_cgroups) + ".lru_lock";
        case lru_lock_layout::page_hash:
            break;
    }
    return "page_hash" + number + ".lru_lock";
}

}  // namespace

void build_lru_locks(Setup& setup, const ScenarioWords& words, struct machine& machine) {
    machine.lru_lock_layout = find_lru_lock_layout(words.machine.lru_lock.c_str())->layout;
    machine.nr_mem_cgroups = 1;
    if (machine.lru_lock_layout == lru_lock_layout::lruvec) {
        machine.nr_mem_cgroups += machine.nr_mms;
        for (unsigned i = 0; i < machine.nr_mms; ++i) {
            machine.mms[i].mem_cgroup = static_cast<unsigned char>(i + 1);
        }
        machine.lruvecs = setup.array<struct lruvec>(nr_lruvecs());
    }
    machine.nr_lru_locks = count_lru_locks(machine, page_hash_locks);
    if (machine.lru_lock_layout != lru_lock_layout::node) {
        machine.lru_locks = setup.array<struct lru_lock>(machine.nr_lru_locks);
    }
    for (unsigned i = 0; i < nr_lruvecs(); ++i) {
        lruvec_number(i)->zone = &machine.zones[i / machine.nr_mem_cgroups];
    }
}

unsigned char mem_cgroup_of(const ScenarioWords& words, const PageWords& page,
                            const struct machine& machine) {
    const std::vector<MappedWords>& mapped =
        page.mapped_by.empty() ? page.pte_mapped_by : page.mapped_by;
    return mapped.empty()
               ? 0
               : machine.vmas[index_of(words.vmas, mapped[0].vma.text)].vm_mm->mem_cgroup;
}

void name_lru_locks(Setup& setup, const struct machine& machine) {
    for (unsigned i = 0; i < machine.nr_lru_locks; ++i) {
        const spinlock_t* lock = lru_lock_number(i);
        setup.name({lock, sizeof(*lock), lock_name(machine, i)});
        setup.lock_class({lock, "lru_lock", 7});
    }
}

}  // namespace heddle
