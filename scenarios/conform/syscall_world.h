// SPDX-License-Identifier: Apache-2.0
// Two processes of the model that make system calls one at a time, for comparison with the oracle.
#pragma once

#include <optional>
#include <string>

#include "checker/execution.h"
#include "model/fixes.h"
#include "scenarios/conform/system_call.h"

namespace heddle {

struct SyscallWorldSize {
    unsigned user_pages = 8;
    unsigned cpus = 2;  // process 0 runs on the first, process 1 on the last
    unsigned pagevec_size = 2;
    unsigned int_bits = 32;
    unsigned nr_vmas = 16;
    unsigned long fixes = seed_fixes();

    // Physical pages that calls may fill before they could run out: of 16, one is for a copy in the
    // making, and freed pages may wait in two pagevecs of each CPU.
    unsigned pages_usable() const { return 15 - cpus * 2 * (pagevec_size - 1); }
};

// One per process at a time.
class SyscallWorld {
  public:
    explicit SyscallWorld(const SyscallWorldSize& size);

    const SyscallWorldSize& size() const { return size_; }

    // Goes back to the start: process 0 lives and is empty, process 1 does not live.
    void reset();
    // Of process 0; a fork inherits them.
    void set_limits(const ProcessLimits& limits);

    // What the call returns; no value if an assertion of a path failed, see what_is_wrong().
    std::optional<int> call(const SystemCall& call);

    // A failed assertion or a broken invariant, in words; empty if all is well. Invariants that the
    // seed is known to break are looked at in their weaker form. Nothing runs.
    std::string what_is_wrong();

    // Empties all pagevecs, after which more invariants must hold.
    void drain();

    VmaCut cut(unsigned process) const;
    unsigned vmas_free() const;

    // As the oracle tells it; the content of a page of its own is first_own_page + its page number.
    ProcessView observe(unsigned process) const;
    unsigned total_vm(unsigned process) const;

  private:
    // What the two tasks do when they are next chosen, and how it ended.
    struct Orders {
        SystemCall call;
        bool drain = false;
        int result = 0;
    };

    [[noreturn]] static void obey(Orders& orders);
    static Scenario scenario(const SyscallWorldSize& size, Orders& orders);
    bool run(unsigned process);

    SyscallWorldSize size_;
    Orders orders_;
    Execution execution_;
    Mark start_;
};

}  // namespace heddle
