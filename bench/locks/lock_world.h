// SPDX-License-Identifier: Apache-2.0
// A machine of the model on real threads: one node with two zones, a process and a CPU for each of
// its tasks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/machine.h"

namespace heddle {

struct LockWorldSize {
    lru_lock_layout layout = lru_lock_layout::node;
    unsigned tasks = 1;          // each has a CPU and a process
    unsigned pages = 32;         // of each process, or of the file that all map; at most 64
    unsigned pagevec_size = 14;  // 1 to PAGEVEC_SIZE
    unsigned spare_pages = 0;    // for migration and new faults
    bool shared_file = false;    // all processes map one file
    bool huge = false;           // faults give huge pages of eight
};

// How many pages a machine of this size has; pages_max at most.
unsigned lock_world_pages(const LockWorldSize& size);

// Without a page in use: tasks map and touch theirs (set_up_process()).
class LockWorld {
  public:
    explicit LockWorld(const LockWorldSize& size);

    struct machine* machine() {
        return &machine_;
    }

    // Has the lru_locks tell `meter` of everything that is done with them.
    void measure(const LockMeter& meter);

    // How often an lru_lock has been taken since then, by what its holders wrote into it.
    std::uint32_t times_taken() const;

  private:
    template <class T>
    T* array(std::size_t count);

    void build_lists(const LockWorldSize& size);
    void build_processes(const LockWorldSize& size);
    void build_pages(const LockWorldSize& size);
    void build_cpus(const LockWorldSize& size);
    void init_locks();

    struct machine machine_ = {};
    std::vector<std::shared_ptr<void>> memory_;
};

// Maps the calling task's range, from address 0, and touches each page of it. Processes do this one
// after the other, so that each gets pages of one zone: the first of zone 0, the next of zone 1.
void set_up_process(const LockWorldSize& size);

// Puts all pages that wait in a pagevec of this task's CPU on their lists.
void settle_cpu();

// The first invariant of the model that does not hold, and both sides; empty if all do. Of those
// that read no ghost state. No task may be running, and every CPU must have settled.
std::string broken_invariant();

}  // namespace heddle
