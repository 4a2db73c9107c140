// SPDX-License-Identifier: Apache-2.0
// The smallest scenario that still fails in the same way.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "checker/search.h"
#include "scenarios/toml_table.h"

namespace heddle {

struct ShrinkOptions {
    double seconds = 60;  // for all candidates; 0: no limit
    std::uint64_t states =
        1'000'000;  // of each candidate; 0: no limit. One with more is left alone
    std::function<void(const std::string& what)> on_taken = {};  // what has gone
};

struct Shrunk {
    toml::table document;
    std::string claim;        // what it breaks
    unsigned candidates = 0;  // how many were looked at
    unsigned taken = 0;
    bool complete = false;  // nothing more can be taken away alone; else the time ran out, or
                            // searches were interrupted
};

struct NotShrunk {
    std::string why;
    bool undecided = false;  // a limit was reached, or searches were interrupted, before it was
                             // known whether and how the scenario fails
};

// Takes away from a document of one scenario, without variants, what it fails without. Each
// candidate is read as any file and checked in a process of its own: one that is malformed, that
// breaks another claim or none, that has too many states or that makes the process end is left
// alone. Why not, if the document does not fail.
std::variant<Shrunk, NotShrunk> shrink(const toml::table& document, const ShrinkOptions& options);

}  // namespace heddle
