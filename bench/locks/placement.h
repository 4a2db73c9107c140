// SPDX-License-Identifier: Apache-2.0
// On which processors the threads of a storm run, by the host's topology.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace heddle {

enum class Placement : unsigned char {
    same_core,   // hardware threads of one core
    same_cache,  // cores that share the last level of cache, one thread each
    spread       // cores as far from each other as can be: sockets in turns, then caches
};

struct PlacementInfo {
    Placement placement;
    const char* name;
    const char* needs;  // what a host must have more of
};
inline constexpr std::array placements = {
    PlacementInfo{Placement::same_core, "core", "hardware threads in a core"},
    PlacementInfo{Placement::same_cache, "cache", "cores that share a cache"},
    PlacementInfo{Placement::spread, "spread", "cores"}};

// Of the processors that this process may use.
struct HostTopology {
    unsigned sockets = 0;
    unsigned cores = 0;
    unsigned processors = 0;  // hardware threads

    // The operating system's numbers, by placement: who comes first, second, ...
    std::array<std::vector<unsigned>, placements.size()> order;

    const std::vector<unsigned>& of(Placement placement) const {
        return order[static_cast<std::size_t>(placement)];
    }
};

// Asks hwloc. Empty orders and 0 if it cannot tell.
HostTopology host_topology();

// Binds the calling thread. False if the system refuses.
bool run_on_processor(unsigned processor);

}  // namespace heddle
