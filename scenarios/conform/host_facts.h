// SPDX-License-Identifier: Apache-2.0
// What this host lets be compared.
#pragma once

#include <string>
#include <vector>

#include "scenarios/conform/host_side.h"

namespace heddle {

struct HostFacts {
    std::string blocked = {};  // why nothing can be compared; empty: something can

    struct LeftOut {
        SystemCallName call = SystemCallName::mlock;
        std::string why = {};
    };
    std::vector<LeftOut> left_out = {};  // calls that fail whatever their arguments

    std::uint64_t limit_max = unlimited;  // of RLIMIT_MEMLOCK, in pages of the model
    bool may_be_capable = false;          // a process can have CAP_IPC_LOCK
    bool tells_onfault = false;           // VmFlags has "lf"
};

// Tries out every call with arguments that must do.
HostFacts probe_host(const HostOptions& options);

// The sequence without what this host cannot do: calls left out, special mappings, capabilities and
// limits that an unprivileged process does not get.
SyscallSequence fit_to_host(SyscallSequence sequence, const HostFacts& facts);

}  // namespace heddle
