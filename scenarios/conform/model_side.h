// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "scenarios/conform/side.h"
#include "scenarios/conform/syscall_world.h"

namespace heddle {

// Changes since the seed that a single process can tell. The modern kernel has them all; those that
// only a race shows are in as far as invariants need them.
constexpr unsigned long modern_fixes() {
    return seed_fixes() | fix_bit(Fix::munlock_counts_cleared_flags) |
           fix_bit(Fix::mlock_fixup_counts_once) | fix_bit(Fix::mlock_fixup_counts_in_long) |
           fix_bit(Fix::do_mlock_subtracts_overlap) | fix_bit(Fix::mlockall_refuses_onfault_alone);
}

// The one world there may be at a time, built anew for a side of another version.
class ModelWorld {
  public:
    SyscallWorld& of_version(unsigned long fixes);

  private:
    std::optional<SyscallWorld> world_;
};

class ModelSide final : public ConformSide {
  public:
    ModelSide(ModelWorld& world, unsigned long fixes) : world_(world), fixes_(fixes) {}

    // Ends before a call for which the model may lack vmas, or that used its memory up.
    SideRun run(const SyscallSequence& sequence) override;

    unsigned long fixes() const { return fixes_; }

  private:
    ModelWorld& world_;
    unsigned long fixes_;
};

}  // namespace heddle
