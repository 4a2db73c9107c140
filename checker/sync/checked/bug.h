// SPDX-License-Identifier: Apache-2.0
// The kernel's own assertions, and ghost state.
#pragma once

#include "checker/sync/mutation.h"
#include "checker/sync/operation.h"

namespace heddle {

// A violation of "BUG_ON" if `condition` holds. Source: include/asm-generic/bug.h.
inline void BUG_ON(bool condition, Where where = Where::here()) {
    assertion_has_read(where);
    if (condition) {
        fail({.claim = "BUG_ON", .formula = "the condition never holds", .where = where});
    }
}

// As BUG_ON; the kernel compiles it in with CONFIG_DEBUG_VM only.
inline void VM_BUG_ON(bool condition, Where where = Where::here()) {
    assertion_has_read(where);
    if (condition) {
        fail({.claim = "VM_BUG_ON", .formula = "the condition never holds", .where = where});
    }
}

// As VM_BUG_ON, about a page: the report shows it. Source: include/linux/mmdebug.h.
inline void VM_BUG_ON_PAGE(bool condition, const void* page, Where where = Where::here()) {
    assertion_has_read(where);
    if (condition) {
        fail({.claim = "VM_BUG_ON",
              .formula = "the condition never holds for this page",
              .object = page,
              .where = where});
    }
}

// Says that the running step reads or writes shared memory besides its operation, not protected by
// a lock, so that its order with any step of another task may matter: it stands for no others in
// searches that leave orders out. `heddle check --check-engine` finds steps that should say so.
void touches_unnamed_memory();

// Runs `update`, which may touch ghost state only: state that claims read and no path does. It
// happens in the same step as the operation before it. On threads it is not run at all.
template <class Update>
void ghost(Update&& update) {
    touches_unnamed_memory();
    update();
}

}  // namespace heddle
