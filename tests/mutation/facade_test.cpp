// SPDX-License-Identifier: Apache-2.0
// What each rule does to an operation, on worlds of a few words.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "checker/exhaustive.h"
#include "checker/mutation.h"
#include "checker/search.h"
#include "tests/small_scenarios.h"

namespace heddle::facade_test {
namespace {

struct Words {
    spinlock_t lock;
    unsigned long flags;
    atomic_t count;
    int data;
    int ready;
};

// Two tasks do the same.
Scenario twice(const std::function<void(Words&)>& body,
               const std::function<bool(const Words&)>& holds) {
    return scenario_of([=](heddle::Setup& setup) {
        Words& world = setup.world<Words>();
        for (const char* name : {"left", "right"}) {
            setup.task(name, [=, &world] { body(world); });
        }
        setup.finally("claim", [=, &world] { return holds(world); });
    });
}

// The site of the operation of that name in this file that the scenario comes by; it must have one.
Site site_in(const Scenario& scenario, const std::string& operation) {
    collect_sites("tests/mutation/");
    forget_executions();
    check(scenario);
    collect_sites(nullptr);
    const auto sites = collected_sites();
    const auto found = std::find_if(sites.begin(), sites.end(), [&operation](const Site& site) {
        return site.executed && site.name == operation;
    });
    EXPECT_NE(found, sites.end()) << operation;
    return found == sites.end() ? Site{} : *found;
}

// How the search ends with a mutant: "PASS", or the claim that is broken.
std::string with_mutant(const Scenario& scenario, const std::string& operation, Rule rule) {
    const Site site = site_in(scenario, operation);
    activate(site, rule);
    const Summary summary = check(scenario);
    activate_nothing();
    return summary.verdict.kind == Verdict::Kind::fail ? summary.verdict.violation->claim
                                                       : name_of(summary.verdict.kind);
}

const Scenario sum_under_lock = twice(
    [](Words& world) {
        spin_lock(&world.lock);
        const int seen = READ_ONCE(world.data);
        WRITE_ONCE(world.data, seen + 1);
        spin_unlock(&world.lock);
    },
    [](const Words& world) { return world.data == 2; });

const Scenario one_of_two = twice(
    [](Words& world) {
        if (!test_and_set_bit(0, &world.flags)) {
            atomic_inc(&world.count);
        }
    },
    [](const Words& world) { return world.count.counter == 1; });

const Scenario message = scenario_of([](heddle::Setup& setup) {
    Words& world = setup.world<Words>();
    setup.task("writer", [&world] {
        WRITE_ONCE(world.data, 1);
        atomic_set(&world.count, 1);
    });
    setup.task("reader", [&world] {
        if (atomic_read(&world.count) == 1) {
            BUG_ON(READ_ONCE(world.data) == 0);
        }
    });
});

TEST(Mutants, NobodyIsActiveAtFirst) {
    EXPECT_TRUE(check(sum_under_lock).met());
    EXPECT_TRUE(check(one_of_two).met());
    EXPECT_TRUE(check(message).met());
}

TEST(Mutants, DropALockAndItsRelease) {
    EXPECT_EQ(with_mutant(sum_under_lock, "spin_lock", Rule::drop_lock), "claim");
}

TEST(Mutants, SplitATestAndSet) {
    EXPECT_EQ(with_mutant(one_of_two, "test_and_set_bit", Rule::split), "claim");
}

TEST(Mutants, AnswerATest) {
    EXPECT_EQ(with_mutant(one_of_two, "test_and_set_bit", Rule::answer_false), "claim");
    EXPECT_EQ(with_mutant(one_of_two, "test_and_set_bit", Rule::answer_true), "claim");
}

TEST(Mutants, SkipAnUpdate) {
    EXPECT_EQ(with_mutant(one_of_two, "atomic_inc", Rule::skip), "claim");
    EXPECT_EQ(with_mutant(one_of_two, "test_and_set_bit", Rule::skip), "claim");
}

TEST(Mutants, HoldAStoreBackUntilTheNextOperationIsDone) {
    EXPECT_EQ(with_mutant(message, "WRITE_ONCE", Rule::hold_back), "BUG_ON");
}

// It is the task's last operation, and is done at its end.
TEST(Mutants, DoWhatIsHeldBackAtTheEnd) {
    EXPECT_EQ(with_mutant(one_of_two, "atomic_inc", Rule::hold_back), "PASS");
}

TEST(Mutants, KnowWhatAnAssertionReads) {
    const Scenario asserts = twice(
        [](Words& world) {
            BUG_ON(test_bit(3, &world.flags));
            if (test_bit(4, &world.flags)) {
                atomic_inc(&world.count);
            }
        },
        [](const Words&) { return true; });
    site_in(asserts, "test_bit");
    for (const Site& site : collected_sites()) {
        if (site.executed) {
            EXPECT_EQ(site.is_of_assertion, site.bits == bit_mask(3)) << site.where.line();
        }
    }
}

TEST(Mutants, AreNotOnTheStackOfATask) {
    const Scenario own = twice(
        [](Words& world) {
            unsigned long word = 0;
            set_bit(0, &word);
            atomic_inc(&world.count);
        },
        [](const Words&) { return true; });
    site_in(own, "atomic_inc");
    const auto sites = collected_sites();
    EXPECT_TRUE(std::none_of(sites.begin(), sites.end(), [](const Site& site) {
        return site.executed && site.name == std::string("set_bit");
    }));
}

}  // namespace
}  // namespace heddle::facade_test
