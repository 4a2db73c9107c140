// SPDX-License-Identifier: Apache-2.0
// The model's system calls against an oracle that knows sets of pages and nothing of the model.
#include "tests/syscall_sequences.h"

#include <gtest/gtest.h>

#include "tests/syscall_random.h"

namespace heddle {
namespace {

constexpr unsigned calls_max = 12;

constexpr unsigned long clean_fixes =
    seed_fixes() | fix_bit(Fix::munlock_counts_cleared_flags) |
    fix_bit(Fix::mlock_fixup_counts_once) | fix_bit(Fix::mlock_fixup_counts_in_long) |
    fix_bit(Fix::do_mlock_subtracts_overlap) | fix_bit(Fix::mlockall_refuses_onfault_alone);

constexpr SeedDeviations seed_deviations = {
    .counts_relocked_twice = true, .counts_overlap = true, .takes_onfault_alone = true};

// The first disagreement in `sequences` random ones, made small; empty if there is none.
std::string first_mismatch(SyscallComparison& comparison, const SyscallWorldSize& size,
                           unsigned sequences, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (unsigned i = 0; i < sequences; ++i) {
        const SyscallSequence sequence = random_sequence(random, calls_max, size.user_pages);
        if (!comparison.compare(sequence).empty()) {
            return "sequence " + std::to_string(i) + " of seed " + std::to_string(seed) + ":\n" +
                   comparison.compare(comparison.shrink(sequence));
        }
    }
    return "";
}

void expect_agreement(const SyscallWorldSize& size, const SeedDeviations& deviations,
                      unsigned sequences, std::uint64_t seed) {
    SyscallComparison comparison(size, SyscallComparison::oracle_of(size, deviations));
    const std::string mismatch = first_mismatch(comparison, size, sequences, seed);
    EXPECT_TRUE(mismatch.empty()) << mismatch;
    // Most calls can be made: about 6.5 of a sequence on average could be, if all were.
    EXPECT_GT(comparison.calls(), 5UL * sequences);
}

TEST(SyscallSequences, TheFixedVersionDoesWhatTheManualSays) {
    expect_agreement({.fixes = clean_fixes}, {}, 4000, 1);
}

TEST(SyscallSequences, TheSeedDoesWhatItIsKnownFor) {
    expect_agreement({}, seed_deviations, 4000, 2);
}

TEST(SyscallSequences, OnOneCpuWithoutPagevecs) {
    expect_agreement({.cpus = 1, .pagevec_size = 1, .fixes = clean_fixes}, {}, 3000, 3);
}

TEST(SyscallSequences, OverTwoPageTables) {
    expect_agreement({.user_pages = 16, .fixes = clean_fixes}, {}, 3000, 4);
}

}  // namespace
}  // namespace heddle
