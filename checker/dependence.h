// SPDX-License-Identifier: Apache-2.0
// Which operations commute. Knowing what an operation does to its word, and not only that it
// writes, makes more of them independent than reads.
#pragma once

#include "checker/sync/operation.h"

namespace heddle {

// Whether the order of two operations of different tasks can make a difference to the world, to
// what either task sees, or to whether the other can be done at all. Symmetric. Two operations
// that do not conflict and can both be done lead to the same state in both orders:
//   - they have no object, or different ones, or different bits of one;
//   - both only read (a wait reads);
//   - both add, both set bits, or both clear bits, and nobody sees a result;
//   - both take or give back a lock that several may hold.
// What a task does under a lock beside its operations is ordered by the lock. Preemption is not
// looked at: tasks of one CPU are dependent in all they do (Execution::share_cpu()).
// Source: Katz and Peled, Defining Conditional Independence Using Collapses, TCS 1992.
bool conflict(const Operation& one, const Operation& other);

}  // namespace heddle
