// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/machine_shape.h"

#include <charconv>

#include "bench/analysis/input_error.h"

namespace heddle::bench {

namespace {

void read_number(const Measurements& measurements, const std::string& name, unsigned& number) {
    const auto found = measurements.context.find(name);
    if (found == measurements.context.end()) {
        return;
    }
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0) {
        throw InputError(measurements.file + ": context." + name + ": '" + text +
                         "'; expected a number above 0");
    }
}

}  // namespace

MachineShape measured_shape(const Measurements& measurements) {
    MachineShape shape;
    read_number(measurements, "nodes", shape.nodes);
    read_number(measurements, "zones", shape.zones);
    read_number(measurements, "mem_cgroups", shape.mem_cgroups);
    read_number(measurements, "page_hash_locks", shape.page_hash_locks);
    return shape;
}

unsigned nr_lru_locks(const std::string& layout, const MachineShape& shape, unsigned cores) {
    if (layout.empty()) {
        return 1;
    }
    if (layout == "node") {
        return shape.nodes;
    }
    if (layout == "zone") {
        return shape.nodes * shape.zones;
    }
    if (layout == "lruvec") {
        return shape.nodes * shape.zones * (shape.mem_cgroups == 0 ? cores : shape.mem_cgroups);
    }
    if (layout == "page-hash") {
        return shape.nodes * shape.page_hash_locks;
    }
    throw InputError("layout '" + layout + "'; expected node, zone, lruvec or page-hash");
}

bool has_own_lock(const std::string& layout, const std::string& workload) {
    return layout != "page-hash" && workload != "shared";
}

LockPolicy policy_of(const std::string& lock) {
    return lock == "ticket" || lock == "queued" ? LockPolicy::fifo : LockPolicy::random;
}

}  // namespace heddle::bench
