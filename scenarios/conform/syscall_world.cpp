// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/syscall_world.h"

#include <algorithm>

#include "model/fork.h"
#include "model/invariants.h"
#include "model/memory.h"
#include "model/mlock.h"
#include "model/mmap.h"
#include "model/mprotect.h"
#include "model/mremap.h"
#include "model/pgtable.h"
#include "model/swap.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

ScenarioWords words_of(const SyscallWorldSize& size) {
    ScenarioWords words;
    words.file = "test";
    words.name = "syscalls";
    words.machine.cpus = size.cpus;
    words.machine.pagevec_size = size.pagevec_size;
    words.machine.user_pages = size.user_pages;
    words.machine.int_bits = size.int_bits;
    words.machine.free_pages = pages_max;
    words.mappings = {{{"f", {}}, false}, {{"g", {}}, false}};
    words.processes.resize(2);
    words.tasks.resize(2);
    for (unsigned i = 0; i < 2; ++i) {
        words.processes[i].name.text = i == 0 ? "A" : "B";
        words.tasks[i].name.text = i == 0 ? "user-A" : "user-B";
        words.tasks[i].process.text = words.processes[i].name.text;
        words.tasks[i].cpu = i == 0 ? 0 : size.cpus - 1;
    }
    return words;
}

int perform(const SystemCall& call) {
    switch (call.name) {
        case SystemCallName::mlock:
            return sys_mlock(call.start, call.len);
        case SystemCallName::mlock2:
            return sys_mlock2(call.start, call.len, call.flags);
        case SystemCallName::munlock:
            return sys_munlock(call.start, call.len);
        case SystemCallName::mlockall:
            return sys_mlockall(call.flags);
        case SystemCallName::munlockall:
            return sys_munlockall();
        case SystemCallName::mmap: {
            struct mmap_request request = {};
            request.flags = (call.locked ? VM_LOCKED : 0) | (call.shared ? VM_SHARED : 0) |
                            (call.special ? VM_IO : 0) | VM_READ | (call.read_only ? 0 : VM_WRITE);
            request.file = call.file < 0 ? nullptr : this_machine().mappings + call.file;
            request.pgoff = call.offset;
            return sys_mmap(call.start, call.len, request);
        }
        case SystemCallName::munmap:
            return sys_munmap(call.start, call.len);
        case SystemCallName::mprotect:
            return sys_mprotect(call.start, call.len,
                                (call.read ? VM_READ : 0) | (call.write ? VM_WRITE : 0));
        case SystemCallName::mremap:
            return sys_mremap(call.start, call.len, call.new_len, call.new_start);
        case SystemCallName::fork:
            return dup_mmap(this_machine().mms + (1 - call.process));
        case SystemCallName::exit:
            do_exit();
            return 0;
        case SystemCallName::touch:
            return do_user_access(call.start, call.write);
    }
    return 0;
}

// Where a task waits for its next orders.
void wait_for_orders() {
    forget(0);
    Operation between;
    between.kind = OperationKind::barrier;
    between.name = "between system calls";
    announce(between);
}

const struct vm_area_struct* vma_of(const struct mm_struct* mm, unsigned page) {
    const struct machine& machine = this_machine();
    for (unsigned i = 0; i < machine.nr_vmas; ++i) {
        const struct vm_area_struct& vma = machine.vmas[i];
        if (vma.vm_mm == mm && vma.vm_start <= page * PAGE_SIZE && vma.vm_end > page * PAGE_SIZE) {
            return &vma;
        }
    }
    return nullptr;
}

pte_t entry_of(const struct mm_struct* mm, unsigned page) {
    return mm->pgd[page / ptrs_per_pte()].entries.value.pte[page % ptrs_per_pte()];
}

PageView page_of(const struct mm_struct* mm, unsigned page) {
    const struct vm_area_struct* vma = vma_of(mm, page);
    const pte_t pte = entry_of(mm, page);
    PageView seen;
    if (vma != nullptr) {
        seen.mapped = true;
        seen.shared = (vma->vm_flags & VM_SHARED) != 0;
        seen.readable = (vma->vm_flags & VM_READ) != 0;
        seen.writable = (vma->vm_flags & VM_WRITE) != 0;
        seen.special = (vma->vm_flags & VM_SPECIAL) != 0;
        seen.locked = (vma->vm_flags & VM_LOCKED) != 0;
        seen.onfault = (vma->vm_flags & VM_LOCKONFAULT) != 0;
        struct address_space* file = vma->vm_file;
        seen.file = file == nullptr ? -1 : static_cast<int>(file - this_machine().mappings);
        seen.index = file == nullptr ? 0 : linear_page_index(vma, page * PAGE_SIZE);
    }
    if (!pte_none(pte)) {
        const struct page* holds = vm_normal_page(pte);
        seen.content = holds == nullptr           ? zero_page
                       : !is_anon(holds->mapping) ? page_of_file
                                                  : first_own_page + static_cast<int>(pte_pfn(pte));
    }
    return seen;
}

// Whether a walk of the page's mappings comes by this entry: its vma is in the tree, and has the
// page's index at that address.
bool walk_finds(const struct mm_struct* mm, unsigned at) {
    const struct page* page = vm_normal_page(entry_of(mm, at));
    const struct vm_area_struct* vma = vma_of(mm, at);
    if (page == nullptr) {
        return true;
    }
    const vma_set tree =
        is_anon(page->mapping) ? anon_vma_of(page->mapping)->rb_root : page->mapping->i_mmap;
    return vma != nullptr && is_in_tree(tree, vma) &&
           linear_page_index(vma, at * PAGE_SIZE) == page->index;
}

std::string unreachable_entries() {
    const struct machine& machine = this_machine();
    std::string text;
    for (unsigned mm = 0; mm < machine.nr_mms; ++mm) {
        for (unsigned page = 0; page < machine.nr_tables * ptrs_per_pte(); ++page) {
            const pte_t pte = entry_of(machine.mms + mm, page);
            if (!pte_none(pte) && !walk_finds(machine.mms + mm, page)) {
                text += "no walk of mappings finds page " + std::to_string(page) + " of process " +
                        std::to_string(mm) + "\n";
            }
        }
    }
    return text;
}

// Those that hold in this version of the kernel; what the seed breaks it breaks by a known excess.
bool is_to_hold(const Invariant& invariant) {
    const std::string id = invariant.id;
    if (id == "B1") {
        return has(Fix::munlock_counts_cleared_flags);
    }
    const bool counts_right = has(Fix::mlock_fixup_counts_in_long) || this_machine().int_bits == 32;
    if (id == "E1'" || id == "E6") {
        return counts_right;
    }
    return id != "E1" || (counts_right && has(Fix::mlock_fixup_counts_once));
}

}  // namespace

void SyscallWorld::obey(Orders& orders) {
    for (;;) {
        wait_for_orders();
        if (orders.drain) {
            lru_add_drain_all();
        } else {
            orders.result = perform(orders.call);
        }
    }
}

Scenario SyscallWorld::scenario(const SyscallWorldSize& size, Orders& orders) {
    Scenario scenario;
    scenario.name = "syscalls";
    scenario.build = [size, &orders](Setup& setup) {
        const ScenarioWords words = words_of(size);
        struct machine& machine = build_machine(setup, words, size.fixes);
        machine.nr_vmas = size.nr_vmas;
        machine.vmas = setup.array<struct vm_area_struct>(size.nr_vmas);
        machine.nr_anon_vmas = anon_vmas_max;
        machine.anon_vmas = setup.array<struct anon_vma>(anon_vmas_max);
        machine.mms[1].mm_users.counter = 0;
        for (unsigned i = 0; i < 2; ++i) {
            setup.task(words.tasks[i].name.text, words.tasks[i].cpu, [&orders] { obey(orders); });
        }
        for (unsigned cpu = 0; cpu < size.cpus; ++cpu) {
            setup.daemon("kworker/" + std::to_string(cpu), cpu,
                         [cpu] { lru_add_drain_worker(cpu); });
        }
    };
    return scenario;
}

SyscallWorld::SyscallWorld(const SyscallWorldSize& size)
    : size_(size), execution_(scenario(size_, orders_)), start_(execution_.mark()) {}

void SyscallWorld::reset() { execution_.rewind(start_); }

void SyscallWorld::set_limits(const ProcessLimits& limits) {
    struct mm_struct& mm = this_machine().mms[0];
    mm.memlock_limit =
        limits.limit == unlimited ? ~0U : static_cast<unsigned>(limits.limit << PAGE_SHIFT);
    mm.cap_ipc_lock = limits.capable;
}

// False if an assertion failed on the way. The process's task first; when it waits, workers.
bool SyscallWorld::run(unsigned process) {
    do {
        unsigned task = process;
        while (task < execution_.tasks().size() && !execution_.is_runnable(task)) {
            task = task < 2 ? 2 : task + 1;
        }
        if (task == execution_.tasks().size()) {
            return false;
        }
        execution_.take({static_cast<std::uint16_t>(task), 0});
        if (execution_.pending(task) == nullptr) {
            return false;
        }
    } while (!execution_.idle());
    return true;
}

std::optional<int> SyscallWorld::call(const SystemCall& call) {
    orders_ = {call, false, 0};
    return run(call.process) ? std::optional(orders_.result) : std::nullopt;
}

void SyscallWorld::drain() {
    orders_ = {{}, true, 0};
    run(0);
}

std::string SyscallWorld::what_is_wrong() {
    if (const std::optional<Violation> violation = execution_.violation()) {
        return violation->claim + ": " + violation->formula + " " + violation->sides + " at " +
               violation->where.file() + ":" + std::to_string(violation->where.line()) + "\n";
    }
    std::string text = is_quiescent() ? "" : "a pin or an isolation is left after a call\n";
    for (const Invariant& invariant : invariants()) {
        const bool its_moment = invariant.moment != InvariantMoment::drained || is_drained();
        if (its_moment && is_to_hold(invariant) && !invariant.holds(nullptr)) {
            std::string sides;
            invariant.holds(&sides);
            text += std::string(invariant.id) + ": " + sides + "\n";
        }
    }
    return text + unreachable_entries();
}

VmaCut SyscallWorld::cut(unsigned process) const {
    VmaCut cut;
    cut.vma.fill(-1);
    for (unsigned page = 0; page < size_.user_pages; ++page) {
        const struct vm_area_struct* vma = vma_of(this_machine().mms + process, page);
        if (vma != nullptr) {
            cut.vma[page] = static_cast<int>(vma - this_machine().vmas);
            cut.has_anon_vma[page] = vma->anon_vma != nullptr;
        }
    }
    return cut;
}

unsigned SyscallWorld::vmas_free() const {
    const struct machine& machine = this_machine();
    return static_cast<unsigned>(
        std::count_if(machine.vmas, machine.vmas + machine.nr_vmas,
                      [](const struct vm_area_struct& vma) { return vma.vm_mm == nullptr; }));
}

ProcessView SyscallWorld::observe(unsigned process) const {
    const struct mm_struct& mm = this_machine().mms[process];
    ProcessView seen;
    seen.alive = mm.mm_users.counter != 0;
    seen.locked_vm = static_cast<int>(mm.locked_vm);
    seen.future_locked = (mm.def_flags & VM_LOCKED) != 0;
    seen.future_onfault = (mm.def_flags & VM_LOCKONFAULT) != 0;
    for (unsigned page = 0; page < size_.user_pages; ++page) {
        seen.pages[page] = page_of(&mm, page);
    }
    return seen;
}

unsigned SyscallWorld::total_vm(unsigned process) const {
    return this_machine().mms[process].total_vm;
}

}  // namespace heddle
