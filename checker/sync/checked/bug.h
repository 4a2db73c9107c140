// SPDX-License-Identifier: Apache-2.0
// The kernel's own assertions, and ghost state.
#pragma once

#include <type_traits>

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

// The running task is about to touch ghost state.
void note_ghost_state();

// Runs `update`, which may touch ghost state only: state that claims read and no path does. It
// happens in the same step as the operation before it. On threads it is not run at all. An
// assertion in it may look at anything; so a search that has come to one leaves out no orders of
// steps from then on, for it cannot know on which of them the assertion depends.
template <class Update>
void ghost(Update&& update) {
    note_ghost_state();
    update();
}

// The same for ghost state that no assertion looks at, only claims, and to which the order of what
// different tasks do makes no difference: a count, a set, what each task has got. So it keeps no
// search from leaving out orders.
template <class Update>
void tally(Update&& update) {
    update();
}

// As ghost(), and run on threads, too: what it looks at nobody else touches at this moment.
template <class Update>
void ghost_of_own(Update&& update) {
    ghost(update);
}

// Ghost state that a scenario's own steps go by, who has a page, say: see threads/bug.h.
template <class T>
void note_on_threads(T&, std::type_identity_t<T>) {}

}  // namespace heddle
