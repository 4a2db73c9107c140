// SPDX-License-Identifier: Apache-2.0
// Where the invariants come from, for readers. The table says what model/README.md says, which a
// test compares.
#pragma once

#include <span>
#include <string>

namespace heddle {

// A row for each name under which the model breaks off: those of invariants() and of
// invariants_of_paths().
struct InvariantSource {
    const char* id;
    const char* statement;
    const char* moment;     // when it is asked
    const char* authority;  // what of the kernel, or of its manual, says that it must hold
};

std::span<const InvariantSource> invariant_sources();

// Null if there is none of that name.
const InvariantSource* source_of(const std::string& id);

}  // namespace heddle
