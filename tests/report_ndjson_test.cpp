// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/ndjson.h"

#include <gtest/gtest.h>

#include <sstream>

#include "scenarios/report/json.h"
#include "scenarios/report/text_style.h"
#include "tests/report_kinds.h"

namespace heddle::report_ndjson_test {
namespace {

class ReportNdjson : public ReportedFiles {};

// A run of two results, one of them hostile, and a message.
void write_run(std::ostream& out) {
    Ndjson events(out);
    events.progress(hostile_text, {.states = 7, .seconds = 0.5, .states_estimated = 20});
    const std::vector<Result> results = {checked(told_lost_update), checked(hostile_scenario())};
    events.add(results[0]);
    events.add(results[1]);
    events.finish({results, {hostile_text}, ExitCode::not_met});
}

TEST_F(ReportNdjson, FollowsItsSchemaLineByLine) {
    std::ostringstream out;
    write_run(out);
    write("out.ndjson", out.str());
    EXPECT_EQ(schema_complaint("events.schema.json", "out.ndjson", "--lines"), "");

    std::vector<std::string> types;
    for (const std::string& line : lines_of_text(out.str())) {
        const Json event = Json::parse(line);
        EXPECT_EQ(event["schema"], "heddle-events-1");
        types.push_back(event["type"]);
    }
    EXPECT_EQ(types, (std::vector<std::string>{"progress", "result", "result", "end"}));
    EXPECT_EQ(complaint_of("head -n 1 out.ndjson | python3 -m json.tool"), "");
}

TEST_F(ReportNdjson, IsCheckedByAValidatorThatFindsMistakes) {
    write("out.ndjson",
          "{\"schema\":\"heddle-events-1\",\"type\":\"result\",\"result\":{\"scenario\":1}}\n");
    EXPECT_NE(schema_complaint("events.schema.json", "out.ndjson", "--lines"), "");
    write("out.ndjson", "");
    EXPECT_NE(schema_complaint("events.schema.json", "out.ndjson", "--lines"), "");
}

// What a reader has after the first result, while the second is still searched for.
TEST_F(ReportNdjson, WritesALineAsSoonAsItIsKnown) {
    std::ofstream out(folder / "out.ndjson");
    Ndjson events(out);
    events.add(checked(told_lost_update));
    const std::vector<std::string> lines = lines_of_text(contents_of(folder / "out.ndjson"));
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(Json::parse(lines[0])["result"]["scenario"], "lost-update");
}

TEST_F(ReportNdjson, ComesFromTheProgram) {
    const Ran ran = run("check --report ndjson=-");
    EXPECT_EQ(ran.code, 0);
    write("out.ndjson", ran.out);
    EXPECT_EQ(schema_complaint("events.schema.json", "out.ndjson", "--lines"), "");
    const Json end = Json::parse(lines_of_text(ran.out).back());
    EXPECT_EQ(end["type"], "end");
    EXPECT_EQ(end["results"], 2);
    EXPECT_EQ(end["exit_code"], 0);
}

TEST_F(ReportNdjson, HasTheResultsOfTheJsonReport) {
    EXPECT_EQ(run("check --report ndjson=out.ndjson --report json=out.json").code, 0);
    EXPECT_EQ(schema_complaint("results.schema.json", "out.json"), "");
    const Json whole = Json::parse(contents_of(folder / "out.json"));
    const std::vector<std::string> lines = lines_of_text(contents_of(folder / "out.ndjson"));
    Json results = Json::array();
    for (const std::string& line : lines) {
        const Json event = Json::parse(line);
        if (event["type"] == "result") {
            results.push_back(event["result"]);
        }
    }
    EXPECT_EQ(results, whole["results"]);
}

TEST_F(ReportNdjson, AndTheJsonReportSurviveAnyName) {
    const std::vector<Result> results = every_outcome();
    write_report("out.json", write_json, {results, {hostile_text}, ExitCode::not_met});
    EXPECT_EQ(schema_complaint("results.schema.json", "out.json"), "");
    EXPECT_EQ(complaint_of("python3 -m json.tool out.json"), "");
}

}  // namespace
}  // namespace heddle::report_ndjson_test
