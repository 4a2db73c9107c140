// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/splats.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "tests/report_scenarios.h"

namespace heddle::splats_test {
namespace {

// Line numbers of this file and of report_scenarios.h become N.
std::string splat_of(const Result& result) {
    std::ostringstream out;
    const bool written = write_splat(out, result);
    EXPECT_EQ(written, !out.str().empty());
    return std::regex_replace(out.str(), std::regex("(\\.h|\\.cpp):[0-9]+"), "$1:N");
}

TEST(Splats, ShowACycleOfLocksAsLockdepDoes) {
    EXPECT_EQ("\n" + splat_of(checked(exclusive_orders)), R"(
==================================================================
WARNING: possible circular locking dependency detected
------------------------------------------------------------------
munlock on CPU 0 takes:
  (V.ptl), at tests/report_scenarios.h:N
while it holds:
  (zone0.lru_lock), at tests/report_scenarios.h:N

the other way round:
isolate on CPU 1 takes:
  (zone0.lru_lock), at tests/report_scenarios.h:N
while it holds:
  (V.ptl), at tests/report_scenarios.h:N

 Possible unsafe locking scenario:

       CPU0                    CPU1
       ----                    ----
  lock(zone0.lru_lock);
                               lock(V.ptl);
                               lock(zone0.lru_lock);
  lock(V.ptl);

 *** DEADLOCK ***
==================================================================
)");
}

// Three tasks, each with one lock in its hand and another to take; they come one after the other.
TEST(Splats, ShowAChainOfLocks) {
    struct World {
        spinlock_t a;
        spinlock_t b;
        spinlock_t c;
    };
    Scenario scenario = {.name = "chain", .build = [](heddle::Setup& setup) {
                             World& world = setup.world<World>();
                             setup.name(world.a, "A");
                             setup.name(world.b, "B");
                             setup.name(world.c, "C");
                             setup.task("all", [&world] {
                                 const auto both = [](spinlock_t* one, spinlock_t* other) {
                                     spin_lock(one);
                                     spin_lock(other);
                                     spin_unlock(other);
                                     spin_unlock(one);
                                 };
                                 both(&world.a, &world.b);
                                 both(&world.b, &world.c);
                                 both(&world.c, &world.a);
                             });
                         }};
    const std::string splat = splat_of(checked(scenario));

    EXPECT_NE(splat.find("\nChain exists of:\n  A --> B --> C\n"), std::string::npos) << splat;
    EXPECT_NE(splat.find("  lock(C);\n"
                         "                               lock(B);\n"
                         "                               lock(C);\n"
                         "  lock(A);\n"),
              std::string::npos)
        << splat;
}

TEST(Splats, ShowALockThatIsTakenTwiceOfItsClass) {
    Scenario scenario = {.name = "twice", .build = [](heddle::Setup& setup) {
                             auto& world = setup.world<ReportedWorld>();
                             setup.lock_class(&world.one, "ptl");
                             setup.lock_class(&world.other, "ptl");
                             setup.task("task", [&world] {
                                 spin_lock(&world.one);
                                 spin_lock(&world.other);
                                 spin_unlock(&world.other);
                                 spin_unlock(&world.one);
                             });
                         }};
    const std::string splat = splat_of(checked(scenario));

    EXPECT_NE(splat.find("WARNING: possible recursive locking detected\n"), std::string::npos);
    EXPECT_NE(splat.find("       CPU0\n"
                         "       ----\n"
                         "  lock(ptl);\n"
                         "  lock(ptl);\n"
                         "\n *** DEADLOCK ***\n"),
              std::string::npos)
        << splat;
}

// The handler may come while the task holds the lock, but in no run waits for it: it is the
// task that waits for the handler's lock to be free.
Scenario interrupted(bool by_chain) {
    return {.name = "interrupted", .build = [by_chain](heddle::Setup& setup) {
                auto& world = setup.world<ReportedWorld>();
                name_reported_world(setup, world);
                setup.task("task", 0, [&world, by_chain] {
                    spinlock_t* lock = by_chain ? &world.other : &world.one;
                    spin_lock(lock);
                    spin_unlock(lock);
                });
                setup.task("third", 1, [&world, by_chain] {
                    if (by_chain) {
                        spin_lock_irq(&world.one);
                        spin_lock(&world.other);
                        spin_unlock(&world.other);
                        spin_unlock_irq(&world.one);
                    }
                });
                setup.interrupt("handler", 2, [&world] {
                    spin_lock(&world.one);
                    spin_unlock(&world.one);
                });
            }};
}

TEST(Splats, ShowALockThatAnInterruptWaitsFor) {
    const std::string direct = splat_of(checked(interrupted(false)));
    EXPECT_NE(direct.find("WARNING: inconsistent lock state\n"), std::string::npos) << direct;
    EXPECT_NE(direct.find("  lock(zone0.lru_lock);\n"
                          "  <Interrupt>\n"
                          "    lock(zone0.lru_lock);\n"),
              std::string::npos)
        << direct;

    const std::string chain = splat_of(checked(interrupted(true)));
    EXPECT_NE(chain.find("possible irq lock inversion dependency detected\n"), std::string::npos)
        << chain;
    EXPECT_NE(chain.find("  lock(V.ptl);\n"
                         "                               local_irq_disable();\n"
                         "                               lock(zone0.lru_lock);\n"
                         "                               lock(V.ptl);\n"
                         "  <Interrupt>\n"
                         "    lock(zone0.lru_lock);\n"),
              std::string::npos)
        << chain;
}

struct GuardedByLock {
    spinlock_t lock;
    unsigned count;
};

// The lock stands before the count and the guarded word.
spinlock_t* lock_before(const void* field) {
    const auto address = reinterpret_cast<std::uintptr_t>(field);
    return &reinterpret_cast<GuardedByLock*>(address - sizeof(GuardedByLock))->lock;
}

struct PlainWorld {
    GuardedByLock front;
    guarded<unsigned, lock_before> pages;
};

void reader(PlainWorld& world) { (void)plain_load(world.front.count); }
void writer(PlainWorld& world) { plain_store(world.front.count, 1U); }

TEST(Splats, ShowADataRaceAsKcsanDoes) {
    const Scenario scenario = {.name = "race", .build = [](heddle::Setup& setup) {
                                   auto& world = setup.world<PlainWorld>();
                                   setup.name(world.front.count, "count");
                                   setup.task("looks", [&world] { reader(world); });
                                   setup.task("counts", [&world] { writer(world); });
                               }};
    EXPECT_EQ("\n" + splat_of(checked(scenario)), R"(
==================================================================
BUG: KCSAN: data-race in reader / writer

read to count of 4 bytes by task looks on cpu 0:
 reader plain_load tests/splats_test.cpp:N

write to count of 4 bytes by task counts on cpu 1:
 writer plain_store tests/splats_test.cpp:N
==================================================================
)");
}

void careful(PlainWorld& world) {
    spin_lock(&world.front.lock);
    ++world.pages.locked();
    spin_unlock(&world.front.lock);
}
void careless(PlainWorld& world) { ++world.pages.locked(); }

TEST(Splats, ShowAnAccessWithoutItsLock) {
    const Scenario scenario = {.name = "unguarded", .build = [](heddle::Setup& setup) {
                                   auto& world = setup.world<PlainWorld>();
                                   setup.name(world.front.lock, "lru_lock");
                                   setup.task("careful", [&world] { careful(world); });
                                   setup.task("careless", [&world] {
                                       (void)READ_ONCE(world.front.count);
                                       careless(world);
                                   });
                               }};
    const Result result = replay_scenario({scenario, scenario.name}, {{0, 0}, {1, 0}}, {});

    EXPECT_EQ("\n" + splat_of(result), R"(
==================================================================
BUG: KCSAN: data-race in careless / careful

access without lru_lock by task careless on cpu 1:
 careless tests/splats_test.cpp:N

task careful on cpu 0 holds lru_lock, taken in:
 careful tests/splats_test.cpp:N
==================================================================
)");
}

TEST(Splats, SayNothingOfOtherViolations) {
    std::ostringstream out;
    EXPECT_FALSE(write_splat(out, checked(told_lost_update)));
    EXPECT_FALSE(write_splat(out, checked(lock_inversion)));
}

}  // namespace
}  // namespace heddle::splats_test
