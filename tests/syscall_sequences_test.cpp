// SPDX-License-Identifier: Apache-2.0
// The model's system calls against an oracle that knows sets of pages and nothing of the model.
#include "tests/syscall_sequences.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "scenarios/conform/model_side.h"
#include "scenarios/conform/syscall_random.h"
#include "scenarios/make_scenario.h"

namespace heddle::syscall_sequences_test {
namespace {

constexpr unsigned calls_max = 12;

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
#ifdef HEDDLE_REPLAY_REWIND
    sequences /= 8;  // the sanitizers look at what is done, which soon repeats itself
#endif
    SyscallComparison comparison(size, SyscallComparison::oracle_of(size, deviations));
    const std::string mismatch = first_mismatch(comparison, size, sequences, seed);
    EXPECT_TRUE(mismatch.empty()) << mismatch;
    // 9.5 calls on average, if all of them were made.
    EXPECT_GT(comparison.calls(), 9UL * sequences);
}

TEST(SyscallSequences, TheFixedVersionDoesWhatTheManualSays) {
    expect_agreement({.fixes = modern_fixes()}, {}, 4000, 1);
}

TEST(SyscallSequences, TheSeedDoesWhatItIsKnownFor) {
    expect_agreement({}, seed_deviations, 4000, 2);
}

// In an int of three bits four pages are a negative number.
TEST(SyscallSequences, TheSeedCountsInAnInt) {
    SeedDeviations deviations = seed_deviations;
    deviations.int_bits = 3;
    expect_agreement({.int_bits = 3}, deviations, 2000, 7);
}

TEST(SyscallSequences, OnOneCpuWithoutPagevecs) {
    expect_agreement({.cpus = 1, .pagevec_size = 1, .fixes = modern_fixes()}, {}, 3000, 3);
}

TEST(SyscallSequences, OverTwoPageTables) {
    expect_agreement({.user_pages = 16, .fixes = modern_fixes()}, {}, 3000, 4);
}

// With so few vmas that splits fail for want of them.
TEST(SyscallSequences, ACallThatCannotSplitLeavesEachPageInOrder) {
    const SyscallWorldSize size = {.nr_vmas = 4, .fixes = modern_fixes()};
    SyscallComparison comparison(size, SyscallComparison::oracle_of(size, {}));
    const std::string mismatch = first_mismatch(comparison, size, 3000, 5);
    EXPECT_TRUE(mismatch.empty()) << mismatch;
    // About one sequence in ten comes to such a call.
    EXPECT_GT(comparison.starved(), 200U);
}

// ---- the harness bites

// Of a few sequences that show the difference, made small, the shortest: what cannot be made
// smaller by leaving out need not be.
SyscallSequence counterexample(SyscallComparison& comparison, const SyscallWorldSize& size) {
    constexpr unsigned enough = 3;
    std::mt19937_64 random(6);
    SyscallSequence shortest;
    unsigned found = 0;
    for (unsigned i = 0; i < 20000 && found < enough; ++i) {
        const SyscallSequence sequence = random_sequence(random, calls_max, size.user_pages);
        if (comparison.compare(sequence).empty()) {
            continue;
        }
        ++found;
        const SyscallSequence small = comparison.shrink(sequence);
        if (shortest.calls.empty() || small.calls.size() < shortest.calls.size()) {
            shortest = small;
        }
    }
    return shortest;
}

std::string steps_of(const SyscallSequence& sequence) {
    std::string steps;
    for (const SystemCall& call : sequence.calls) {
        steps += (steps.empty() ? "" : "; ") + step_text(call);
    }
    return steps;
}

struct Defect {
    Fix undone;
    std::size_t calls_max;  // of the shortest sequence that shows it
};

TEST(SyscallSequences, FindEachDefectOfTheSeed) {
    const Defect defects[] = {
        {Fix::mlock_fixup_counts_once, 3},     // map, lock, lock in the other way
        {Fix::mlock_fixup_counts_in_long, 2},  // map, lock
        {Fix::do_mlock_subtracts_overlap, 3},  // map, lock, lock again
        {Fix::mlockall_refuses_onfault_alone, 1},
        {Fix::populate_forces_access, 3},  // map shared, forbid to read, lock
    };
    for (const Defect& defect : defects) {
        const bool narrow = defect.undone == Fix::mlock_fixup_counts_in_long;
        const SyscallWorldSize size = {.int_bits = narrow ? 3U : 32U,
                                       .fixes = modern_fixes() & ~fix_bit(defect.undone)};
        SyscallComparison comparison(size, SyscallComparison::oracle_of(size, {}));
        const SyscallSequence found = counterexample(comparison, size);
        EXPECT_GE(found.calls.size(), 1U) << static_cast<unsigned>(defect.undone);
        EXPECT_LE(found.calls.size(), defect.calls_max) << steps_of(found);
    }
}

// An oracle with a mistake.
class WrongOracle : public SyscallOracle {
  public:
    using Mistake = void (*)(const SystemCall& call, SyscallOracle& oracle, int& result);

    WrongOracle(Mistake mistake) : SyscallOracle(8, 8, {}), mistake_(mistake) {}

    int call(const SystemCall& call, const VmaCut& cut) override {
        int result = SyscallOracle::call(call, cut);
        mistake_(call, *this, result);
        return result;
    }

  private:
    Mistake mistake_;
};

constexpr WrongOracle::Mistake mistakes[] = {
    // A fork keeps the locks.
    [](const SystemCall& call, SyscallOracle& oracle, int&) {
        if (call.name == SystemCallName::fork) {
            auto& processes = oracle.processes();
            for (std::size_t i = 0; i < 8; ++i) {
                processes[1 - call.process].pages[i].locked =
                    processes[call.process].pages[i].locked;
            }
        }
    },
    // mlock2(MLOCK_ONFAULT) faults in.
    [](const SystemCall& call, SyscallOracle& oracle, int&) {
        for (PageView& page : oracle.processes()[call.process].pages) {
            page.content = page.onfault && page.content == absent ? zero_page : page.content;
        }
    },
    // Over the limit mlock() says EAGAIN.
    [](const SystemCall& call, SyscallOracle&, int& result) {
        result = call.name == SystemCallName::mlock && result == -ENOMEM ? -EAGAIN : result;
    },
    // A move leaves the lock behind.
    [](const SystemCall& call, SyscallOracle& oracle, int& result) {
        if (call.name == SystemCallName::mremap && result == 0 && call.start != call.new_start) {
            oracle.processes()[call.process].pages[call.new_start / page_bytes].locked = false;
        }
    },
    // After a fork a write needs no copy.
    [](const SystemCall& call, SyscallOracle& oracle, int&) {
        if (call.name == SystemCallName::touch && call.write) {
            auto& processes = oracle.processes();
            const std::size_t page = call.start / page_bytes % user_pages_max;
            PageView& other = processes[1 - call.process].pages[page];
            const PageView& own = processes[call.process].pages[page];
            other.content = other.content >= first_own_page ? own.content : other.content;
        }
    },
};

TEST(SyscallSequences, FindMistakesOfAnOracle) {
    const SyscallWorldSize size = {.fixes = modern_fixes()};
    for (const WrongOracle::Mistake mistake : mistakes) {
        SyscallComparison comparison(size,
                                     [mistake] { return std::make_unique<WrongOracle>(mistake); });
        const SyscallSequence found = counterexample(comparison, size);
        EXPECT_GE(found.calls.size(), 1U) << "nothing found";
        EXPECT_LE(found.calls.size(), 4U) << steps_of(found);
    }
}

// ---- what is printed can be pasted

// The scenario files of random sequences of one process over anonymous memory, which never runs
// out, with the results that the calls had.
std::vector<std::string> scenario_files(unsigned count) {
    const SyscallWorldSize size = {.cpus = 1, .pagevec_size = 1};
    SyscallWorld world(size);
    std::mt19937_64 random(8);
    std::vector<std::string> files;
    while (files.size() < count) {
        const SyscallSequence drawn = random_sequence(random, calls_max, size.user_pages);
        SyscallSequence kept = {drawn.limits, {}};
        std::vector<int> results;
        world.reset();
        world.set_limits(drawn.limits);
        for (const SystemCall& call : drawn.calls) {
            const bool alone = call.process == 0 && call.name != SystemCallName::fork &&
                               call.name != SystemCallName::exit;
            if (alone && call.file < 0) {
                kept.calls.push_back(call);
                results.push_back(*world.call(call));
            }
        }
        files.push_back(scenario_text(kept, results, size));
    }
    return files;
}

TEST(SyscallSequences, APrintedSequenceIsAScenario) {
    for (const std::string& file : scenario_files(300)) {
        const auto parsed =
            parse_scenario_file("found.toml", file + "[invariants]\noff = [\"B1\", \"E1\"]\n");
        ASSERT_EQ(parsed.index(), 0U) << text_of(std::get<1>(parsed)) << file;
        const auto made = make_scenario(std::get<0>(parsed).at(0));
        ASSERT_EQ(made.index(), 0U) << text_of(std::get<1>(made)) << file;
        Execution execution(std::get<0>(made));
        while (!execution.choices().empty() && !execution.finished()) {
            execution.take(execution.choices()[0]);
        }
        const auto violation = execution.violation();
        EXPECT_FALSE(violation) << violation->claim << file;
    }
}

// ---- vmas, which are no matter of sets

SystemCall on_pages(SystemCallName name, unsigned long first, unsigned long pages) {
    SystemCall call;
    call.name = name;
    call.start = first * page_bytes;
    call.len = pages * page_bytes;
    return call;
}

TEST(SyscallSequences, VmasThatAreAlikeBecomeOneAgain) {
    SyscallWorld world({});
    world.reset();
    world.call(on_pages(SystemCallName::mmap, 0, 6));
    world.call(on_pages(SystemCallName::mlock, 0, 6));
    world.call(on_pages(SystemCallName::munlock, 0, 6));
    EXPECT_EQ(world.vmas_free(), 15U);
    world.call(on_pages(SystemCallName::mlock, 2, 2));
    EXPECT_EQ(world.vmas_free(), 13U);
    world.call(on_pages(SystemCallName::mlock, 1, 2));
    EXPECT_EQ(world.vmas_free(), 13U);
    world.call(on_pages(SystemCallName::munlock, 0, 6));
    EXPECT_EQ(world.vmas_free(), 15U);
}

// An untouched vma takes no pages over: it is in no tree by which they could be found.
TEST(SyscallSequences, ATouchedVmaStaysApartFromUntouchedOnes) {
    SyscallWorld world({});
    world.reset();
    world.call(on_pages(SystemCallName::mmap, 0, 3));
    world.call(on_pages(SystemCallName::mlock, 1, 1));
    world.call(on_pages(SystemCallName::munlock, 0, 3));
    EXPECT_EQ(world.vmas_free(), 13U);
}

// ---- found by random sequences, too rarely to be found again in a minute

SystemCall move(unsigned long from, unsigned long to) {
    SystemCall call = on_pages(SystemCallName::mremap, from, 1);
    call.new_len = call.len;
    call.new_start = to * page_bytes;
    return call;
}

SystemCall write_to(unsigned long page) {
    SystemCall call = on_pages(SystemCallName::touch, page, 0);
    call.write = true;
    return call;
}

SystemCall by_child(SystemCall call) {
    call.process = 1;
    return call;
}

TEST(SyscallSequences, AnUntouchedVmaTakesNoMovedPagesOver) {
    using enum SystemCallName;
    const SyscallWorldSize size = {.fixes = modern_fixes()};
    SyscallComparison comparison(size, SyscallComparison::oracle_of(size, {}));
    EXPECT_EQ(comparison.compare({{},
                                  {on_pages(mmap, 0, 2), write_to(1), move(1, 5),
                                   on_pages(munmap, 0, 1), on_pages(mmap, 0, 1), move(5, 1)}}),
              "");
    EXPECT_EQ(comparison.calls(), 6U);
}

// What the child maps anew between two halves of what it inherited is in no tree of the parent's.
TEST(SyscallSequences, ANewVmaTakesNoInheritedPagesOver) {
    using enum SystemCallName;
    const SyscallWorldSize size = {.fixes = modern_fixes()};
    SyscallComparison comparison(size, SyscallComparison::oracle_of(size, {}));
    SystemCall fork_child;
    fork_child.name = fork;
    // So that the inherited page stays: a lock that faults in would copy it.
    SystemCall lock_on_fault = by_child(on_pages(mlock2, 2, 2));
    lock_on_fault.flags = 1;
    EXPECT_EQ(comparison.compare(
                  {{},
                   {on_pages(mmap, 1, 3), on_pages(mlock, 1, 3), fork_child,
                    by_child(on_pages(mmap, 2, 1)), by_child(write_to(2)), lock_on_fault}}),
              "");
    EXPECT_EQ(comparison.calls(), 6U);
}

}  // namespace
}  // namespace heddle::syscall_sequences_test
