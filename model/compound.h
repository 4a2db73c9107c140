// SPDX-License-Identifier: Apache-2.0
// Mirrors the compound part of include/linux/page-flags.h and mm.h (v4.8): which page is the head
// of which. Only a machine with huge pages has compound pages; without, all of this is constant.
// Leaves out: other orders, destructors but that of huge pages, hugetlb.
#pragma once

#include "model/machine.h"

namespace heddle {

// CONFIG_TRANSPARENT_HUGEPAGE.
inline bool has_huge_pages() { return this_machine().huge.compound != nullptr; }

// Pages of a huge page. 512 in the kernel.
inline unsigned hpage_pmd_nr() { return this_machine().huge.hpage_pmd_nr; }

inline struct compound_page* compound_of(const struct page* page) {
    return this_machine().huge.compound + page_to_pfn(page);
}

// The page's head, or the page itself. For ghosts and claims.
inline struct page* peek_head(const struct page* page) {
    struct page* head = has_huge_pages() ? compound_of(page)->compound_head : nullptr;
    return head != nullptr ? head : pfn_to_page(page_to_pfn(page));
}
inline bool is_tail(const struct page* page) { return peek_head(page) != page; }

// Not an operation of its own: whoever asks has a reference, the ptl of an entry or a lock that
// keeps the page from being split.
inline struct page* compound_head(struct page* page) {
    if (!has_huge_pages()) {
        return page;
    }
    struct page* head = peek_head(page);
    observe(page_to_pfn(head));
    return head;
}
inline const struct page* compound_head(const struct page* page) {
    return compound_head(const_cast<struct page*>(page));
}

inline bool PageTail(const struct page* page) {
    return has_huge_pages() && compound_head(page) != page;
}

}  // namespace heddle
