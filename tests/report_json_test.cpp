// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/json_schema.h"
#include "tests/report_scenarios.h"

namespace heddle::report_json_test {
namespace {

using Json = nlohmann::json;

// Within a version members may be added; what is written today has to be in the schema.
Json without_other_members(Json schema) {
    if (schema.contains("properties")) {
        schema["additionalProperties"] = false;
    }
    for (auto& part : schema) {
        if (part.is_object()) {
            part = without_other_members(part);
        }
    }
    return schema;
}

std::string errors_of(const Json& results) {
    std::ifstream file(std::string(HEDDLE_SOURCE_DIR) + "/scenarios/report/results.schema.json");
    return schema_errors(without_other_members(Json::parse(file)), results);
}

Json json_of(const std::vector<Result>& results, ExitCode code = ExitCode::met) {
    std::ostringstream out;
    write_json(out, {results, {"a file is malformed"}, code});
    return Json::parse(out.str());
}

TEST(ReportJson, FollowsItsSchema) {
    const Json json = json_of({checked(told_lost_update), checked(lock_inversion),
                               checked(flag_bug), unfinished(told_lost_update),
                               replay_scenario({told_lost_update, "lost-update"}, {{0, 0}}, {})},
                              ExitCode::not_met);
    EXPECT_EQ(errors_of(json), "");
    EXPECT_EQ(json["schema"], "heddle-results-1");
    EXPECT_EQ(json["exit_code"], 1);
    EXPECT_EQ(json["errors"], Json::array({"a file is malformed"}));
    EXPECT_EQ(json["results"].size(), 5U);
}

TEST(ReportJson, IsCheckedByAValidatorThatFindsMistakes) {
    Json json = json_of({checked(told_lost_update)});
    json["results"][0]["met"] = "yes";
    json["results"][0]["steps"][0].erase("where");
    json["results"][0]["surprise"] = 1;
    const std::string errors = errors_of(json);
    for (const char* wrong :
         {"[met]: Value type not permitted", "Missing required property 'where'", "'surprise'"}) {
        EXPECT_NE(errors.find(wrong), std::string::npos) << wrong << " in\n" << errors;
    }
}

TEST(ReportJson, TellsAViolation) {
    const Json result = json_of({checked(told_lost_update)})["results"][0];
    EXPECT_EQ(result["verdict"], "FAIL");
    EXPECT_EQ(result["expected"], "fail:B1");
    EXPECT_EQ(result["met"], true);
    EXPECT_EQ(result["invariant"], "B1");
    EXPECT_EQ(result["formula"], "NR_MLOCK == 2");
    EXPECT_EQ(result["sides"], "NR_MLOCK is 1");
    EXPECT_EQ(result["schedule"], "1-5c0ffee5-a1b2a1");
    EXPECT_EQ(result["preemptions"], 1);
    EXPECT_EQ(result["minimal"], true);
    EXPECT_EQ(result["steps"].size(), 4U);
    EXPECT_EQ(result["tasks"][1]["name"], "isolate");
}

TEST(ReportJson, TellsWhichStepDecided) {
    Result decided = checked(told_lost_update);
    add_critical_step(decided, {});
    Result unknown = checked(told_lost_update);
    add_critical_step(unknown, {}, {.states = 1});
    const Json json = json_of({decided, unknown});

    EXPECT_EQ(errors_of(json), "");
    const Json& result = json["results"][0];
    EXPECT_EQ(result["critical"], "step");
    EXPECT_EQ(result["critical_step"], 1);
    EXPECT_EQ(result["sibling"]["task"], "munlock");
    EXPECT_EQ(result["sibling"]["text"], "atomic_set(zone0.NR_MLOCK) 0 -> 1");
    EXPECT_EQ(result["sibling_schedule"], "1-5c0ffee5-a2b2");
    EXPECT_EQ(json["results"][1]["critical"], "unknown");
    EXPECT_EQ(json["results"][1]["critical_why"], "limit of 1 states reached");
    EXPECT_FALSE(json["results"][1].contains("critical_step"));
}

TEST(ReportJson, TellsAStepInTheKernelsWords) {
    const Json steps = json_of({checked(flag_bug)})["results"][0]["steps"];
    const auto cleared = std::find_if(steps.begin(), steps.end(), [](const Json& step) {
        return step["operation"] == "test_and_clear_bit";
    });
    ASSERT_NE(cleared, steps.end());
    EXPECT_EQ((*cleared)["task"], "isolate");
    EXPECT_EQ((*cleared)["cpu"], 1);
    EXPECT_EQ((*cleared)["kind"], "rmw");
    EXPECT_EQ((*cleared)["effect"], "1 -> 0");
    EXPECT_EQ((*cleared)["object"], "P.flags");
    EXPECT_EQ((*cleared)["bits"], Json::array({"mlocked"}));
    EXPECT_EQ((*cleared)["before"], "1");
    EXPECT_EQ((*cleared)["after"], "0");
    EXPECT_EQ((*cleared)["word_before"], "0x100020");
    EXPECT_EQ((*cleared)["word_after"], "0x20");
    EXPECT_EQ((*cleared)["where"], (*cleared)["file"].get<std::string>() + ":" +
                                       std::to_string((*cleared)["line"].get<unsigned>()));
}

TEST(ReportJson, TellsTheWorldAfterEachStep) {
    const Json result = json_of({checked(told_lost_update)})["results"][0];
    EXPECT_EQ(result["story"], "Two tasks count without an atomic operation.");
    EXPECT_EQ(result["steps"][1]["state"], "nr_mlock 0\n");
    EXPECT_EQ(result["steps"][3]["state"], "nr_mlock 1\n");
}

TEST(ReportJson, TellsWhetherALockThatIsTriedIsTaken) {
    static const Scenario tries = {
        .name = "tries", .build = [](heddle::Setup& setup) {
            auto& world = setup.world<ReportedWorld>();
            name_reported_world(setup, world);
            setup.task("holder", [&world] {
                spin_trylock(&world.one);
                test_and_set_bit_lock(lru_bit, &world.flags);
                if (spin_trylock(&world.one) || !test_and_set_bit_lock(lru_bit, &world.flags)) {
                    return;
                }
                VM_BUG_ON(true);
            });
        }};
    const Json result = json_of({checked(tries)})["results"][0];
    std::vector<std::string> kinds;
    for (const Json& step : result["steps"]) {
        kinds.push_back(step["kind"]);
    }
    EXPECT_EQ(kinds, (std::vector<std::string>{"acquire", "acquire", "rmw", "rmw"}));
}

TEST(ReportJson, GivesTheReasonOfAnIncompleteSearch) {
    const Json result = json_of({unfinished(told_lost_update)})["results"][0];
    EXPECT_EQ(result["verdict"], "UNKNOWN");
    EXPECT_EQ(result["met"], false);
    EXPECT_EQ(result["reason"], "limit of 1 states reached");
    EXPECT_FALSE(result.contains("steps"));
}

TEST(ExitCode, OfSeveralIsTheMostImportant) {
    EXPECT_EQ(more_important(ExitCode::met, ExitCode::incomplete), ExitCode::incomplete);
    EXPECT_EQ(more_important(ExitCode::nothing, ExitCode::incomplete), ExitCode::nothing);
    EXPECT_EQ(more_important(ExitCode::nothing, ExitCode::not_met), ExitCode::not_met);
    EXPECT_EQ(more_important(ExitCode::usage, ExitCode::not_met), ExitCode::usage);
    EXPECT_EQ(more_important(ExitCode::usage, ExitCode::internal), ExitCode::internal);
    EXPECT_EQ(more_important(ExitCode::interrupted, ExitCode::internal), ExitCode::interrupted);
}

TEST(ExitCode, OfAVacuousScenarioThatShouldFailIsNotMet) {
    Summary summary;
    summary.verdict = Verdict::vacuous("never");
    summary.expected = "pass";
    EXPECT_EQ(exit_code_of(summary), ExitCode::nothing);
    summary.expected = "fail:B1";
    EXPECT_EQ(exit_code_of(summary), ExitCode::not_met);
}

}  // namespace
}  // namespace heddle::report_json_test
