/* SPDX-License-Identifier: Apache-2.0 */
/* scenarios/engine/readers.cpp: one task writes what N others read. */
#ifndef N
#define N 4
#endif

bit x;
byte seen[2];

proctype write() { x = 1 }

proctype read() { seen[x]++ }

init {
    byte i;
    atomic {
        run write();
        do
        :: i < N -> run read(); i++
        :: else -> break
        od
    };
    _nr_pr == 1;
    assert(seen[0] + seen[1] == N)
}
