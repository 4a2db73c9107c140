// SPDX-License-Identifier: Apache-2.0
// Ghost state on threads, where no path keeps it up.
#pragma once

namespace heddle {

// Sets what of the machine's ghost state follows from the rest once no task is inside any path: the
// free pages are those that the allocator has, and nobody has a page isolated. The epilogue and
// claims go by it.
void settle_ghosts();

}  // namespace heddle
