// SPDX-License-Identifier: Apache-2.0
#include "model/ghost.h"

namespace heddle {

namespace {

void ledger_failure(const char* claim, const char* formula, struct page* page) {
    fail({.claim = claim, .formula = formula, .object = page});
}

void take_from_ledger(struct page* page, Holder holder) {
    if (references(page, holder) == 0) {
        ledger_failure("D1", "a reference is dropped by one who holds it", page);
    }
    --references(page, holder);
    unsigned char* pins = own_pins(page);
    if (holder == Holder::pin && pins != nullptr && *pins > 0) {
        --*pins;
    }
}

void add_to_ledger(struct page* page, Holder holder) {
    ++references(page, holder);
    unsigned char* pins = own_pins(page);
    if (holder == Holder::pin && pins != nullptr) {
        ++*pins;
    }
}

}  // namespace

void ghost_get(struct page* page, Holder holder) {
    if (page->_refcount.counter <= 1) {
        ledger_failure("D7", "get_page() finds a reference count above 0", page);
    }
    add_to_ledger(page, holder);
}

void ghost_put(struct page* page, Holder holder) {
    if (page->_refcount.counter < 0) {
        ledger_failure("D7", "put_page() finds a reference count above 0", page);
    }
    take_from_ledger(page, holder);
}

void ghost_transfer(struct page* page, Holder from, Holder to) {
    take_from_ledger(page, from);
    add_to_ledger(page, to);
}

void ghost_isolate(struct page* page) {
    if (page->ghost.isolated_by != 0) {
        ledger_failure("A6", "a page is isolated by at most one owner", page);
    }
    page->ghost.isolated_by = static_cast<unsigned char>(current_task() + 1);
}

void ghost_require_reference(struct page* page) {
    const unsigned char* pins = own_pins(page);
    const bool isolated_by_me = page->ghost.isolated_by == current_task() + 1;
    if (pins != nullptr && *pins == 0 && !isolated_by_me) {
        ledger_failure("D8", "the caller holds a reference to the page", page);
    }
}

void ghost_require_references(const page_slot* pages, unsigned nr) {
    for (unsigned i = 0; i < nr; ++i) {
        ghost_require_reference(pages[i]);
    }
}

}  // namespace heddle
