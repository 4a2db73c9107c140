// SPDX-License-Identifier: Apache-2.0
#include "model/lru_lock.h"

#include <cstring>

namespace heddle {

const LruLockLayoutInfo* find_lru_lock_layout(const char* name) {
    for (const LruLockLayoutInfo& info : lru_lock_layouts) {
        if (std::strcmp(info.name, name) == 0) {
            return &info;
        }
    }
    return nullptr;
}

unsigned count_lru_locks(const struct machine& machine, unsigned page_hash_locks) {
    switch (machine.lru_lock_layout) {
        case lru_lock_layout::node:
            return machine.nr_nodes;
        case lru_lock_layout::zone:
            return machine.nr_zones;
        case lru_lock_layout::lruvec:
            return machine.nr_zones * machine.nr_mem_cgroups;
        case lru_lock_layout::page_hash:
            break;
    }
    return page_hash_locks;
}

}  // namespace heddle
