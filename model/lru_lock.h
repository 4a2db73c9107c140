// SPDX-License-Identifier: Apache-2.0
// The layouts of lru_lock by name, and what a builder of machines needs for them.
#pragma once

#include <array>

#include "model/machine.h"

namespace heddle {

struct LruLockLayoutInfo {
    lru_lock_layout layout;
    const char* name;
    const char* meaning;  // which lock is whose
};

inline constexpr std::array lru_lock_layouts = {
    LruLockLayoutInfo{lru_lock_layout::node, "node", "one for each node, as the seed"},
    LruLockLayoutInfo{lru_lock_layout::zone, "zone", "one for each zone, as before the seed"},
    LruLockLayoutInfo{lru_lock_layout::lruvec, "lruvec",
                      "lists and a lock for each zone and process, as memory cgroups since v5.11"},
    LruLockLayoutInfo{lru_lock_layout::page_hash, "page-hash",
                      "one of several by the page's number, while lists are those of a zone"}};

// Null if there is none of that name.
const LruLockLayoutInfo* find_lru_lock_layout(const char* name);

// How many lru_locks a machine of this layout, with its nodes, zones and memory cgroups, has;
// `page_hash_locks` in the layout page_hash.
unsigned count_lru_locks(const struct machine& machine, unsigned page_hash_locks);

}  // namespace heddle
