// SPDX-License-Identifier: Apache-2.0
// Scenarios with a size: the value reaches the world, schedules and reports.
#include "scenarios/parameters.h"

#include <gtest/gtest.h>

#include <sstream>

#include "checker/schedule.h"
#include "scenarios/report/json.h"
#include "scenarios/report/text.h"
#include "tests/small_scenarios.h"

namespace heddle::parameters_test {
namespace {

Scenario steps_of_size() {
    Scenario scenario = scenario_of([](Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("t", [&world, n = setup.parameter("n")] {
            for (unsigned i = 0; i < n; ++i) {
                atomic_inc(&world.a[0]);
            }
        });
        setup.finally("fewer than five", [&world] { return world.a[0].counter < 5; });
    });
    scenario.hash = "5c0ffee5";
    scenario.parameters = {{.name = "n", .help = "steps", .value = 2, .max = 9},
                           {.name = "unused", .help = "nothing", .value = 0, .min = 0, .max = 1}};
    return scenario;
}

Selection selection_of(std::vector<Scenario> scenarios) {
    Selection selection;
    for (Scenario& scenario : scenarios) {
        selection.scenarios.push_back({scenario, scenario.name});
    }
    return selection;
}

std::string mistake(const std::string& word) {
    Selection selection = selection_of({steps_of_size(), lost_update()});
    set_parameters({word}, selection);
    return selection.mistakes.empty() ? "" : selection.mistakes.front();
}

TEST(Parameters, ReachTheWorld) {
    EXPECT_EQ(check(steps_of_size()).transitions, 2U);
    EXPECT_EQ(check(with_parameter(steps_of_size(), "n", 4)).transitions, 4U);
}

TEST(Parameters, AreInTheHashOfSchedules) {
    const Scenario four = with_parameter(steps_of_size(), "n", 4);
    EXPECT_EQ(schedule_text(steps_of_size(), {{0, 0}}), "1-5c0ffee5.2.0-a1");
    EXPECT_EQ(schedule_text(four, {{0, 0}}), "1-5c0ffee5.4.0-a1");
    EXPECT_TRUE(std::holds_alternative<Schedule>(parse_schedule(four, "1-5c0ffee5.4.0-a1")));
    EXPECT_EQ(std::get<std::string>(parse_schedule(four, "1-5c0ffee5.2.0-a1")),
              "schedule '1-5c0ffee5.2.0-a1' was made for other parameters of test: its hash is "
              "5c0ffee5.2.0, the scenario's is now 5c0ffee5.4.0 (with n=4 unused=0)");
    EXPECT_EQ(std::get<std::string>(parse_schedule(four, "1-0-a1")),
              "schedule '1-0-a1' was made for another version of test: its hash is 0, the "
              "scenario's is now 5c0ffee5.4.0 (with n=4 unused=0)");
}

TEST(Parameters, AreSetWhereThereIsOne) {
    Selection selection = selection_of({steps_of_size(), lost_update()});
    set_parameters({"n=3", "unused=1", "n=5"}, selection);
    EXPECT_TRUE(selection.mistakes.empty());
    EXPECT_EQ(parameters_text(selection.scenarios[0].scenario), "n=5 unused=1");  // the last counts
    EXPECT_EQ(parameters_text(selection.scenarios[1].scenario), "");
}

TEST(Parameters, AreRefusedWithWhatIsExpected) {
    EXPECT_EQ(mistake("n=9"), "");
    EXPECT_EQ(mistake("n=10"), "--param n=10: test expects n from 1 to 9");
    EXPECT_EQ(mistake("n=0"), "--param n=0: test expects n from 1 to 9");
    EXPECT_EQ(mistake("m=1"),
              "--param m=1: nothing selected has a parameter 'm'; expected n (1 to 9), unused (0 "
              "to 1)");
    Selection without = selection_of({lost_update()});
    set_parameters({"n=1"}, without);
    EXPECT_EQ(without.mistakes.at(0),
              "--param n=1: nothing selected has a parameter 'n'; expected none: they have no "
              "parameters");
}

TEST(Parameters, AreANameAndAWholeNumber) {
    EXPECT_TRUE(is_parameter("n=14"));
    for (const char* text : {"n", "n=", "=3", "n=many", "n=-1", "n=1.5", "n=1 ", ""}) {
        EXPECT_FALSE(is_parameter(text)) << text;
    }
}

TEST(Parameters, AreInReports) {
    const Scenario five = with_parameter(steps_of_size(), "n", 5);
    const Result result = check_scenario({five, "test"}, {});
    EXPECT_EQ(replay_line(result),
              "heddle replay test 1-5c0ffee5.5.0-a5 --param n=5 --param unused=0");
    std::ostringstream json;
    write_json(json, {.results = {&result, 1}, .exit_code = ExitCode::not_met});
    EXPECT_NE(json.str().find("\"parameters\": {\n        \"n\": 5,\n        \"unused\": 0\n"),
              std::string::npos)
        << json.str();
}

}  // namespace
}  // namespace heddle::parameters_test
