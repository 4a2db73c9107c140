// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lru_lock_words.h"

#include "model/lru_lock.h"

namespace heddle {

std::string read_lru_lock(const TomlTable& machine) {
    std::string by_default = MachineWords().lru_lock;
    const Word layout = machine.text("lru_lock", by_default);
    if (find_lru_lock_layout(layout.text.c_str()) != nullptr) {
        return layout.text;
    }
    std::string known;
    for (const LruLockLayoutInfo& info : lru_lock_layouts) {
        known += std::string(known.empty() ? "" : ", ") + info.name;
    }
    machine.wrong(layout.place, "'lru_lock' is '" + layout.text + "'; expected one of: " + known);
    return by_default;
}

}  // namespace heddle
