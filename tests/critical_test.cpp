// SPDX-License-Identifier: Apache-2.0
#include "checker/critical.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "checker/search.h"
#include "tests/random_programs.h"
#include "tests/small_scenarios.h"

namespace heddle::critical_test {
namespace {

CriticalStep critical_of(const Scenario& scenario, const Schedule& schedule,
                         const Limits& limits = {}) {
    return critical_step(scenario, schedule, limits);
}

std::string text_of(const CriticalStep& critical) {
    switch (critical.kind) {
        case CriticalStep::Kind::step:
            return "step " + std::to_string(critical.step);
        case CriticalStep::Kind::every_run:
            return "every run";
        case CriticalStep::Kind::not_one_step:
            return "not one step";
        default:
            return "unknown";
    }
}

// ---- the oracle: every continuation, one by one

class BruteForceOracle {
  public:
    explicit BruteForceOracle(const Scenario& scenario) : execution_(scenario) {}

    // Nothing if that would take too long.
    std::optional<std::string> answer(const Schedule& schedule) {
        std::vector<bool> well = {ends_well_from_here()};
        for (const Choice choice : schedule) {
            execution_.take(choice);
            well.push_back(ends_well_from_here());
        }
        if (transitions_left_ == 0) {
            return std::nullopt;
        }
        if (!well.front()) {
            return "every run";
        }
        for (std::size_t i = 0; i < schedule.size(); ++i) {
            if (well[i] && !well[i + 1]) {
                return "step " + std::to_string(i);
            }
        }
        return "not one step";
    }

  private:
    bool ends_well_from_here() {
        if (execution_.violation()) {
            return false;
        }
        if (execution_.finished()) {
            return true;
        }
        const std::span<const Choice> choices = execution_.choices();
        const Schedule open(choices.begin(), choices.end());
        const Mark here = execution_.mark();
        bool well = false;
        for (std::size_t i = 0; i < open.size() && !well && transitions_left_ > 0; ++i) {
            --transitions_left_;
            execution_.take(open[i]);
            well = ends_well_from_here();
            execution_.rewind(here);
        }
        return well;
    }

    Execution execution_;
    std::uint64_t transitions_left_ = 300'000;
};

// A fine run goes the schedule's way up to the step, then by the sibling, and ends well.
void expect_fine(const Scenario& scenario, const Schedule& schedule, const CriticalStep& critical) {
    ASSERT_EQ(critical.kind, CriticalStep::Kind::step);
    ASSERT_LT(critical.step, critical.fine.size());
    EXPECT_TRUE(std::equal(schedule.begin(),
                           schedule.begin() + static_cast<std::ptrdiff_t>(critical.step),
                           critical.fine.begin()));
    EXPECT_EQ(critical.fine[critical.step], critical.sibling);
    EXPECT_NE(critical.sibling, schedule[critical.step]);
    Execution execution(scenario);
    for (const Choice choice : critical.fine) {
        execution.take(choice);
    }
    EXPECT_TRUE(execution.finished());
    EXPECT_FALSE(execution.violation());
}

TEST(Critical, IsTheSecondReadOfALostUpdate) {
    const Scenario scenario = lost_update();
    const Schedule schedule = {{0, 0}, {1, 0}, {1, 0}, {0, 0}};

    const CriticalStep critical = critical_of(scenario, schedule);

    EXPECT_EQ(text_of(critical), "step 1");
    EXPECT_EQ(critical.sibling, (Choice{0, 0}));
    expect_fine(scenario, schedule, critical);
}

TEST(Critical, IsTheSecondLockOfADeadlock) {
    const Scenario scenario = crossed_locks();
    const Schedule schedule = {{0, 0}, {1, 0}};

    const CriticalStep critical = critical_of(scenario, schedule);

    EXPECT_EQ(text_of(critical), "step 1");
    expect_fine(scenario, schedule, critical);
}

struct Word {
    atomic_t a;
};

TEST(Critical, IsNoStepIfEveryRunFails) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Word& world = setup.world<Word>();
        for (const char* name : {"left", "right"}) {
            setup.task(name, [&world] { atomic_inc(&world.a); });
        }
        setup.finally("it is 3", [&world] { return world.a.counter == 3; });
    });

    const CriticalStep critical = critical_of(scenario, {{0, 0}, {1, 0}});

    EXPECT_EQ(text_of(critical), "every run");
    EXPECT_EQ(critical.states, 4U);  // (1 + 1)^2
}

TEST(Critical, IsAnAlternativeOfAChoice) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Word& world = setup.world<Word>();
        setup.task("chooser", [&world] {
            atomic_set(&world.a, static_cast<int>(choose(3)));
            atomic_inc(&world.a);
        });
        setup.finally("it is not 2", [&world] { return world.a.counter != 2; });
    });

    const Schedule schedule = {{0, 1}, {0, 0}, {0, 0}};
    const CriticalStep critical = critical_of(scenario, schedule);

    EXPECT_EQ(text_of(critical), "step 0");
    EXPECT_EQ(critical.sibling, (Choice{0, 0}));
    expect_fine(scenario, schedule, critical);
}

// Seeds 1 to 400 of tests/random_programs.h. About one in four breaks a claim.
TEST(Critical, AgreesWithBruteForceOnRandomPrograms) {
    std::map<std::string, unsigned> answers;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        const Scenario scenario = scenario_of_program(random_program(seed));
        CheckOptions options;
        options.minimise_limits.states = 10'000;
        const Verdict verdict = check(scenario, options).verdict;
        if (verdict.kind != Verdict::Kind::fail) {
            continue;
        }
        const std::optional<std::string> truth =
            BruteForceOracle(scenario).answer(verdict.schedule);
        if (truth) {
            const CriticalStep critical = critical_of(scenario, verdict.schedule);
            ASSERT_EQ(text_of(critical), *truth) << "seed " << seed;
            ++answers[truth->substr(0, 5)];
            if (critical.kind == CriticalStep::Kind::step) {
                expect_fine(scenario, verdict.schedule, critical);
            }
        }
    }
    EXPECT_GE(answers["step "], 20U);
    EXPECT_GE(answers["every"], 3U);
}

// Who waits for what nobody will do does not end well, however long it looks.
TEST(Critical, DoesNotTakeARunThatGoesOnForEverForAGoodOne) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Word& world = setup.world<Word>();
        setup.task("waits", [&world] {
            while (atomic_read(&world.a) != 1) {
                forget(0);
            }
        });
        setup.task("sets", [&world] { atomic_cmpxchg(&world.a, 0, 1); });
        setup.task("spoils", [&world] { atomic_cmpxchg(&world.a, 0, 2); });
        setup.always("not 2 at all times", [&world] { return world.a.counter != 2; });
    });

    const Schedule schedule = {{2, 0}};
    const CriticalStep critical = critical_of(scenario, schedule);

    EXPECT_EQ(text_of(critical), "step 0");
    expect_fine(scenario, schedule, critical);
}

TEST(Critical, IsUnknownWhenALimitIsReached) {
    const CriticalStep critical =
        critical_of(independent_steps(3, 3), {{0, 0}}, {.states = 2, .steps_of_a_run = 2});

    EXPECT_EQ(text_of(critical), "unknown");
    EXPECT_FALSE(critical.why.empty());
}

TEST(Critical, IsNotOneStepOfARunThatCouldEndWell) {
    EXPECT_EQ(text_of(critical_of(lost_update(), {{0, 0}, {0, 0}})), "not one step");
    EXPECT_EQ(text_of(critical_of(lost_update(), {{0, 0}, start_again, {1, 0}})), "not one step");
    EXPECT_EQ(text_of(critical_of(lost_update(), {{7, 0}})), "not one step");
}

TEST(Critical, IsNotAskedAboutWhatComesAboutEventually) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Word& world = setup.world<Word>();
        setup.task("once", [&world] { atomic_inc(&world.a); });
        setup.eventually("it is 2", [&world] { return world.a.counter == 2; });
    });

    const CriticalStep critical = critical_of(scenario, {{0, 0}});

    EXPECT_EQ(text_of(critical), "not one step");
    EXPECT_NE(critical.why.find("eventually"), std::string::npos);
}

}  // namespace
}  // namespace heddle::critical_test
