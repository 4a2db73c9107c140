/* SPDX-License-Identifier: Apache-2.0 */
/* scenarios/engine/indexer.cpp: N tasks insert messages into a hash table by compare-and-swap. */
#ifndef N
#define N 3
#endif

#define ENTRIES 128
#define MESSAGES 4

byte table[ENTRIES]; /* 0 is empty */

proctype insert(byte task) {
    byte m;
    byte hash;
    do
    :: m < MESSAGES ->
        d_step { m++; hash = (m * 11 + task) * 7 % ENTRIES };
        do
        :: d_step { table[hash] == 0 -> table[hash] = m * 11 + task; hash = 0 } -> break
        :: d_step { table[hash] != 0 -> hash = (hash + 1) % ENTRIES }
        od
    :: else -> break
    od
}

init {
    byte i;
    byte inserted;
    atomic {
        do
        :: i < N -> run insert(i); i++
        :: else -> break
        od
    };
    _nr_pr == 1;
    d_step {
        i = 0;
        do
        :: i < ENTRIES ->
            if
            :: table[i] != 0 -> inserted++
            :: else
            fi;
            i++
        :: else -> break
        od;
        assert(inserted == MESSAGES * N)
    }
}
