/* SPDX-License-Identifier: Apache-2.0 */
/* scenarios/engine/lastzero.cpp: each task writes one more than what it reads from the element before
   its own; another looks for the last zero. */
#ifndef N
#define N 4
#endif

byte a[N + 1];

proctype extend(byte j) {
    byte seen;
    seen = a[j - 1];
    d_step { a[j] = seen + 1; seen = 0 }
}

proctype scan() {
    byte i = N;
    do
    :: atomic { a[i] != 0 -> i-- }
    :: atomic { a[i] == 0 -> i = 0; break }
    od
}

init {
    byte i;
    atomic {
        run scan();
        i = 1;
        do
        :: i <= N -> run extend(i); i++
        :: else -> break
        od
    };
    _nr_pr == 1;
    d_step {
        i = 1;
        do
        :: i <= N -> assert(a[i] == 1 || a[i] == a[i - 1] + 1); i++
        :: else -> break
        od
    }
}
