// SPDX-License-Identifier: Apache-2.0
// heddle-stress as a user meets it.
#include "tests/command_line.h"

namespace heddle::command_line_stress_test {
namespace {

// heddle-stress instead of heddle.
class StressCommand : public CommandLine {
  protected:
    Ran stress(const std::string& arguments, const std::string& environment = "") const {
        const std::string command = "cd '" + folder.string() + "' && HEDDLE_CATALOGUE=catalogue " +
                                    environment + " '" HEDDLE_STRESS_PROGRAM "' " + arguments +
                                    " >out 2>err </dev/null";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents_of(folder / "out"),
                contents_of(folder / "err")};
    }
};

TEST_F(StressCommand, FindsALeakWhoseLogLeadsTheCheckerToIt) {
    const Ran ran = stress("leak/seed --rounds 100 --time 0 --log leak.log");
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_TRUE(has_part(ran.out, "FAIL leak/seed: B1 violated, as expected\n"));
    EXPECT_TRUE(has_part(ran.out, "zone 0: NR_MLOCK = 1, pages with PG_mlocked = 0\n"));
    EXPECT_TRUE(has_part(ran.out, "in round 1 of seed 1"));
    EXPECT_TRUE(has_part(ran.out, "test_and_clear_bit(P.flags) = 1  __munlock_pagevec"));
    EXPECT_TRUE(has_part(ran.out, "stress proves nothing"));
    const Ran guided = run("check --guided leak.log");
    EXPECT_EQ(guided.code, 0) << guided.out << guided.err;
    EXPECT_TRUE(has_part(guided.out, "FAIL leak/seed: B1 violated, as expected"));
    EXPECT_TRUE(has_part(guided.out, "the order of the log leads to B1 without a deviation"));
    EXPECT_TRUE(has_part(guided.out, "heddle replay leak/seed 1-"));
}

TEST_F(StressCommand, TellsProgramsWhatItTellsReaders) {
    const Ran ran = stress("leak/seed clean --json - --delay 0 --seed 7 --hang-after 5",
                           "HEDDLE_ROUNDS=3 HEDDLE_TIME=0");
    EXPECT_EQ(ran.code, 0) << ran.err;
    const Json json = Json::parse(ran.out);
    EXPECT_EQ(json["format"], "heddle-stress-1");
    EXPECT_EQ(json["seed"], 7);
    EXPECT_EQ(json["delay_ns"], 0);
    EXPECT_EQ(json["exit_code"], 0);
    EXPECT_EQ(json["results"][0]["verdict"], "found");
    EXPECT_EQ(json["results"][0]["violation"]["claim"], "B1");
    EXPECT_EQ(json["results"][1]["verdict"], "clean");
    EXPECT_EQ(json["results"][1]["rounds"], 3);
}

TEST_F(StressCommand, EndsWithACodeForEachKindOfResult) {
    write("unexpected.toml", leak_file("unexpected", "pass"));
    write("wrong.toml", leak_file("wrong", "fail:B5"));
    // R2 is silent on threads: whatever else is broken stands for it.
    write("hidden.toml", leak_file("hidden", "fail:R2"));
    struct Case {
        const char* arguments;
        int code;
        const char* part;
    };
    const Case cases[] = {
        {"unexpected.toml", 1, "FAIL unexpected: B1 violated, expected pass"},
        {"wrong.toml", 1, "FAIL wrong: B1 violated, expected fail:B5"},
        {"hidden.toml", 0, "where threads cannot see R2: what has happened before is ghost state"},
        {"clean", 0, "1 scenario on "},
    };
    for (const Case& each : cases) {
        const Ran ran = stress(std::string(each.arguments) + " --rounds 5 --time 0");
        EXPECT_EQ(ran.code, each.code) << each.arguments << ran.out << ran.err;
        EXPECT_TRUE(has_part(ran.out, each.part));
    }
}

TEST_F(StressCommand, SaysThatItHasNotFoundWhatWasExpected) {
    const std::string clean = clean_file();
    const std::string place = "expect = \"pass\"";
    std::string never = clean;
    never.replace(never.find(place), place.size(), "expect = \"fail:B1\"");
    write("never.toml", never);
    const Ran ran = stress("never.toml --rounds 5 --time 0");
    EXPECT_EQ(ran.code, 4) << ran.err;
    EXPECT_TRUE(has_part(ran.out, "not found"));
    EXPECT_EQ(stress("never.toml --rounds 5 --time 0 --allow-incomplete").code, 0);
    EXPECT_EQ(stress("never.toml --time 0.05", "HEDDLE_ALLOW_INCOMPLETE=1").code, 0);
}

TEST_F(StressCommand, RefusesWhatItCannotDo) {
    struct Mistake {
        const char* arguments;
        const char* message;
        int code;
    };
    const Mistake mistakes[] = {
        {"leak/sed", "did you mean 'leak/seed'?", 2},
        {"nowhere.toml", "'nowhere.toml': no such file", 2},
        {"'nothing-*'", "no scenario matches 'nothing-*'", 5},
        {"leak --time soon", "'soon': expected a number of seconds", 2},
        {"leak --rounds few", "'few': expected a whole number", 2},
        {"leak --seed x", "'x': expected a whole number", 2},
        {"leak --delay -1", "expected a whole number of nanoseconds", 2},
        {"leak --hang-after 0", "'0': expected a number of seconds above 0", 2},
        {"leak --time 0", "expected a limit, or it would never end", 2},
        {"leak --log nowhere/x.log", "cannot write 'nowhere/x.log'", 2},
        {"leak --json nowhere/x.json", "cannot write 'nowhere/x.json'", 2},
        {"leak --jobs 2", "--jobs", 2},
    };
    for (const Mistake& mistake : mistakes) {
        const Ran ran = stress(mistake.arguments);
        EXPECT_EQ(ran.code, mistake.code) << mistake.arguments;
        EXPECT_EQ(ran.out, "") << mistake.arguments;
        EXPECT_TRUE(has_part(ran.err, mistake.message));
    }
    EXPECT_EQ(stress("--help").code, 0);
    EXPECT_TRUE(has_part(stress("--version").out, "heddle-stress "));
}

TEST_F(StressCommand, WritesNoLogOfWhatHasNotFailed) {
    EXPECT_EQ(stress("clean --rounds 2 --time 0 --log clean.log").code, 0);
    EXPECT_FALSE(fs::exists(folder / "clean.log"));
}

TEST_F(StressCommand, CheckRefusesALogThatIsNone) {
    ASSERT_EQ(stress("leak/seed --rounds 1 --time 0 --log leak.log").code, 0);
    Json log = Json::parse(contents_of(folder / "leak.log"));
    log["hash"] = "00000000";
    write("old.log", log.dump());
    log.erase("events");
    write("cut.log", log.dump());
    write("none.log", "{\"format\": \"another\"}");
    write("text.log", "hello");
    const struct {
        const char* arguments;
        const char* message;
    } mistakes[] = {
        {"check --guided nowhere.log", "cannot read 'nowhere.log'"},
        {"check --guided none.log", "'none.log' is no log; expected the format"},
        {"check --guided text.log", "'text.log' is no log of `heddle-stress --log`"},
        {"check --guided cut.log", "'cut.log' is no log of `heddle-stress --log`"},
        {"check --guided old.log", "leak/seed has changed since the log was written"},
        {"check clean --guided leak.log", "the log is of leak/seed, not of clean"},
        {"check leak clean --guided leak.log", "expected the one scenario leak/seed, not 2"},
    };
    for (const auto& mistake : mistakes) {
        const Ran ran = run(mistake.arguments);
        EXPECT_EQ(ran.code, 2) << mistake.arguments << ran.out;
        EXPECT_TRUE(has_part(ran.err, mistake.message));
    }
}

}  // namespace
}  // namespace heddle::command_line_stress_test
