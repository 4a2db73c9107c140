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

// Pinned: a change of these is a change of the model or of the engine, to be explained. All that
// pass and are `large`, the largest first; then some of each kind of what is small.
constexpr PinnedCount pinned_counts[] = {
    {"clean-3-migrate-exit-drain", 3613057, 8679545},
    {"clean-3-ksm-munlock-migrate", 2925689, 7615006},
    {"clean-3-two-swap-ins", 2499136, 6660926},
    {"clean-2-thp-reclaim-mlock", 1272645, 2516664},
    {"clean-2-ksm-migrate", 930513, 1770159},
    {"bakery/correct-with-three", 283293, 689403},
    {"clean-4-munlock-three-isolators", 871001, 2722071},
    {"clean-2-truncate-migrate", 846437, 1653732},
    {"clean-2-migrate-cow", 842353, 1642497},
    {"clean-2-migrate-file-fault", 773437, 1470073},
    {"clean-3-migrate-munlock-touch", 769804, 2090702},
    {"clean-3-thp-split-munlock-unmap", 611798, 1361359},
    {"clean-2-thp-collapse-isolate", 545061, 1061578},
    {"clean-3-truncate-mlock-fault", 490106, 1054373},
    {"clean-3-thp-offline-munlock-drain", 523129, 1080565},
    {"clean-3-migrate-munlock-mlock", 463714, 1173689},
    {"clean-3-thp-split-munlock-touch-order-2", 567931, 1144940},
    {"clean-2-compact-munlock-shared", 362544, 698006},
    {"clean-3-thp-fork-munlock-isolate", 351184, 994171},
    {"clean-2-migrate-exit", 330878, 588174},
    {"munlock-passes-migration-entry/fixed", 283853, 648903},
    {"clean-3-thp-file-pte-munlock-isolate", 251082, 696830},
    {"clean-3-cow-munlock-isolate", 281691, 780766},
    {"clean-3-thp-munlock-isolate-unmap", 245533, 538294},
    {"clean-3-truncate-munlock-reclaim", 234045, 502498},
    {"clean-2-migrate-swap-in", 209637, 396241},
    {"clean-3-truncate-munlock-isolate", 168728, 350664},
    {"clean-2-thp-writes/zero-page", 637564, 1198536},
    {"clean-2-thp-munlock-mlock-half", 285682, 560674},
    {"clean-3-thp-munlock-munlock-isolate", 161529, 446494},
    {"clean-2-compact-munlock", 130312, 245818},
    {"clean-3-thp-munlock-unmap-isolate-order-2", 124116, 239383},
    {"clean-2-thp-unmap-half-munlock", 152066, 299402},
    {"clean-2-thp-munlock-half", 123303, 234636},
    {"clean-3-migrate-munlock-drain", 123114, 228032},
    {"thp-offline-strands-tails/nothing-else", 129019, 244064},
    {"queued-lock/correct", 108569, 190719},
    {"clean-2-stack-growth-get", 107798, 194964},
    {"nr-mlock-leak-pagevec/fixed", 113, 176},
    {"nr-mlock-leak-isolated/fixed", 691, 1161},
    {"clean-3-munlock-putback-drain", 2838, 6548},
    {"clean-4-munlock-putback-clear-drain", 41307, 121615},
    {"shmlock-user-lock-irq/fixed", 4320, 11212},
    {"clean-2-shm-lock-interrupt", 322, 534},
    {"shm-unlock-stranded/fixed", 40, 39},
    {"putback-recheck-shm/fixed", 1220, 2247},
    {"clean-2-shm-lock-two-users/seed", 641, 1044},
    {"clean-2-shm-unlock-destroy", 644, 1123},
    {"clean-3-shm-lock-unlock-destroy/seed", 506, 992},
    {"clean-3-shm-relock-cull", 2894, 6997},
    {"clean-2-exit-reclaim", 38271, 72483},
    {"clean-2-mlock-reclaim/anonymous", 22341, 42540},
    {"clean-3-munlock-mlock-reclaim", 52685, 127663},
    {"vma-merge-case-8/fixed", 15834, 30959},
    {"nr-mlock-leak-migrated/fixed", 16813, 29327},
    {"clean-2-mprotect-munlock-shared", 9676, 18453},
    {"clean-2-truncate-munlock-shared", 18237, 34449},
    {"clean-2-stack-growth-twice", 18525, 33742},
    {"clean-2-ksm-mremap-migrate", 651957, 1278421},
    {"merge-swapped-in/in-the-swap-cache-for-the-other", 871306, 1718148},
    {"swap-in-other-ways/of-a-mlocked-page", 104021, 118973},
    {"swap-in-other-ways/for-two-threads", 207070, 387819},
};

}  // namespace heddle
