// SPDX-License-Identifier: Apache-2.0
// A queue for one producer and one consumer, without a lock. Source: L. Lamport, Specifying
// Concurrent Program Modules, ACM Transactions on Programming Languages and Systems 5(2), 1983.
#pragma once

#include "checker/sync/sync.h"

struct Ring {
    static constexpr unsigned slots = 2;

    unsigned put_count;
    unsigned taken_count;
    int items[slots];

    // False if the ring is full. For the producer.
    bool put(int item) {
        const unsigned put_before = heddle::READ_ONCE(put_count);
        if (put_before - heddle::smp_load_acquire(&taken_count) == slots) {
            return false;
        }
        heddle::plain_store(items[put_before % slots], item);
        heddle::smp_store_release(&put_count, put_before + 1);
        return true;
    }

    // 0 if the ring is empty. For the consumer.
    int take() {
        const unsigned taken_before = heddle::READ_ONCE(taken_count);
        if (heddle::smp_load_acquire(&put_count) == taken_before) {
            return 0;
        }
        const int item = heddle::plain_load(items[taken_before % slots]);
        heddle::smp_store_release(&taken_count, taken_before + 1);
        return item;
    }
};
