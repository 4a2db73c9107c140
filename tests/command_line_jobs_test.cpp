// SPDX-License-Identifier: Apache-2.0
// Several scenarios checked at once, each in a process of its own.
#include <csignal>

#include "tests/background.h"

namespace heddle::command_line_jobs_test {
namespace {

// What a run must not change: all but times and memory.
Json without_cost(const std::string& text) {
    Json json = Json::parse(text);
    for (Json& result : json["results"]) {
        result.erase("seconds");
        result.erase("peak_rss_bytes");
    }
    return json;
}

const std::vector<std::string> without_end = {
    "check",  "leak/seed", "clean",  "--search",     "random",     "--runs", "10000000000",
    "--jobs", "2",         "--json", "results.json", "--progress", "json",   "--progress-interval",
    "0"};

constexpr const char* clean_goes_on = R"({"event":"progress","scenario":"clean")";

TEST_F(CommandLine, FindsTheSameBySeveralProcessesAtOnce) {
    const std::string ours = "HEDDLE_CATALOGUE='" HEDDLE_SOURCE_DIR "/scenarios'";
    const std::string check =
        "check 'nr-*' 'vma-*' 'lru-lock*' 'peterson*' 'ksm-*' --json - --progress none --jobs ";
    const Ran one = run(check + "1", ours);
    EXPECT_EQ(one.code, 0) << one.err;
    const Json expected = without_cost(one.out);
    EXPECT_GT(expected["results"].size(), 20U);
    for (const char* jobs : {"2", "7"}) {
        const Ran several = run(check + jobs, ours);
        EXPECT_EQ(several.code, 0) << several.err;
        EXPECT_EQ(several.err, "");
        EXPECT_EQ(without_cost(several.out), expected) << jobs;
    }
}

TEST_F(CommandLine, SaysTheSameInTheSameOrderBySeveralProcesses) {
    const Ran one = run("check --verbose --jobs 1");
    const Ran two = run("check --verbose --jobs 2");
    const auto text_of = [](const Ran& ran) {
        return ran.out.substr(0, ran.out.find("scenario  "));
    };
    EXPECT_EQ(text_of(one), text_of(two));
    EXPECT_TRUE(text_of(one).starts_with("PASS clean")) << one.out;
}

TEST_F(CommandLine, GoesOnWhenAProcessIsKilled) {
    Background program(folder, without_end);
    ASSERT_TRUE(program.says(clean_goes_on));
    const std::vector<pid_t> children = program.children();
    ASSERT_EQ(children.size(), 2U);  // one has found leak/seed to fail, and has nothing to do
    for (const pid_t child : children) {
        kill(child, SIGKILL);
    }
    EXPECT_EQ(program.exit_code(), 3);
    const Json results = Json::parse(contents_of(folder / "results.json"))["results"];
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0]["verdict"], "FAIL");
    EXPECT_EQ(results[0]["met"], true);
    EXPECT_EQ(results[1]["verdict"], "ERROR");
    EXPECT_EQ(results[1]["reason"], "the process that checks it was ended by signal 9 (Killed)");
}

TEST_F(CommandLine, EndsAllProcessesWithWhatIsKnownWhenInterrupted) {
    for (const int signal : {SIGINT, SIGTERM}) {
        Background program(folder, without_end);
        ASSERT_TRUE(program.says(clean_goes_on));
        program.signal(signal);
        EXPECT_EQ(program.exit_code(), 130);
        EXPECT_TRUE(has_part(program.said(), "interrupted; 2 of 2 scenarios were begun"));
        const Json json = Json::parse(contents_of(folder / "results.json"));
        EXPECT_EQ(json["exit_code"], 130);
        ASSERT_EQ(json["results"].size(), 2U);
        EXPECT_EQ(json["results"][0]["verdict"], "FAIL");
        EXPECT_EQ(json["results"][1]["verdict"], "UNKNOWN");
        EXPECT_EQ(json["results"][1]["reason"], "interrupted; random runs prove nothing");
        EXPECT_GT(json["results"][1]["executions"], 0U);
    }
}

TEST_F(CommandLine, LeavesNoProcessBehindWhenKilled) {
    Background program(folder, without_end);
    ASSERT_TRUE(program.says(clean_goes_on));
    ASSERT_EQ(program.children().size(), 2U);
    program.signal(SIGKILL);
    // stderr, which they inherit, does not end before all are gone.
    EXPECT_EQ(program.exit_code(), -1);
}

}  // namespace
}  // namespace heddle::command_line_jobs_test
