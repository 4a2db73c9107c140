// SPDX-License-Identifier: Apache-2.0
// Random sequences of system calls, compared between the model and an oracle, and made small when
// the two disagree.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/syscall_oracle.h"
#include "tests/syscall_world.h"

namespace heddle {

struct ProcessLimits {
    std::uint64_t limit = unlimited;
    bool capable = false;
};

struct SyscallSequence {
    std::array<ProcessLimits, 2> limits = {};
    std::vector<SystemCall> calls = {};
};

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

    // A sequence that still disagrees, from which no call can be taken and in which no number can
    // be made simpler.
    SyscallSequence shrink(SyscallSequence sequence);

    // Calls that have been compared so far.
    unsigned long calls() const { return calls_; }

  private:
    bool can_be_made(const SyscallOracle& oracle, const SystemCall& call, const VmaCut& cut) const;
    std::string difference(const SyscallOracle& oracle) const;

    SyscallWorld world_;
    MakeOracle make_oracle_;
    unsigned long calls_ = 0;
};

// The call as a step of a scenario file: "mlock 0 2".
std::string step_text(const SystemCall& call);

// The sequence as a scenario file; `results` are those of its calls. Calls of two processes have no
// order there: a comment tells it.
std::string scenario_text(const SyscallSequence& sequence, const std::vector<int>& results,
                          const SyscallWorldSize& size);

}  // namespace heddle
