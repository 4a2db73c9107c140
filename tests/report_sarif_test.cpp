// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/sarif.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "tests/report_kinds.h"

namespace heddle::report_sarif_test {
namespace {

class ReportSarif : public ReportedFiles {};

Json sarif_of(const heddle::Run& run) {
    std::ostringstream out;
    write_sarif(out, run);
    return Json::parse(out.str());
}

TEST_F(ReportSarif, FollowsItsSchema) {
    const std::vector<Result> results = every_outcome();
    const heddle::Run nothing = {{}, {"a " + hostile_text}, ExitCode::not_met};
    const heddle::Run all = {results, nothing.errors, nothing.exit_code};
    for (const heddle::Run& run : {nothing, all}) {
        write_report("out.sarif", write_sarif, run);
        EXPECT_EQ(sarif_complaint("out.sarif"), "");
    }
}

TEST_F(ReportSarif, IsCheckedByAValidatorThatFindsMistakes) {
    const Result result = checked(told_lost_update);
    Json log = sarif_of({{&result, 1}});
    Json& flow = log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0];
    flow["locations"][0]["executionOrder"] = -2;
    flow["surprise"] = 1;
    log["runs"][0]["results"][0]["level"] = "wrong";
    write("out.sarif", log.dump());
    const std::string complaint = sarif_complaint("out.sarif");
    EXPECT_TRUE(has_part(complaint, "-2 is less than the minimum of"));
    EXPECT_TRUE(has_part(complaint, "'surprise' was unexpected"));
    EXPECT_TRUE(has_part(complaint, "'wrong' is not one of"));
}

TEST_F(ReportSarif, HasARulePerClaimAndAResultPerViolation) {
    const std::vector<Result> results = {
        checked(told_lost_update), checked(with_expectation(told_lost_update, "pass")),
        checked(with_expectation(flag_bug, "pass")), checked(harmless("clean"))};
    const Json log = sarif_of({results})["runs"][0];
    const Json& rules = log["tool"]["driver"]["rules"];
    ASSERT_EQ(rules.size(), 2U);
    EXPECT_EQ(rules[0]["id"], "B1");
    EXPECT_EQ(rules[0]["shortDescription"]["text"], "NR_MLOCK == 2");
    EXPECT_EQ(rules[1]["id"], "VM_BUG_ON");
    ASSERT_EQ(log["results"].size(), 3U);
    EXPECT_EQ(log["results"][0]["kind"], "informational");
    EXPECT_EQ(log["results"][0]["suppressions"][0]["kind"], "external");
    EXPECT_EQ(log["results"][1]["ruleIndex"], 0);
    EXPECT_EQ(log["results"][1]["level"], "error");
    EXPECT_FALSE(log["results"][1].contains("suppressions"));
    EXPECT_EQ(log["results"][2]["ruleIndex"], 1);
}

// The schedule a1 b2 a1: the steps of the first task are the first and the last.
TEST_F(ReportSarif, NumbersTheStepsAcrossTheFlowsOfTasks) {
    const Result result = checked(told_lost_update);
    const Json found = sarif_of({{&result, 1}})["runs"][0]["results"][0];
    const Json& flows = found["codeFlows"][0]["threadFlows"];
    ASSERT_EQ(flows.size(), 2U);
    EXPECT_EQ(flows[0]["id"], "a");
    EXPECT_EQ(flows[0]["message"]["text"], "munlock (CPU 0)");
    std::vector<std::vector<unsigned>> orders(2);
    for (std::size_t i = 0; i < 2; ++i) {
        for (const Json& location : flows[i]["locations"]) {
            orders[i].push_back(location["executionOrder"]);
        }
    }
    EXPECT_EQ(orders, (std::vector<std::vector<unsigned>>{{1, 4}, {2, 3}}));
    EXPECT_EQ(found["properties"]["replay"], "heddle replay lost-update 1-5c0ffee5-a1b2a1");
    EXPECT_TRUE(has_part(found["message"]["text"], "heddle replay lost-update 1-5c0ffee5-a1b2a1"));
}

TEST_F(ReportSarif, NotifiesOfWhatIsNoViolation) {
    const std::vector<Result> results = every_outcome();
    const Json log = sarif_of({results, {"a file is malformed"}, ExitCode::usage})["runs"][0];
    const Json& invocation = log["invocations"][0];
    EXPECT_EQ(invocation["executionSuccessful"], false);
    EXPECT_EQ(invocation["exitCode"], 2);
    // Not found, VACUOUS, UNKNOWN, ERROR, and the message.
    EXPECT_EQ(invocation["toolExecutionNotifications"].size(), 5U);
}

TEST_F(ReportSarif, EscapesPaths) {
    Result result = checked(with_expectation(flag_bug, "pass"));
    result.summary.verdict.violation->where = Where("a b/%\xff#?:\".cpp", "f", 1);
    Json location = sarif_of({{&result, 1}})["runs"][0]["results"][0]["locations"][0];
    Json artifact = location["physicalLocation"]["artifactLocation"];
    EXPECT_EQ(artifact["uri"], "a%20b/%25%FF%23%3F%3A%22.cpp");
    EXPECT_EQ(artifact["uriBaseId"], "%SRCROOT%");
    result.summary.verdict.violation->where = Where("/usr/include/x y.h", "f", 1);
    location = sarif_of({{&result, 1}})["runs"][0]["results"][0]["locations"][0];
    artifact = location["physicalLocation"]["artifactLocation"];
    EXPECT_EQ(artifact["uri"], "file:///usr/include/x%20y.h");
    EXPECT_FALSE(artifact.contains("uriBaseId"));
}

TEST_F(ReportSarif, PointsIntoTheModel) {
    EXPECT_EQ(run("check leak.toml --report sarif=out.sarif --catalogue catalogue").code, 2);
    EXPECT_EQ(sarif_complaint("out.sarif"), "");
    EXPECT_EQ(run("check catalogue/leak.toml/seed --report sarif=out.sarif").code, 0);
    EXPECT_EQ(sarif_complaint("out.sarif"), "");
    const Json found = Json::parse(contents_of(folder / "out.sarif"))["runs"][0]["results"][0];
    std::set<std::string> files;
    for (const Json& step : found["codeFlows"][0]["threadFlows"][0]["locations"]) {
        files.insert(step["location"]["physicalLocation"]["artifactLocation"]["uri"]);
    }
    EXPECT_TRUE(files.contains("model/mlock.cpp"));
    for (const std::string& file : files) {
        EXPECT_TRUE(fs::exists(fs::path(HEDDLE_SOURCE_DIR) / file)) << file;
    }
}

}  // namespace
}  // namespace heddle::report_sarif_test
