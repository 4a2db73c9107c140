// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/placement.h"

#include <hwloc.h>
#include <sched.h>

#include <algorithm>
#include <map>
#include <memory>

namespace heddle {

namespace {

struct Processor {
    unsigned number;
    unsigned core;   // each of these by its index among its kind
    unsigned cache;  // of the last level
    unsigned socket;
    unsigned in_core;    // how many of its core come before it
    unsigned in_socket;  // how many cores of its socket come before its core
};

unsigned index_of_ancestor(hwloc_topology_t topology, hwloc_obj_t unit, hwloc_obj_type_t type) {
    const hwloc_obj_t ancestor = hwloc_get_ancestor_obj_by_type(topology, type, unit);
    return ancestor == nullptr ? 0 : ancestor->logical_index;
}

unsigned last_cache_of(hwloc_topology_t topology, hwloc_obj_t unit) {
    for (const hwloc_obj_type_t level : {HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L2CACHE}) {
        if (hwloc_get_nbobjs_by_type(topology, level) > 0) {
            return index_of_ancestor(topology, unit, level);
        }
    }
    return index_of_ancestor(topology, unit, HWLOC_OBJ_PACKAGE);
}

std::vector<Processor> processors_of(hwloc_topology_t topology) {
    std::vector<Processor> processors;
    std::map<unsigned, unsigned> seen_in_core;
    std::map<unsigned, unsigned> cores_in_socket;
    const int count = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
    for (int i = 0; i < count; ++i) {
        const hwloc_obj_t unit =
            hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, static_cast<unsigned>(i));
        Processor processor = {};
        processor.number = unit->os_index;
        processor.core = index_of_ancestor(topology, unit, HWLOC_OBJ_CORE);
        processor.cache = last_cache_of(topology, unit);
        processor.socket = index_of_ancestor(topology, unit, HWLOC_OBJ_PACKAGE);
        processor.in_core = seen_in_core[processor.core]++;
        processor.in_socket = processor.in_core == 0 ? cores_in_socket[processor.socket]++
                                                     : cores_in_socket[processor.socket] - 1;
        processors.push_back(processor);
    }
    return processors;
}

template <class Key>
unsigned count_different(const std::vector<Processor>& processors, Key key) {
    std::map<unsigned, bool> seen;
    for (const Processor& processor : processors) {
        seen[key(processor)] = true;
    }
    return static_cast<unsigned>(seen.size());
}

// Those of the first core, of the first cache, of all.
std::vector<unsigned> order_of(std::vector<Processor> processors, Placement placement) {
    const Processor first = processors.front();
    if (placement == Placement::same_core) {
        std::erase_if(processors, [&](const Processor& p) { return p.core != first.core; });
    } else {
        std::erase_if(processors, [](const Processor& p) { return p.in_core != 0; });
    }
    if (placement == Placement::same_cache) {
        std::erase_if(processors, [&](const Processor& p) { return p.cache != first.cache; });
    }
    if (placement == Placement::spread) {
        std::stable_sort(
            processors.begin(), processors.end(),
            [](const Processor& a, const Processor& b) { return a.in_socket < b.in_socket; });
    }
    std::vector<unsigned> order;
    order.reserve(processors.size());
    for (const Processor& processor : processors) {
        order.push_back(processor.number);
    }
    return order;
}

}  // namespace

HostTopology host_topology() {
    HostTopology host;
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) {
        return host;
    }
    const std::unique_ptr<hwloc_topology, void (*)(hwloc_topology_t)> topology(
        raw, hwloc_topology_destroy);
    if (hwloc_topology_load(raw) != 0) {
        return host;
    }
    const std::vector<Processor> processors = processors_of(raw);
    if (processors.empty()) {
        return host;
    }
    host.processors = static_cast<unsigned>(processors.size());
    host.cores = count_different(processors, [](const Processor& p) { return p.core; });
    host.sockets = count_different(processors, [](const Processor& p) { return p.socket; });
    for (const PlacementInfo& info : placements) {
        host.order[static_cast<std::size_t>(info.placement)] = order_of(processors, info.placement);
    }
    return host;
}

bool run_on_processor(unsigned processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof(set), &set) == 0;
}

}  // namespace heddle
