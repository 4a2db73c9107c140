// SPDX-License-Identifier: Apache-2.0
// Whatever the code under test does to itself is a finding with the schedule that leads there,
// under every search.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include "checker/arena.h"
#include "tests/small_scenarios.h"

namespace heddle::crash_test {
namespace {

using Kind = Verdict::Kind;

// The task "other" has a step of its own; "broken" has one and then does `damage`.
Scenario scenario_of_damage(void (*damage)()) {
    return scenario_of([damage](heddle::Setup& setup) {
        setup.world<Counters>();
        setup.task("other", [] { smp_mb(); });
        setup.task("broken", [damage] {
            smp_mb();
            damage();
            smp_mb();
        });
    });
}

void expect_finding(void (*damage)(), const std::string& claim) {
    for (const SearchKind& kind : searches()) {
        CheckOptions options;
        options.search = kind.name;
        options.execution.seconds_of_a_step = 0.2;
        const Summary summary = check(scenario_of_damage(damage), options);

        ASSERT_EQ(summary.verdict.kind, Kind::fail) << kind.name;
        EXPECT_EQ(summary.verdict.violation->claim, claim) << kind.name;
        EXPECT_EQ(summary.verdict.schedule, (Schedule{{1, 0}})) << kind.name;
    }
}

TEST(Crash, OfATaskThatLoopsWithoutAnOperationIsAFinding) {
    expect_finding(
        [] {
            for (;;) {
                asm volatile("");
            }
        },
        "endless-loop");
}

TEST(Crash, OfATaskThatUsesUpTheArenaIsAFinding) {
    expect_finding(
        [] {
            for (;;) {
                ::operator delete(::operator new(Arena::capacity / 4));
            }
        },
        "arena");
}

#ifndef HEDDLE_REPLAY_REWIND  // AddressSanitizer reports these itself
TEST(Crash, OfATaskThatAbortsIsAFinding) {
    expect_finding([] { std::abort(); }, "crash");
}

TEST(Crash, OfATaskThatFollowsAWildPointerIsAFinding) {
    expect_finding([] { *reinterpret_cast<volatile int*>(std::uintptr_t{16}) = 1; }, "crash");
}

[[gnu::noinline]] int overflow_by(std::size_t bytes, int depth) {
    auto* frame = static_cast<volatile char*>(__builtin_alloca(bytes));
    frame[0] = static_cast<char>(depth);
    return depth == 0 ? frame[0] : overflow_by(bytes, depth + 1) + frame[0];
}

TEST(Crash, OfATaskThatOverflowsItsStackIsAFinding) {
    expect_finding([] { overflow_by(1024, 1); }, "crash");
}

// Larger than the stack of the task and that of its neighbour together.
TEST(Crash, OfATaskWithAHugeFrameIsAFinding) {
    expect_finding([] { overflow_by(300'000, 1); }, "crash");
}

// Over the end of the frame, and of all frames below it, up to the top of the stack and beyond.
[[gnu::noinline]] void smash_the_stack() {
    char frame[8] = {};
    volatile char* at = frame;
    for (int i = 0; i < 200'000; ++i) {
        at[i] = 'x';
    }
}

TEST(Crash, OfATaskThatSmashesItsStackIsAFinding) { expect_finding(smash_the_stack, "crash"); }

[[gnu::noinline]] void smash_the_return_address() {
    auto* frame = static_cast<volatile std::uintptr_t*>(__builtin_frame_address(0));
    frame[0] = 0x10;
    frame[1] = 0x10;
}

TEST(Crash, OfATaskThatReturnsToNowhereIsAFinding) {
    expect_finding(smash_the_return_address, "crash");
}
#endif

TEST(Crash, WatchdogLeavesManyShortStepsAlone) {
    CheckOptions options;
    options.execution.seconds_of_a_step = 0.01;
    const Summary summary = check(independent_steps(4, 9), options);

    EXPECT_EQ(summary.verdict.kind, Kind::pass);
    EXPECT_EQ(summary.states, 10'000U);  // (9 + 1)^4
}

}  // namespace
}  // namespace heddle::crash_test
