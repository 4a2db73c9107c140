/* SPDX-License-Identifier: Apache-2.0 */
/* scenarios/engine/munlock_mini.cpp: munlock against N tasks that isolate its page. With -DSEED it counts
   only if it has isolated the page itself, and fails. */
#ifndef N
#define N 3
#endif

bool lock;
bool mlocked = true;
bool lru = true;
byte counter = 1;

inline acquire() { atomic { !lock -> lock = true } }

inline put_back() {
    acquire();
    lru = true;
    lock = false
}

proctype munlock() {
    bool cleared;
    bool isolated;
    byte seen;
    acquire();
    d_step { cleared = mlocked; mlocked = false };
    if
    :: cleared ->
        d_step { isolated = lru; lru = false };
#ifdef SEED
        if
        :: isolated -> seen = counter; d_step { counter = seen - 1; seen = 0 }
        :: else
        fi
#else
        seen = counter;
        d_step { counter = seen - 1; seen = 0 }
#endif
    :: else
    fi;
    lock = false;
    if
    :: isolated -> put_back()
    :: else
    fi;
    d_step { cleared = false; isolated = false }
}

proctype isolate() {
    bool isolated;
    acquire();
    d_step { isolated = lru; lru = false };
    lock = false;
    if
    :: isolated -> put_back()
    :: else
    fi;
    isolated = false
}

init {
    byte i;
    atomic {
        run munlock();
        do
        :: i < N -> run isolate(); i++
        :: else -> break
        od
    };
    _nr_pr == 1;
    assert(counter == mlocked)
}
