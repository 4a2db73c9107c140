/* SPDX-License-Identifier: Apache-2.0 */
/* scenarios/engine/mutex_inc.cpp: N tasks increment a plain counter under a lock. */
#ifndef N
#define N 3
#endif

bool lock;
byte counter;

inline acquire() { atomic { !lock -> lock = true } }

proctype increment() {
    byte seen;
    acquire();
    seen = counter;
    /* What it has seen is given up, so that states in which it differs are one. */
    d_step { counter = seen + 1; seen = 0 }
    lock = false
}

init {
    byte i;
    atomic {
        do
        :: i < N -> run increment(); i++
        :: else -> break
        od
    };
    _nr_pr == 1;
    assert(counter == N)
}
