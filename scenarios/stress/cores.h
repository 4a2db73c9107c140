// SPDX-License-Identifier: Apache-2.0
// Which core a thread runs on.
#pragma once

namespace heddle {

// Cores that this process may use, at least 1.
unsigned cores_allowed();

// Binds the calling thread to the i-th of them, counted round. Without effect where the system
// refuses.
void pin_to_core(unsigned i);

// Lets it run on any of them again.
void unpin();

}  // namespace heddle
