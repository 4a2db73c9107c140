// SPDX-License-Identifier: Apache-2.0
// Which steps of a trace are told, and how: exact text.
#include "scenarios/report/trace_text.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "scenarios/report/state_text.h"
#include "scenarios/report/story.h"
#include "tests/report_scenarios.h"

namespace heddle::trace_text_test {
namespace {

struct StoryWorld {
    spinlock_t lock;
    atomic_t count;
    atomic_t of_one;
    atomic_t of_other;
};

void add_to_own(atomic_t* own, unsigned times) {
    for (unsigned i = 0; i < times; ++i) {
        atomic_inc(own);
    }
}

void look_and_set(StoryWorld& world, atomic_t* own) {
    add_to_own(own, 6);
    spin_lock(&world.lock);
    const int seen = atomic_read(&world.count);
    add_to_own(own, 2);
    spin_unlock(&world.lock);
    spin_lock(&world.lock);
    atomic_set(&world.count, seen + 1);
    spin_unlock(&world.lock);
}

// Each task looks under the lock, lets it go, and sets what it has seen, plus 1.
Scenario split_update() {
    return {.name = "split-update",
            .build =
                [](heddle::Setup& setup) {
                    auto& world = setup.world<StoryWorld>();
                    setup.name(world.lock, "lock");
                    setup.name(world.count, "count");
                    setup.name(world.of_one, "own");
                    setup.name(world.of_other, "own of other");
                    setup.task("one", [&world] { look_and_set(world, &world.of_one); });
                    setup.task("other", [&world] { look_and_set(world, &world.of_other); });
                    setup.claim(
                        {.name = "two",
                         .formula = "count == 2",
                         .holds = [&world] { return world.count.counter == 2; },
                         .watches = [&world](const void* object,
                                             std::uint64_t) { return object == &world.count; }});
                },
            .expect = "fail:two"};
}

Result told_split_update() {
    Result result = checked(split_update());
    add_critical_step(result, {});
    return result;
}

std::string steps_text(const Result& result, const TextStyle& style) {
    std::ostringstream out;
    write_steps(out, result, style);
    return std::regex_replace(out.str(), std::regex("_test\\.cpp:[0-9]+"), "");
}

TEST(TraceText, TellsWhatTouchesTheClaimAndTheLocksAround) {
    EXPECT_EQ("\n" + steps_text(told_split_update(), {.width = 120}), R"(
     one (CPU 0)                                   other (CPU 1)
     -------------------------------------------   -------------------------------------------
         ... 6 steps that do not touch what is
           broken
  7    look_and_set tests/trace_text
     +   spin_lock(lock) free -> one
  8  | look_and_set tests/trace_text
     |   atomic_read(count) = 0
     |   ... 2 steps that do not touch what is
     |     broken
 11  | look_and_set tests/trace_text
     +   spin_unlock(lock) one -> free
     -- preemption: one could go on, other runs --
*12                                                  add_to_own tests/trace_text
                                                       atomic_inc(own of other) 0 -> 1
                                                       ... 5 steps that do not touch what is
                                                         broken
!18                                                  look_and_set tests/trace_text
                                                   +   spin_lock(lock) free -> other
     -- decided here: every run from now on fails; with one in its place some end well --
 19                                                | look_and_set tests/trace_text
                                                   |   atomic_read(count) = 0
                                                   |   ... 2 steps that do not touch what is
                                                   |     broken
 22                                                | look_and_set tests/trace_text
                                                   +   spin_unlock(lock) other -> free
 23                                                  look_and_set tests/trace_text
                                                   +   spin_lock(lock) free -> other
*24                                                | look_and_set tests/trace_text
                                                   |   atomic_set(count) 0 -> 1
 25                                                | look_and_set tests/trace_text
                                                   +   spin_unlock(lock) other -> free

 26    look_and_set tests/trace_text
     +   spin_lock(lock) free -> one
*27  | look_and_set tests/trace_text
     |   atomic_set(count) 1 -> 1
 28  | look_and_set tests/trace_text
     +   spin_unlock(lock) one -> free
)");
}

TEST(TraceText, TellsEverythingWhenAsked) {
    const std::string text = steps_text(told_split_update(), {.width = 120, .verbose = true});

    EXPECT_EQ(text.find("..."), std::string::npos) << text;
    EXPECT_NE(text.find("atomic_inc(own) 5 -> 6"), std::string::npos) << text;
}

// Four times the same two steps.
TEST(TraceText, TellsALoopOnce) {
    const Scenario scenario = {.name = "loop", .build = [](heddle::Setup& setup) {
                                   auto& world = setup.world<StoryWorld>();
                                   setup.name(world.count, "count");
                                   setup.name(world.of_one, "own");
                                   setup.task("looks", [&world] {
                                       for (unsigned i = 0; i < 4; ++i) {
                                           (void)atomic_read(&world.count);
                                           (void)atomic_read(&world.of_one);
                                       }
                                   });
                               }};
    const Result result = replay_scenario({scenario, scenario.name}, Schedule(8, Choice{0, 0}), {});

    EXPECT_EQ("\n" + steps_text(result, {}), R"(
    looks (CPU 0)
    --------------------------------
 1  tests/trace_text
      atomic_read(count) = 0
 2  tests/trace_text
      atomic_read(own) = 0
      x4: steps 3 to 8 repeat 1 to 2
)");
}

TEST(TraceText, MarksTheDecisionInAListToo) {
    const std::string text = steps_text(told_split_update(), {.width = 50});

    EXPECT_NE(text.find("-- decided here: every run from now on"), std::string::npos) << text;
    EXPECT_NE(text.find("\n!"), std::string::npos) << text;
    EXPECT_NE(text.find("| atomic_read(count) = 0"), std::string::npos) << text;
}

TEST(TraceText, KnowsWhoHoldsALockFromWhereToWhere) {
    const Result result = told_split_update();
    const std::vector<LockSection> sections = lock_sections(*result.trace);

    ASSERT_EQ(sections.size(), 4U);
    for (const LockSection& section : sections) {
        EXPECT_EQ(section.lock, "lock");
        EXPECT_TRUE(section.given_back);
        EXPECT_EQ(section.level, 0U);
        EXPECT_TRUE(is_acquisition(result.trace->steps[section.first]));
    }
    const std::vector<LockSection> held = lock_sections(*checked(lock_inversion).trace);
    ASSERT_EQ(held.size(), 2U);
    EXPECT_FALSE(held[0].given_back || held[1].given_back);
}

TEST(StateText, NamesCountersAsProcDoes) {
    EXPECT_EQ(
        state_lines("page:P count:1\nzone 0: nr_mlock 1\nzone 1: nr_mlock 2\nbusy 7\n"
                    "UNEVICTABLE_PGMLOCKED 3\nPGFREE 1\n"),
        (std::vector<std::string>{"page:P count:1", "zone 0: nr_mlock 1", "zone 1: nr_mlock 2",
                                  "/proc/meminfo: Mlocked: 12 kB",
                                  "/proc/vmstat: unevictable_pgs_mlocked 3, pgfree 1", "busy 7"}));
    EXPECT_EQ(state_lines("nr_mlock 0\n"), std::vector<std::string>{"nr_mlock 0"});
}

}  // namespace
}  // namespace heddle::trace_text_test
