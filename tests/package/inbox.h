// SPDX-License-Identifier: Apache-2.0
// A queue without a lock into which any number of producers put, and whose consumer takes all there
// is at once; and the same with a mistake. Items are numbers from 1 on, each its own node.
#pragma once

#include "checker/sync/sync.h"

struct Inbox {
    static constexpr int items_max = 3;

    heddle::atomic_t head;     // the item put last; 0: empty
    int below[items_max + 1];  // of each item the one put before

    void put(int item) {
        int top = 0;
        do {
            top = heddle::atomic_read(&head);
            heddle::WRITE_ONCE(below[item], top);
        } while (heddle::atomic_cmpxchg(&head, top, item) != top);
    }

    // The first of a chain, or 0.
    int take_all() { return heddle::atomic_xchg(&head, 0); }
};

struct BrokenInbox : Inbox {
    // What is put between the two steps is lost.
    int take_all() {
        const int top = heddle::atomic_read(&head);
        heddle::atomic_set(&head, 0);
        return top;
    }
};
