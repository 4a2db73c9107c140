// SPDX-License-Identifier: Apache-2.0
// A scenario of one's own: from nothing to a counterexample, and on with every save.
#include <csignal>

#include "tests/background.h"

namespace heddle::command_line_new_test {
namespace {

TEST_F(CommandLine, WritesAScenarioThatFailsAndCanBeMended) {
    for (const std::string form : {"pages", "process"}) {
        const Ran made = run("new " + form + (form == "process" ? " --process" : ""));
        EXPECT_EQ(made.code, 0) << made.err;
        EXPECT_TRUE(has_part(made.out, "heddle check " + form + ".toml"));
        const Ran failed = run("check " + form + ".toml");
        EXPECT_EQ(failed.code, 1) << failed.err;
        EXPECT_TRUE(has_part(failed.out, "FAIL " + form + ": B1 violated\n"));
        EXPECT_TRUE(has_part(failed.out, "heddle replay " + form + ".toml 1-"));
        // What its last comment says.
        std::string text = contents_of(folder / (form + ".toml"));
        for (const std::string line : {"[fixes]\n", "with = "}) {
            const std::size_t at = text.find("# " + line);
            ASSERT_NE(at, std::string::npos) << line;
            text.erase(at, 2);
        }
        write(form + ".toml", text);
        const Ran mended = run("check " + form + ".toml");
        EXPECT_EQ(mended.code, 0) << mended.out;
    }
}

TEST_F(CommandLine, NamesANewScenarioAsItIsTold) {
    EXPECT_EQ(run("new").code, 0);
    EXPECT_TRUE(fs::exists(folder / "my-scenario.toml"));
    EXPECT_EQ(run("new race.toml", "HEDDLE_PROCESS=1").code, 0);
    EXPECT_TRUE(has_part(contents_of(folder / "race.toml"), "[[process]]"));
}

TEST_F(CommandLine, NeverWritesOverAScenario) {
    write("mine.toml", "mine");
    const Ran there = run("new mine");
    EXPECT_EQ(there.code, 2);
    EXPECT_TRUE(has_part(there.err, "'mine.toml' is there already; expected a new name"));
    EXPECT_EQ(contents_of(folder / "mine.toml"), "mine");
    for (const char* name : {"''", "a/b", "'a b'", "'*'", "-- -x", "My_Name"}) {
        const Ran wrong = run(std::string("new ") + name);
        EXPECT_EQ(wrong.code, 2) << name;
        EXPECT_TRUE(has_part(wrong.err, "expected a name of letters a-z, digits and dashes"))
            << name;
    }
}

TEST_F(CommandLine, LeavesNothingOfAScenarioThatCannotBeWritten) {
    // No file may grow, as if the disk were full.
    const std::string command = "cd '" + folder.string() +
                                "' && (trap '' XFSZ; ulimit -f 0; '" HEDDLE_PROGRAM
                                "' new other 2>&1; echo $?) | cat >said";
    EXPECT_EQ(std::system(command.c_str()), 0);
    EXPECT_EQ(contents_of(folder / "said"),
              "heddle: cannot write 'other.toml': File too large\n2\n");
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        EXPECT_FALSE(entry.path().filename().string().starts_with("other")) << entry.path();
    }
}

class Watch : public CommandLine {
  protected:
    void save(const std::string& name, const std::string& text) const {
        write(name + ".new", text);
        fs::rename(folder / (name + ".new"), folder / name);
    }
};

TEST_F(Watch, ChecksAgainOnEverySave) {
    write("my.toml", leak_file("my", "pass"));
    Background program(folder, {"check", "my.toml", "--watch", "--report", "json=results.json"});
    const auto verdict = [this] {
        return Json::parse(contents_of(folder / "results.json"))["results"][0]["verdict"];
    };
    const std::string waits = "watching my.toml; Ctrl-C ends";
    ASSERT_TRUE(program.says(waits));
    EXPECT_EQ(verdict(), "FAIL");
    // In place, as some editors write, and by another file that takes its name, as others do.
    std::ofstream(folder / "my.toml", std::ios::app)
        << "[fixes]\nwith = [\"munlock_counts_cleared_flags\"]\n";
    ASSERT_TRUE(program.says(waits, 2));
    EXPECT_EQ(verdict(), "PASS");
    save("my.toml", "malformed = 1\n");
    ASSERT_TRUE(program.says("my.toml:1:1: "));
    ASSERT_TRUE(program.says(waits, 3));
    save("my.toml", leak_file("my", "pass"));
    ASSERT_TRUE(program.says(waits, 4));
    program.signal(SIGINT);
    EXPECT_EQ(program.exit_code(), 1);  // that of the last check
}

TEST_F(Watch, BeginsAgainWhenASearchIsOvertakenByASave) {
    write("my.toml", clean_file());
    Background program(folder, {"check", "my.toml", "--watch", "--search", "random", "--runs",
                                "10000000000", "--progress=json", "--progress-interval=0"});
    ASSERT_TRUE(program.says(R"("event":"progress")"));
    save("my.toml", leak_file("my", "fail:B1"));
    ASSERT_TRUE(program.says("watching my.toml; Ctrl-C ends"));
    program.signal(SIGTERM);
    EXPECT_EQ(program.exit_code(), 0);
}

TEST_F(Watch, TakesFilesOnly) {
    const Ran ran = run("check clean", "HEDDLE_WATCH=1");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "--watch: expected a .toml file among the names"));
}

}  // namespace
}  // namespace heddle::command_line_new_test
