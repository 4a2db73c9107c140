// SPDX-License-Identifier: Apache-2.0
// A deque whose owner works at the bottom while others steal from the top. Source: D. Chase and
// Y. Lev, Dynamic Circular Work-Stealing Deque, SPAA 2005. The array does not grow.
#pragma once

#include "checker/sync/sync.h"

namespace heddle {

// How it can be got wrong.
enum class DequeMistake { none, takes_the_last_blindly, looks_before_it_claims };

struct ChaseLevDeque {
    static constexpr int capacity = 4;
    static constexpr int nothing = 0;  // items are numbered from 1

    atomic_t top;  // the oldest item, which the next thief takes
    int bottom;    // behind the newest item
    int items[capacity];

    // ---- for the owner

    // There is room: at most `capacity` items at a time.
    void push(int item) {
        const int end = READ_ONCE(bottom);
        WRITE_ONCE(items[end % capacity], item);
        smp_store_release(&bottom, end + 1);
    }

    // The newest item, or nothing.
    int take(DequeMistake mistake) {
        int oldest = mistake == DequeMistake::looks_before_it_claims ? atomic_read(&top) : 0;
        const int newest = READ_ONCE(bottom) - 1;
        WRITE_ONCE(bottom, newest);
        smp_mb();
        if (mistake != DequeMistake::looks_before_it_claims) {
            oldest = atomic_read(&top);
        }
        if (newest < oldest) {
            WRITE_ONCE(bottom, oldest);
            return nothing;
        }
        const int item = READ_ONCE(items[newest % capacity]);
        if (newest > oldest) {
            return item;
        }
        const bool is_mine = claim_last(oldest, mistake);
        WRITE_ONCE(bottom, oldest + 1);
        return is_mine ? item : nothing;
    }

    // ---- for everybody else

    // The oldest item; nothing if there is none or somebody else was faster.
    int steal() {
        const int oldest = atomic_read(&top);
        smp_mb();
        if (oldest >= smp_load_acquire(&bottom)) {
            return nothing;
        }
        const int item = READ_ONCE(items[oldest % capacity]);
        return atomic_cmpxchg(&top, oldest, oldest + 1) == oldest ? item : nothing;
    }

  private:
    bool claim_last(int oldest, DequeMistake mistake) {
        if (mistake == DequeMistake::takes_the_last_blindly) {
            atomic_set(&top, oldest + 1);
            return true;
        }
        return atomic_cmpxchg(&top, oldest, oldest + 1) == oldest;
    }
};

}  // namespace heddle
