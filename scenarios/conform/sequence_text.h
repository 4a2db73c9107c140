// SPDX-License-Identifier: Apache-2.0
// A sequence of calls in one line: "limit 4; A mmap 0 2; A mlock 0 1; A fork B; B touch 0 write".
#pragma once

#include <string>
#include <variant>

#include "scenarios/conform/system_call.h"

namespace heddle {

// "limit 4" (pages of RLIMIT_MEMLOCK) and "capable" (CAP_IPC_LOCK) come first, if need be.
std::string sequence_text(const SyscallSequence& sequence);

// "A mlock 0 1".
std::string call_text(const SystemCall& call);

// The sequence, or what is wrong and where.
std::variant<SyscallSequence, std::string> parse_sequence(const std::string& text);

}  // namespace heddle
