// SPDX-License-Identifier: Apache-2.0
// What is told while a search runs.
#include <csignal>
#include <sstream>

#include "tests/background.h"

namespace heddle::command_line_progress_test {
namespace {

std::vector<std::string> endless(const std::vector<std::string>& more) {
    std::vector<std::string> words = {"check",  "clean",  "--search",
                                      "random", "--runs", "10000000000"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST_F(CommandLine, TellsProgressInLines) {
    for (const std::string how : {"line", "auto"}) {  // stderr is no terminal
        Background program(folder, endless({"--progress", how, "--progress-interval", "0.6"}));
        ASSERT_TRUE(program.says("heddle: [1/1] clean: ", 2));
        program.signal(SIGINT);
        EXPECT_EQ(program.exit_code(), 130);
        EXPECT_TRUE(has_part(program.said(), " states, "));
        EXPECT_TRUE(has_part(program.said(), " a second, depth "));
        EXPECT_TRUE(has_part(program.said(), " KiB\n"));
        EXPECT_EQ(program.said().find('\r'), std::string::npos);
        EXPECT_TRUE(has_part(contents_of(folder / "out"), "UNKNOWN clean: interrupted"));
    }
}

TEST_F(CommandLine, RedrawsProgressOnATerminal) {
    Background program(folder, endless({}), Background::Stderr::terminal);
    ASSERT_TRUE(program.says("\r\x1b[K[1/1] clean: ", 2));
    program.signal(SIGINT);
    EXPECT_EQ(program.exit_code(), 130);
    EXPECT_EQ(program.said().find("heddle: [1/1]"), std::string::npos);
}

TEST_F(CommandLine, TellsProgressAsJson) {
    Background program(folder, endless({"--progress=json", "--progress-interval=0"}));
    ASSERT_TRUE(program.says(R"("event":"progress")", 2));
    program.signal(SIGINT);
    EXPECT_EQ(program.exit_code(), 130);
    std::istringstream lines(program.said());
    std::string line;
    std::vector<Json> objects;
    while (std::getline(lines, line) && line.starts_with('{')) {
        objects.push_back(Json::parse(line));
    }
    ASSERT_GE(objects.size(), 4U);
    const Json begin = {{"event", "begin"}, {"scenario", "clean"}, {"number", 1}, {"total", 1}};
    EXPECT_EQ(objects.front(), begin);
    EXPECT_GT(objects[1]["states"], 0U);
    EXPECT_GT(objects[1]["states_per_second"], 0);
    EXPECT_GT(objects[1]["bytes"], 0U);
    EXPECT_GE(objects[2]["seconds"], objects[1]["seconds"]);
    EXPECT_TRUE(objects[1].contains("depth"));
    EXPECT_EQ(objects.back()["verdict"], "UNKNOWN");
}

TEST_F(CommandLine, TellsNoProgressUnlessItTakesLong) {
    EXPECT_EQ(run("check").err, "");
    EXPECT_EQ(run("check --progress=line --progress-interval 0").err, "");
    const Ran none =
        run("check clean --search random --runs 10000000000 --time-budget 1.2 "
            "--progress none",
            "HEDDLE_PROGRESS=line HEDDLE_PROGRESS_INTERVAL=0");
    EXPECT_EQ(none.err, "");
    const Ran line = run("check clean --search random --runs 10000000000 --time-budget 1.2",
                         "HEDDLE_PROGRESS=line HEDDLE_PROGRESS_INTERVAL=0");
    EXPECT_TRUE(has_part(line.err, "heddle: [1/1] clean: "));
}

TEST_F(CommandLine, GuessesHowFarASearchIs) {
    const Ran ran =
        run("check clean-3-migrate-exit-drain --reduction none --max-states 2000000 "
            "--progress=json --progress-interval 0",
            "HEDDLE_CATALOGUE='" HEDDLE_SOURCE_DIR "/scenarios'");
    EXPECT_EQ(ran.code, 4);
    EXPECT_TRUE(has_part(ran.err, R"("states_estimated":)"));
    EXPECT_TRUE(has_part(ran.err, R"("estimate_factor":)"));
}

TEST_F(CommandLine, RefusesProgressOfAnotherKind) {
    const Ran how = run("check --progress=loud");
    EXPECT_EQ(how.code, 2);
    EXPECT_TRUE(has_part(how.err, "'loud': expected one of auto, line, json, none"));
    const Ran interval = run("check --progress-interval soon");
    EXPECT_EQ(interval.code, 2);
    EXPECT_TRUE(has_part(interval.err, "'soon': expected a number of seconds"));
}

}  // namespace
}  // namespace heddle::command_line_progress_test
