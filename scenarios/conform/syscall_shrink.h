// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "scenarios/conform/system_call.h"

namespace heddle {

// A sequence for which `still_fails` holds as it does for this one, from which no call can be taken
// and in which no number can be made simpler.
SyscallSequence shrink_sequence(SyscallSequence sequence,
                                const std::function<bool(const SyscallSequence&)>& still_fails);

}  // namespace heddle
