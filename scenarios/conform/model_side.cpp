// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/model_side.h"

#include <algorithm>
#include <set>

#include "model/pgtable.h"
#include "model/rmap.h"

namespace heddle {

namespace {

// A call cuts off at most two pieces, and a move wants some to spare.
constexpr unsigned vmas_per_call = 5;

// With fewer pages free than this somebody may have got none.
constexpr int free_pages_min = 2;

// What the entries hold. As smaps counts each page is the process's own in part, by how many map
// it.
void count_pages(const struct vm_area_struct& vma, MappingView& view) {
    constexpr unsigned pss_shift = 12;
    unsigned long sum = 0;
    for (unsigned at = view.first; at < view.first + view.pages; ++at) {
        const pte_t pte =
            vma.vm_mm->pgd[at / ptrs_per_pte()].entries.value.pte[at % ptrs_per_pte()];
        const struct page* page = pte_none(pte) ? nullptr : vm_normal_page(pte);
        view.zero_pages += !pte_none(pte) && page == nullptr ? 1 : 0;
        if (page != nullptr) {
            sum += (PAGE_SIZE << pss_shift) / static_cast<unsigned>(page->_mapcount.counter + 1);
        }
    }
    view.locked_kb = view.locked ? static_cast<unsigned>(sum >> (10 + pss_shift)) : 0;
}

MappingView view_of(const struct vm_area_struct& vma) {
    MappingView view;
    view.first = static_cast<unsigned>(vma.vm_start >> PAGE_SHIFT);
    view.pages = static_cast<unsigned>((vma.vm_end - vma.vm_start) >> PAGE_SHIFT);
    view.readable = (vma.vm_flags & VM_READ) != 0;
    view.writable = (vma.vm_flags & VM_WRITE) != 0;
    view.shared = (vma.vm_flags & VM_SHARED) != 0;
    view.locked = (vma.vm_flags & VM_LOCKED) != 0;
    view.onfault = (vma.vm_flags & VM_LOCKONFAULT) != 0;
    if (vma.vm_file != nullptr) {
        view.file = static_cast<int>(vma.vm_file - this_machine().mappings);
        view.index = vma.vm_pgoff;
    }
    count_pages(vma, view);
    return view;
}

SideState state_now() {
    const struct machine& machine = this_machine();
    SideState state;
    for (unsigned i = 0; i < 2; ++i) {
        const struct mm_struct* mm = machine.mms + i;
        state[i].alive = mm->mm_users.counter != 0;
        if (!state[i].alive) {
            continue;
        }
        state[i].locked_pages = static_cast<int>(mm->locked_vm.value);
        for (unsigned slot = 0; slot < machine.nr_vmas; ++slot) {
            if (machine.vmas[slot].vm_mm == mm) {
                state[i].mappings.push_back(view_of(machine.vmas[slot]));
            }
        }
        std::sort(state[i].mappings.begin(), state[i].mappings.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
    }
    return state;
}

bool can_be_made(const SystemCall& call) {
    const auto lives = [](unsigned process) {
        return this_machine().mms[process].mm_users.counter != 0;
    };
    return lives(call.process) && (call.name != SystemCallName::fork || !lives(1 - call.process));
}

bool lacks_vmas(const SyscallWorld& world, const SystemCall& call) {
    const VmaCut cut = world.cut(call.process);
    std::set<int> vmas(cut.vma.begin(), cut.vma.end());
    vmas.erase(-1);
    return world.vmas_free() < (call.name == SystemCallName::fork ? vmas.size() : vmas_per_call);
}

bool lacks_pages() {
    int free = 0;
    for (unsigned pfn = 0; pfn < this_machine().nr_pages; ++pfn) {
        free += is_free(pfn) ? 1 : 0;
    }
    return free < free_pages_min;
}

}  // namespace

SyscallWorld& ModelWorld::of_version(unsigned long fixes) {
    if (!world_ || world_->size().fixes != fixes) {
        world_.reset();
        world_.emplace(
            SyscallWorldSize{.user_pages = 8, .cpus = 1, .pagevec_size = 1, .fixes = fixes});
    }
    return *world_;
}

SideRun ModelSide::run(const SyscallSequence& sequence) {
    SyscallWorld& world = world_.of_version(fixes_);
    world.reset();
    world.set_limits(sequence.limits);
    SideRun run;
    for (const SystemCall& call : sequence.calls) {
        if (!can_be_made(call)) {
            continue;
        }
        if (lacks_vmas(world, call)) {
            break;
        }
        const std::optional<int> result = world.call(call);
        run.broken = world.what_is_wrong();
        if (!run.broken.empty() || !result || lacks_pages()) {
            break;
        }
        run.steps.push_back({call, *result, state_now()});
    }
    return run;
}

}  // namespace heddle
