// SPDX-License-Identifier: Apache-2.0
// Random sequences of system calls on the model and on the host.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/conform/difference.h"
#include "scenarios/conform/host_facts.h"
#include "scenarios/conform/model_side.h"

namespace heddle {

struct ConformOptions {
    std::uint64_t sequences = 1000;
    unsigned calls_max = 12;  // of a sequence
    std::uint64_t seed = 1;
    double seconds_max = 0;                              // 0: no limit
    std::optional<SyscallSequence> only = std::nullopt;  // this one and no other
};

// Why model and host differ, if that is known.
struct ConformReason {
    std::string name = {};
    std::string version = {};
    std::string upstream = {};
    std::string what = {};
};

struct ConformResult {
    struct Known {
        ConformReason reason = {};
        unsigned long count = 0;
        Difference first = {};
    };

    struct Unexplained {
        std::uint64_t sequence = 0;  // which of the seed's, from 1
        std::size_t calls = 0;       // that it had before it was made small
        Difference difference = {};
    };

    std::uint64_t sequences = 0;
    unsigned long calls = 0;  // compared
    double seconds = 0;
    std::map<std::string, Known> known = {};  // by name
    std::vector<Unexplained> unexplained = {};
    std::vector<std::string> broken = {};  // mistakes of the model by itself
    bool interrupted = false;
};

// Compares until there are enough sequences, the time is up, five differences are not explained, or
// searches are interrupted. `told` is called after each sequence. HostError: see HostSide.
ConformResult compare_many(ModelWorld& world, ConformSide& host, const HostFacts& facts,
                           const ConformOptions& options,
                           const std::function<void(const ConformResult&)>& told);

}  // namespace heddle
