// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/settled_world.h"

#include "model/machine.h"

namespace heddle {

void settle_ghosts() {
    const struct machine& machine = this_machine();
    for (unsigned pfn = 0; pfn < machine.nr_pages; ++pfn) {
        struct page_ghost& ghost = pfn_to_page(pfn)->ghost;
        ghost.free = is_free(pfn);
        ghost.isolated_by = 0;
    }
}

}  // namespace heddle
