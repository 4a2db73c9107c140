// SPDX-License-Identifier: Apache-2.0
// `heddle check --history` and `heddle stats` as a user meets them.
#include <sqlite3.h>

#include "tests/command_line.h"

namespace heddle::command_line_stats_test {
namespace {

TEST_F(CommandLine, ShowsTheTrendOfWhatWasChecked) {
    EXPECT_EQ(run("check --history h.db --commit first").code, 0);
    write("catalogue/leak.toml", leak_file("leak", "pass") +
                                     "[[task]]\nname = \"drain\"\ncpu = 1\n"
                                     "steps = [\"lru_add_drain\"]\n"
                                     "[fixes]\nwith = [\"munlock_counts_cleared_flags\"]\n"
                                     "[variant.seed]\n");
    EXPECT_EQ(run("check --history h.db --commit second --json results.json").code, 0);
    const Ran ran = run("stats --history h.db");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(ran.out.starts_with("clean\n  date "));
    EXPECT_TRUE(has_part(ran.out, "\nleak/seed\n  date"));
    EXPECT_TRUE(has_part(ran.out, "  first         FAIL B1 "));
    EXPECT_TRUE(has_part(ran.out, "  second        PASS "));
    EXPECT_TRUE(has_part(ran.out, "verdict changed, states changed\n"));

    const Ran json_ran = run("stats leak --last 1 --history h.db --json -");
    const Json json = Json::parse(json_ran.out);
    EXPECT_EQ(json["schema"], "heddle-history-1");
    ASSERT_EQ(json["scenarios"].size(), 1U);
    EXPECT_EQ(json["scenarios"][0]["name"], "leak/seed");
    ASSERT_EQ(json["scenarios"][0]["runs"].size(), 1U);
    const Json shown = json["scenarios"][0]["runs"][0];
    EXPECT_EQ(shown["commit"], "second");
    EXPECT_EQ(shown["verdict"], "PASS");
    EXPECT_EQ(shown["version"], "0.1.0");
    EXPECT_EQ(shown["changes"], Json({"verdict", "states"}));
    const Json results = Json::parse(contents_of(folder / "results.json"));
    EXPECT_EQ(shown["states"], results["results"][1]["states"]);
}

TEST_F(CommandLine, KeepsTheCommitOfTheWorkingDirectory) {
    const std::string git = "cd '" + folder.string() +
                            "' && git init -q . && git -c user.name=t -c user.email=t@t commit -q "
                            "--allow-empty -m t && git rev-parse HEAD >commit";
    ASSERT_EQ(std::system(git.c_str()), 0);
    EXPECT_EQ(run("check leak --history h.db").code, 0);
    const Json json = Json::parse(run("stats --history h.db --json -").out);
    EXPECT_EQ(json["scenarios"][0]["runs"][0]["commit"].get<std::string>() + "\n",
              contents_of(folder / "commit"));
}

TEST_F(CommandLine, RefusesWhatIsNoHistory) {
    write("text.db", std::string(200, 'x'));
    for (const char* arguments : {"stats --history text.db", "check --history text.db"}) {
        const Ran ran = run(arguments);
        EXPECT_EQ(ran.code, 2) << arguments;
        EXPECT_TRUE(has_part(ran.err, "history 'text.db' is no database; expected one of"));
        EXPECT_EQ(ran.out, "") << arguments;
    }
    EXPECT_EQ(contents_of(folder / "text.db"), std::string(200, 'x'));
    EXPECT_TRUE(has_part(run("stats").err, "--history FILE is missing; expected one that"));
    EXPECT_EQ(run("stats").code, 2);
    EXPECT_EQ(run("stats --history none.db").code, 2);
    EXPECT_FALSE(fs::exists(folder / "none.db"));
    EXPECT_EQ(run("check --history nowhere/h.db").code, 2);
    EXPECT_EQ(run("stats --history text.db --last 0").code, 2);
}

TEST_F(CommandLine, SaysWhenAHistoryHasNothing) {
    EXPECT_EQ(run("check leak --history h.db").code, 0);
    const Ran ran = run("stats 'other-*' --history h.db");
    EXPECT_EQ(ran.code, 5);
    EXPECT_TRUE(has_part(ran.err, "history 'h.db' has no result of what was asked for"));
    EXPECT_EQ(run("stats --history h.db").code, 0);
}

// Somebody else writes for longer than the program waits.
TEST_F(CommandLine, WaitsForAHistoryThatIsBusy) {
    EXPECT_EQ(run("check leak --history h.db").code, 0);
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open((folder / "h.db").c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
    for (const char* arguments : {"check leak --history h.db", "stats --history h.db"}) {
        const Ran ran = run(arguments);
        EXPECT_EQ(ran.code, 2) << arguments;
        EXPECT_TRUE(has_part(ran.err, "another process has been writing to it for 5 s"));
    }
    EXPECT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    const Json json = Json::parse(run("stats --history h.db --json -").out);
    EXPECT_EQ(json["scenarios"][0]["runs"].size(), 1U);
}

}  // namespace
}  // namespace heddle::command_line_stats_test
