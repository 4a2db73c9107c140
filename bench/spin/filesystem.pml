/* SPDX-License-Identifier: Apache-2.0 */
/* scenarios/engine/filesystem.cpp: N tasks give their files a free block each, under a lock per file
   and per block. */
#ifndef N
#define N 3
#endif

#define INODES 32
#define BLOCKS 26

bool inode_lock[INODES];
byte inode[INODES]; /* its block, counted from 1; 0 is none */
bool block_lock[BLOCKS];
bool busy[BLOCKS];

inline acquire(lock) { atomic { !lock -> lock = true } }

proctype write_file(byte i) {
    byte block;
    bool is_busy;
    acquire(inode_lock[i]);
    if
    :: inode[i] == 0 ->
        block = i * 2 % BLOCKS;
next:
        acquire(block_lock[block]);
        is_busy = busy[block];
        if
        :: is_busy ->
            block_lock[block] = false;
            atomic { is_busy = false; block = (block + 1) % BLOCKS };
            goto next
        :: else
        fi;
        busy[block] = true;
        block_lock[block] = false;
        atomic { inode[i] = block + 1; block = 0 }
    :: else
    fi;
    inode_lock[i] = false
}

init {
    byte i;
    byte j;
    atomic {
        do
        :: i < N -> run write_file(i % INODES); i++
        :: else -> break
        od
    };
    _nr_pr == 1;
    d_step {
        i = 0;
        do
        :: i < N ->
            assert(inode[i] != 0);
            j = 0;
            do
            :: j < i -> assert(inode[i] != inode[j]); j++
            :: else -> break
            od;
            i++
        :: else -> break
        od
    }
}
