// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "checker/arena.h"
#include "checker/sync/operation.h"

namespace heddle {

// Looks for words among the arena's first `bytes` bytes that are addresses of the checker's own
// writable memory (heap, thread-local storage, stack): such memory is not rewound. A word that is
// one by chance is reported too; none of the model's numbers are that large. O(bytes).
std::optional<Failure> find_foreign_pointer(const Arena& arena, std::size_t bytes);

}  // namespace heddle
