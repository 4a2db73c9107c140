// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/silent_claims.h"

#include <algorithm>
#include <array>

namespace heddle {

namespace {

constexpr const char* holders = "who holds a reference is ghost state";
constexpr const char* history = "what has happened before is ghost state";
constexpr const char* on_the_way = "what is still on its way is ghost state";
constexpr const char* in_a_path = "a path asserts it of ghost state, in the step it belongs to";
constexpr const char* of_locks = "it is about locks that a thread does not remember";

constexpr std::array invariants_without_ghosts = {
    SilentClaim{"B1'", on_the_way},
    SilentClaim{"B1-excess", history},
    SilentClaim{"C1'", on_the_way},
    SilentClaim{"D1", holders},
    SilentClaim{"D1-kinds", holders},
    SilentClaim{"D4", "nobody has a page isolated once all tasks have ended: settle_ghosts()"},
    SilentClaim{"D5", holders},
    SilentClaim{"E1'", history},
    SilentClaim{"F1", "whether a segment is gone is ghost state"},
    SilentClaim{"F4", "whether a segment is gone is ghost state"},
    SilentClaim{"F5", history},
    SilentClaim{"H1", history},
    SilentClaim{"H2", history},
    SilentClaim{"H3", history},
    SilentClaim{"H4", history},
    SilentClaim{"H5", history},
    SilentClaim{"H6", history},
    SilentClaim{"H7", history},
    SilentClaim{"H8", history},
    SilentClaim{"R2", history},
};

// Of invariants_of_paths(), those whose assertions stand inside ghost(); and rules of the engine.
constexpr std::array elsewhere = {
    SilentClaim{"B9", in_a_path},
    SilentClaim{"B10", in_a_path},
    SilentClaim{"D6", in_a_path},
    SilentClaim{"D7", in_a_path},
    SilentClaim{"D8", in_a_path},
    SilentClaim{"E4", in_a_path},
    SilentClaim{"E5", in_a_path},
    SilentClaim{"L5", in_a_path},
    SilentClaim{"L10", in_a_path},
    SilentClaim{"L11", in_a_path},
    SilentClaim{"L12", in_a_path},
    SilentClaim{"MEM", in_a_path},
    SilentClaim{"R1", in_a_path},
    SilentClaim{"R4", in_a_path},
    SilentClaim{"lock-order", of_locks},
    SilentClaim{"lock-irq", of_locks},
    SilentClaim{"lock-held-at-exit", of_locks},
};

// README.md says why; with the checker they come about, too.
struct Aftermath {
    const char* hidden;
    const char* seen;
};

constexpr std::array aftermaths = {
    Aftermath{"B9", "B6"},        // what munlock has left marked still is, in the end
    Aftermath{"C1'", "C1"},       // what nobody will look at is still stranded
    Aftermath{"D6", "deadlock"},  // the last reference takes lru_lock, which its own task holds
    Aftermath{"E3", "E6"},  // what was locked without being counted is subtracted all the same
};

}  // namespace

std::span<const SilentClaim> silent_invariants() { return invariants_without_ghosts; }

const char* why_silent(const std::string& claim) {
    for (const std::span<const SilentClaim> rows :
         {silent_invariants(), std::span<const SilentClaim>(elsewhere)}) {
        const auto found = std::find_if(rows.begin(), rows.end(),
                                        [&](const SilentClaim& row) { return claim == row.id; });
        if (found != rows.end()) {
            return found->why;
        }
    }
    return nullptr;
}

bool may_end_in(const std::string& hidden, const std::string& seen) {
    return std::any_of(aftermaths.begin(), aftermaths.end(), [&](const Aftermath& row) {
        return hidden == row.hidden && seen == row.seen;
    });
}

}  // namespace heddle
