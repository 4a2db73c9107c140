// SPDX-License-Identifier: Apache-2.0
#include "model/mm_types.h"

#include <cstddef>

namespace heddle {

namespace {

// The struct of which `member` is the field at `offset`.
template <class T>
T* container_of(const void* member, std::size_t offset) {
    return reinterpret_cast<T*>(reinterpret_cast<std::uintptr_t>(member) - offset);
}

}  // namespace

spinlock_t* ptl_of(const void* ptes) {
    return &container_of<struct page_table>(ptes, offsetof(struct page_table, entries))->ptl;
}

spinlock_t* lru_lock_of(const void* lists) {
    struct lruvec* lruvec = container_of<struct lruvec>(lists, offsetof(struct lruvec, lists));
    return &lruvec->zone->zone_pgdat->lru_lock;
}

spinlock_t* split_queue_lock_of(const void* split_queue) {
    return &container_of<struct deferred_split>(split_queue,
                                                offsetof(struct deferred_split, split_queue))
                ->split_queue_lock;
}

}  // namespace heddle
