// SPDX-License-Identifier: Apache-2.0
// Random sequences of system calls, compared between the model and an oracle, and made small when
// the two disagree.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "scenarios/conform/syscall_text.h"
#include "scenarios/conform/syscall_world.h"
#include "tests/syscall_oracle.h"

namespace heddle {

using MakeOracle = std::function<std::unique_ptr<SyscallOracle>()>;

// Oracle and model, side by side.
class SyscallComparison {
  public:
    SyscallComparison(const SyscallWorldSize& size, MakeOracle make_oracle);

    // An oracle for this size of the world.
    static MakeOracle oracle_of(const SyscallWorldSize& size, const SeedDeviations& deviations);

    // Does the calls in both worlds and compares after each. What they disagree in, with the calls
    // so far; empty if they agree. Leaves out calls that no living process makes, and those for
    // which memory or vmas could run out.
    std::string compare(const SyscallSequence& sequence);

    // The smallest part of it that still disagrees.
    SyscallSequence shrink(const SyscallSequence& sequence);

    // Calls that have been compared so far, and sequences that ended for want of a vma.
    unsigned long calls() const { return calls_; }
    unsigned long starved() const { return starved_; }

  private:
    bool can_be_made(const SyscallOracle& oracle, const SystemCall& call, const VmaCut& cut) const;
    bool lacks_vmas(const SystemCall& call, const VmaCut& cut) const;
    void set_limits(SyscallOracle& oracle, const SyscallSequence& sequence);
    std::string difference(const SyscallOracle& oracle) const;
    std::string half_done(const SyscallOracle& before, const SyscallOracle& after) const;

    SyscallWorld world_;
    MakeOracle make_oracle_;
    unsigned long calls_ = 0;
    unsigned long starved_ = 0;
};

}  // namespace heddle
