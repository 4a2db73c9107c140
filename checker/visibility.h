// SPDX-License-Identifier: Apache-2.0
// Which operations a claim can tell apart. A reduction that asks both conflict() and this one
// visits every state that differs for a claim.
#pragma once

#include <vector>

#include "checker/execution.h"

namespace heddle {

// Claims of Moment::always and Moment::sometimes read the world between two steps. Two operations
// that both may change what one of them reads must not be swapped, although they commute.
//   - A claim says with Claim::watches what it reads: operations that write these bits are visible
//     to it.
//   - A claim that does not say so may read what tasks write between two operations too (data
//     under a lock, a result they keep): every operation is visible to it.
//   - Whether a task is idle changes with any of its operations: with a claim of Moment::idle every
//     operation is visible.
// Claims of Moment::finally read final states only and make nothing visible.
class Visibility {
  public:
    explicit Visibility(const Execution& execution);

    // Whether a claim reads states on the way, so that they must be looked at.
    bool has_claims() const { return sees_all_ || !claims_.empty(); }

    // Whether both operations are visible to one claim. Symmetric.
    bool conflict(const Operation& one, const Operation& other) const;

  private:
    bool sees_all_ = false;
    std::vector<const Claim*> claims_ = {};  // those with Claim::watches
};

}  // namespace heddle
