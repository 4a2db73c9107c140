// SPDX-License-Identifier: Apache-2.0
// How many states and transitions some scenarios have, in whichever build.
#pragma once

#include <cstdint>

namespace heddle {

struct PinnedCount {
    const char* scenario;
    std::uint64_t states;
    std::uint64_t transitions;
};

// Pinned: a change of these is a change of the model or of the engine, to be explained.
constexpr PinnedCount pinned_counts[] = {
    {"nr-mlock-leak-pagevec/fixed", 113, 176},
    {"nr-mlock-leak-isolated/fixed", 691, 1161},
    {"clean-3-munlock-putback-drain", 2838, 6548},
    {"clean-4-munlock-putback-clear-drain", 41307, 121615},
    {"clean-4-munlock-three-isolators", 871001, 2722071},
    {"shmlock-user-lock-irq/fixed", 4320, 11212},
    {"clean-2-shm-lock-interrupt", 322, 534},
    {"shm-unlock-stranded/fixed", 40, 39},
    {"putback-recheck-shm/fixed", 1220, 2247},
    {"clean-2-shm-lock-two-users/seed", 641, 1044},
    {"clean-2-shm-unlock-destroy", 635, 1108},
    {"clean-3-shm-lock-unlock-destroy/seed", 506, 992},
    {"clean-3-shm-relock-cull", 2894, 6997},
    {"clean-2-exit-reclaim", 32900, 62406},
    {"clean-2-mlock-reclaim/anonymous", 22341, 42540},
    {"clean-3-munlock-mlock-reclaim", 52685, 127663},
    {"clean-3-two-swap-ins", 2499136, 6660926},
    {"vma-merge-case-8/fixed", 15608, 30511},
    {"nr-mlock-leak-migrated/fixed", 16302, 28403},
    {"munlock-passes-migration-entry/fixed", 283853, 648903},
    {"clean-3-migrate-munlock-mlock", 424004, 1061550},
    {"clean-3-migrate-exit-drain", 3502672, 8414120},
    {"clean-2-migrate-file-fault", 773437, 1470073},
    {"clean-2-migrate-cow", 842353, 1642497},
    {"clean-2-compact-munlock-shared", 353677, 680585},
    {"clean-2-mprotect-munlock-shared", 8682, 16476},
    {"clean-2-truncate-munlock-shared", 18088, 34153},
    {"clean-3-truncate-munlock-reclaim", 234045, 502498},
    {"clean-2-stack-growth-twice", 18488, 33669},
    {"clean-2-ksm-migrate", 929784, 1768705},
    {"clean-3-ksm-munlock-migrate", 2921351, 7602877},
};

}  // namespace heddle
