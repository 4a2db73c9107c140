// SPDX-License-Identifier: Apache-2.0
// Rules of what must be held: L5, L10, L11, L12.
#include <initializer_list>

#include "model/page_flags.h"
#include "model/pgtable.h"

namespace heddle {

namespace {

bool is_a_task() { return current_task() != no_task; }

bool holds_a_ptl() {
    const struct machine& machine = this_machine();
    for (unsigned i = 0; i < machine.nr_mms * machine.nr_tables; ++i) {
        struct mm_struct& mm = machine.mms[i / machine.nr_tables];
        if (spin_is_held(&mm.pgd[i % machine.nr_tables].ptl) || spin_is_held(pmd_lockptr(&mm))) {
            return true;
        }
    }
    return false;
}

bool is_new_to_lists(const struct page* page) {
    return (page->flags & bit_mask(PG_lru)) == 0 && page->ghost.isolated_by == 0 &&
           page->ghost.references[static_cast<unsigned>(Holder::pagevec)] == 0;
}

}  // namespace

void ghost_require_lru_lock(const struct page* page, Where where) {
    if (is_a_task() && !spin_is_held(page_lru_lock(page))) {
        fail({.claim = "L10",
              .formula = "PG_lru changes under the page's lru_lock",
              .object = page,
              .where = where});
    }
}

void ghost_require_mlock_lock(const struct page* page, Where where) {
    if (is_a_task() && !bit_lock_is_held(PG_locked, PF_HEAD(page)) &&
        !(is_new_to_lists(page) && holds_a_ptl())) {
        fail({.claim = "L11",
              .formula = "PG_mlocked is set under the page lock, or of a new page under its ptl",
              .object = page,
              .where = where});
    }
}

void ghost_require_one_page_lock(const struct page* page, Where where) {
    const bool is_private =
        page->_refcount.counter == 1 && page->ghost.isolated_by == current_task() + 1;
    if (!is_a_task() || is_private) {
        return;
    }
    for (unsigned pfn = 0; pfn < this_machine().nr_pages; ++pfn) {
        const struct page* other = pfn_to_page(pfn);
        if (compound_head(other) != compound_head(page) &&
            bit_lock_is_held(PG_locked, PF_HEAD(other))) {
            fail({.claim = "L5",
                  .formula = "who holds a page lock takes another only of a page of his own",
                  .object = page,
                  .where = where});
        }
    }
}

namespace {

const struct rw_semaphore* rwsem_of(const vma_set& tree) {
    const struct machine& machine = this_machine();
    for (unsigned i = 0; i < machine.nr_anon_vmas; ++i) {
        if (&machine.anon_vmas[i].rb_root == &tree) {
            return &machine.anon_vmas[i].root->rwsem;
        }
    }
    for (unsigned i = 0; i < machine.nr_mappings; ++i) {
        if (&machine.mappings[i].i_mmap == &tree) {
            return &machine.mappings[i].i_mmap_rwsem;
        }
    }
    return &machine.swap->swapper_space.i_mmap_rwsem;
}

}  // namespace

void ghost_require_tree_lock(const struct address_space* mapping) {
    if (is_a_task() && !spin_is_held(&mapping->tree_lock)) {
        fail({.claim = "guarded-by",
              .formula = "the tree of a mapping is changed by the holder of its tree_lock",
              .object = &mapping->tree_lock});
    }
}

void ghost_require_end(unsigned faults) {
    constexpr unsigned faults_max = 16;
    if (faults > faults_max) {
        fail({.claim = "livelock",
              .formula = "an access does not fault for ever",
              .left = faults,
              .right = faults_max});
    }
}

void ghost_require_tree_reader(const vma_set& tree) {
    const struct rw_semaphore* rwsem = rwsem_of(tree);
    if (is_a_task() && !rwsem_is_reader(rwsem) && !rwsem_is_writer(rwsem)) {
        fail({.claim = "guarded-by",
              .formula = "a tree of mappings is walked by one who holds its rwsem",
              .object = rwsem});
    }
}

void ghost_require_tree_writer(const vma_set& tree) {
    const struct rw_semaphore* rwsem = rwsem_of(tree);
    if (is_a_task() && !rwsem_is_writer(rwsem)) {
        fail({.claim = "guarded-by",
              .formula = "a tree of mappings is changed by one who holds its rwsem for writing",
              .object = rwsem});
    }
}

void ghost_require_own_pagevec(const struct pagevec* pvec, Where where) {
    const struct machine& machine = this_machine();
    for (const auto* pvecs :
         {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
          &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
        if (pvec < pvecs->of || pvec >= pvecs->of + nr_cpus()) {
            continue;
        }
        const bool masked = pvecs == &machine.lru_rotate_pvecs ? irqs_disabled() : in_atomic();
        if (is_a_task() && (pvec != pvecs->of + current_cpu() || !masked)) {
            fail({.claim = "L12",
                  .formula = "a pagevec is changed by its CPU, which nothing can interrupt there",
                  .left = static_cast<std::uint64_t>(pvec - pvecs->of),
                  .right = current_cpu(),
                  .where = where});
        }
    }
}

}  // namespace heddle
