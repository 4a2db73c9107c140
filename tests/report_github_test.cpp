// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/github.h"

#include <gtest/gtest.h>

#include <sstream>

#include "scenarios/report/text_style.h"
#include "tests/report_kinds.h"

namespace heddle::report_github_test {
namespace {

std::string github_of(const Run& run) {
    std::ostringstream out;
    write_github(out, run);
    return out.str();
}

// The commands that a runner obeys, by its rules: a line whose first characters are "::", unless
// commands are switched off until the word comes.
std::vector<std::string> commands_of(const std::string& text) {
    std::vector<std::string> commands;
    std::string off;
    for (const std::string& line : lines_of_text(text)) {
        const std::size_t begin = line.find_first_not_of(" \t\r\v\f");
        if (begin == std::string::npos || line.compare(begin, 2, "::") != 0) {
            continue;
        }
        if (off.empty()) {
            commands.push_back(line);
            off = line.starts_with("::stop-commands::") ? line.substr(17) : "";
        } else if (line.substr(begin) == "::" + off + "::") {
            off.clear();
        }
    }
    EXPECT_EQ(off, "") << "commands stay off";
    return commands;
}

TEST(ReportGithub, AnnotatesTheLineOfAnAssertion) {
    Result result = checked(with_expectation(flag_bug, "pass"));
    result.summary.verdict.violation->where = Where("model/a,b:c.cpp", "f", 12);
    const std::vector<std::string> commands = commands_of(github_of({{&result, 1}}));
    ASSERT_EQ(commands.size(), 4U);
    EXPECT_EQ(commands[0], "::group::FAIL flag-bug/seed: VM_BUG_ON violated");
    EXPECT_EQ(commands[1], "::stop-commands::heddle-text");
    EXPECT_EQ(commands[2], "::endgroup::");
    EXPECT_TRUE(commands[3].starts_with(
        "::error file=model/a%2Cb%3Ac.cpp,line=12,title=flag-bug/seed%3A VM_BUG_ON"
        "::FAIL flag-bug/seed: VM_BUG_ON violated%0A"))
        << commands[3];
    EXPECT_TRUE(has_part(commands[3], "%0Aheddle replay flag-bug/seed 1-"));
}

// As many annotations as there are results that are not met, with two more commands each and the
// switching off of commands.
TEST(ReportGithub, ObeysNoTextOfAScenario) {
    const std::vector<Result> results = every_outcome();
    const std::string text = github_of({results, {hostile_text}, ExitCode::not_met});
    std::size_t errors = 0;
    for (const std::string& command : commands_of(text)) {
        errors += command.starts_with("::error") ? 1 : 0;
        EXPECT_TRUE(command.starts_with("::error ") || command.starts_with("::group::") ||
                    command.starts_with("::stop-commands::heddle-text") ||
                    command == "::endgroup::")
            << command;
    }
    EXPECT_EQ(errors, 8U);
}

TEST(ReportGithub, FindsAWordThatTheTextDoesNotHave) {
    Scenario scenario = hostile_scenario();
    scenario.name = "\n::heddle-text::\n::heddle-text-0::\n::error::no";
    const Result result = checked(scenario);
    const std::vector<std::string> commands = commands_of(github_of({{&result, 1}}));
    ASSERT_EQ(commands.size(), 4U);
    EXPECT_EQ(commands[1], "::stop-commands::heddle-text-1");
}

TEST(ReportGithub, WarnsOfWhatMayBeIncomplete) {
    const Result result = unfinished(told_lost_update);
    EXPECT_TRUE(has_part(github_of({{&result, 1}, {}, ExitCode::met, true}),
                         "\n::warning title=lost-update%3A UNKNOWN::UNKNOWN lost-update: "));
    EXPECT_TRUE(has_part(github_of({{&result, 1}}), "\n::error title=lost-update%3A UNKNOWN::"));
}

class ReportGithubProgram : public CommandLine {
  protected:
    void SetUp() override {
        CommandLine::SetUp();
        write("catalogue/unexpected.toml", leak_file("unexpected", "pass"));
    }
};

TEST_F(ReportGithubProgram, AnnotatesByItselfAfterTheTable) {
    const Ran ran = run("check unexpected clean", "GITHUB_ACTIONS=true");
    EXPECT_EQ(ran.code, 1);
    const std::size_t table = ran.out.find("2 scenarios, 1 met, 1 not met");
    const std::size_t error = ran.out.find("\n::error file=model/");
    ASSERT_NE(table, std::string::npos) << ran.out;
    ASSERT_NE(error, std::string::npos) << ran.out;
    EXPECT_LT(table, error);
    EXPECT_TRUE(has_part(ran.out, ",title=unexpected%3A B1::FAIL unexpected: B1 violated%0A"));
}

TEST_F(ReportGithubProgram, SaysNothingElsewhereOrWhenAllIsMet) {
    EXPECT_EQ(run("check unexpected", "GITHUB_ACTIONS=false").out.find("::"), std::string::npos);
    EXPECT_EQ(run("check clean", "GITHUB_ACTIONS=true").out.find("::"), std::string::npos);
}

TEST_F(ReportGithubProgram, LeavesStdoutToAnotherReport) {
    const Ran ran = run("check unexpected --json -", "GITHUB_ACTIONS=true");
    EXPECT_EQ(Json::parse(ran.out)["exit_code"], 1);
    EXPECT_TRUE(run("check unexpected --report github=-", "GITHUB_ACTIONS=true")
                    .out.starts_with("::group::FAIL unexpected"));
}

TEST_F(ReportGithubProgram, AnnotatesAFileThatCannotBeRead) {
    write("broken.toml", "story = 1\n");
    const Ran ran = run("check broken.toml", "GITHUB_ACTIONS=true");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.out, "::error title=heddle::broken.toml"));
}

}  // namespace
}  // namespace heddle::report_github_test
