// SPDX-License-Identifier: Apache-2.0
// `heddle explain` and `heddle diff`.
#include "tests/command_line.h"

namespace heddle::command_line_explain_test {
namespace {

class CommandLineExplain : public CommandLine {};

TEST_F(CommandLineExplain, TellsAScenario) {
    const Ran ran = run("explain leak/seed");

    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(ran.out.starts_with("leak/seed, expected: fail:B1\n")) << ran.out;
    EXPECT_TRUE(has_part(ran.out, "\nStory\n  A page in a remote pagevec is munlocked.\n"));
    EXPECT_TRUE(has_part(ran.out, "\nNot checked\n"));
}

TEST_F(CommandLineExplain, TellsAFileAndAllThatMatches) {
    EXPECT_TRUE(has_part(run("explain catalogue/clean.toml").out,
                         "  munlock_counts_cleared_flags: in, the seed is without\n"));
    const Ran ran = run("explain '*' --color always");
    EXPECT_TRUE(has_part(ran.out, "\x1b[1mclean\x1b[0m, expected: pass\n"));
    EXPECT_TRUE(has_part(ran.out, "\n\n\x1b[1mleak/seed\x1b[0m, expected: fail:B1\n"));
}

TEST_F(CommandLineExplain, WritesJson) {
    const Ran ran = run("explain leak/seed --json -");

    EXPECT_EQ(ran.code, 0) << ran.err;
    const Json json = Json::parse(ran.out);
    EXPECT_EQ(json["schema"], "heddle-explanations-1");
    const Json& told = json["scenarios"][0];
    EXPECT_EQ(told["name"], "leak/seed");
    EXPECT_EQ(told["tasks"][0]["steps"], Json({"__munlock_pagevec P"}));
    EXPECT_EQ(told["claims"][0]["name"], "B1");
    EXPECT_EQ(told["claims"][0]["expected_to_break"], true);
    EXPECT_EQ(run("explain clean --json told.json").code, 0);
    EXPECT_EQ(Json::parse(contents_of(folder / "told.json"))["scenarios"].size(), 1U);
}

TEST_F(CommandLineExplain, WantsAScenarioThatIsThere) {
    EXPECT_EQ(run("explain").code, 2);
    const Ran ran = run("explain leek/seed");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "did you mean 'leak/seed'?"));
    EXPECT_EQ(run("explain 'x*'").code, 5);
    EXPECT_EQ(run("explain leak/seed --json /no/such/folder/x").code, 2);
    EXPECT_EQ(run("explain leak/seed --param n=3").code, 2);
}

// Of a trace that is long enough to be told in part.
TEST_F(CommandLineExplain, ShowsEveryStepOnlyWhenAsked) {
    std::string file = leak_file("long", "fail:B1");
    const std::string calls = "\"__munlock_pagevec P\"";
    file.replace(file.find(calls), calls.size(),
                 "\"mark_page_accessed P\", \"mark_page_accessed P\", \"mark_page_accessed P\", "
                 "\"mark_page_accessed P\", \"mark_page_accessed P\", " +
                     calls);
    write("long.toml", file);
    const Ran ran = run("check long.toml --json a.json");
    EXPECT_TRUE(has_part(ran.out, "steps that do not touch what is broken\n"));
    const std::string schedule =
        Json::parse(contents_of(folder / "a.json"))["results"][0]["schedule"];
    const std::string replay = "replay long.toml " + schedule;

    EXPECT_TRUE(has_part(run(replay).out, "steps that do not touch what is broken\n"));
    for (const Ran& all : {run("check long.toml --verbose"), run(replay + " --verbose"),
                           run(replay, "HEDDLE_VERBOSE=1")}) {
        EXPECT_EQ(all.out.find("do not touch"), std::string::npos) << all.out;
        EXPECT_TRUE(has_part(all.out, "\n  1  "));
    }
}

TEST_F(CommandLineExplain, FindsWhereTwoSchedulesPart) {
    const std::string one = schedule();  // "1-<hash>-a<steps>"
    const std::string shorter = one.substr(0, one.rfind('a')) + "a2";

    const Ran same = run("diff leak/seed " + one + " " + one);
    EXPECT_EQ(same.code, 0) << same.err;
    EXPECT_TRUE(has_part(same.out, "\nThe runs are the same.\n"));

    const Ran ran = run("diff leak " + one + " " + shorter);
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_TRUE(has_part(ran.out, "\nB: leak/seed, 2 steps, UNKNOWN\n"));
    EXPECT_TRUE(has_part(ran.out, "\nIn common from the start: 2 steps.\n"));
    EXPECT_TRUE(has_part(ran.out, "ends: UNKNOWN\n"));
}

TEST_F(CommandLineExplain, ComparesFiles) {
    run("check leak/seed --json a.json");
    run("check leak/seed --json b.json");
    run("check clean --json clean.json");
    EXPECT_EQ(run("diff a.json b.json").code, 0);
    EXPECT_EQ(run("diff a.json b.json --scenario leak/seed").code, 0);
    EXPECT_EQ(run("diff a.json b.json", "HEDDLE_SCENARIO=clean").code, 2);
    const Ran ran = run("diff a.json clean.json");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "'clean.json': no result in it has steps"));
}

TEST_F(CommandLineExplain, SaysWhatIsWrongWithFilesAndSchedules) {
    write("broken.json", "{\"schema\": ");
    write("other.json", "{\"schema\": \"x\"}");
    write("short.json",
          R"({"schema": "heddle-results-1", "results": [{"scenario": 1, "steps": []}]})");
    EXPECT_TRUE(has_part(run("diff none.json none.json").err, "'none.json': cannot be read"));
    EXPECT_TRUE(has_part(run("diff broken.json broken.json").err, "'broken.json': not a document"));
    EXPECT_TRUE(has_part(run("diff other.json other.json").err,
                         "'other.json': expected a document of schema heddle-results-1"));
    EXPECT_EQ(run("diff short.json short.json").code, 2);
    EXPECT_EQ(run("diff leak/seed 1-0-a1 1-0-a1").code, 2);
    EXPECT_EQ(run("diff leek/seed 1-0-a1 1-0-a1").code, 2);
    EXPECT_EQ(run("diff leak/seed").code, 2);
    EXPECT_EQ(run("diff leak/seed " + schedule() + " " + schedule() + " --param n=3").code, 2);
    const std::string one = schedule();
    const Ran ran = run("diff leak/seed " + one + " " + one + "z1");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "the schedule names task z"));
}

}  // namespace
}  // namespace heddle::command_line_explain_test
