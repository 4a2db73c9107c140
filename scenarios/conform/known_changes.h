// SPDX-License-Identifier: Apache-2.0
// Where kernels since July 2016 are known to do other than the model.
#pragma once

#include <span>
#include <string>

#include "scenarios/conform/difference.h"

namespace heddle {

// A change that sequences of calls can tell, and that the model has no Fix for.
struct KnownChange {
    const char* name;
    const char* version;   // the first kernel with it
    const char* upstream;  // commit and subject; or what there is to say instead
    const char* what;
    // A sequence whose last call shows it, and what that call returns without and with the change.
    const char* sequence;
    int model;
    int host;
    bool (*explains)(const Difference& difference);
};

std::span<const KnownChange> known_changes();

// The first that explains the difference; null if none does.
const KnownChange* explanation_of(const Difference& difference);

}  // namespace heddle
