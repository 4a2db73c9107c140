// SPDX-License-Identifier: Apache-2.0
// heddle-stress as a user meets it.
#include <fcntl.h>

#include <csignal>

#include "tests/background.h"

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
    // R2 is silent on threads, but B1 is nothing that it leaves behind.
    write("hidden.toml", leak_file("hidden", "fail:R2"));
    struct Case {
        const char* arguments;
        int code;
        const char* part;
    };
    const Case cases[] = {
        {"unexpected.toml", 1, "FAIL unexpected: B1 violated, expected pass"},
        {"wrong.toml", 1, "FAIL wrong: B1 violated, expected fail:B5"},
        {"hidden.toml", 1, "FAIL hidden: B1 violated, expected fail:R2"},
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

// What threads cannot see leaves something behind that they do. That it comes from the bug the
// scenario is about says the checker: led by the round's log it breaks the same, or what was
// expected before it comes to that.
TEST_F(StressCommand, MeetsAnExpectationByWhatIsLeftOfIt) {
    const struct {
        const char* scenario;
        const char* seen;
        const char* guided;
    } cases[] = {
        {"shm-unlock-stranded/before-3-3",
         "C1 violated, where threads cannot see C1': what is still on", "the log leads to C1 "},
        {"special-mapping-under-mcl-future/seed-locks-what-is-special",
         "E6 violated, where threads cannot see E3: it must hold in every state",
         "the log leads to E6 "},
        {"lru-lock-self-deadlock/before-3-13",
         "deadlock violated, where threads cannot see D6: a path", "the log leads to D6 "},
        {"vm-mixedmap/before-as-munlock-goes", "B6 violated, where threads cannot see B9: a path",
         "the log leads to B9 "},
    };
    const std::string whole = "HEDDLE_CATALOGUE='" HEDDLE_SOURCE_DIR "/scenarios'";
    for (const auto& each : cases) {
        const Ran ran = stress(std::string(each.scenario) + " --time 60 --log hidden.log", whole);
        EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
        EXPECT_TRUE(has_part(ran.out, each.seen));
        EXPECT_TRUE(has_part(run("check --guided hidden.log", whole).out, each.guided));
    }
}

const std::vector<std::string> without_end = {
    "leak/seed",     "clean",  "never.toml",   "--time", "0",       "--rounds",
    "1000000000000", "--json", "results.json", "--log",  "leak.log"};

TEST_F(StressCommand, TellsWhatIsKnownWhenInterrupted) {
    write("never.toml", leak_file("never", "pass"));
    for (const int signal : {SIGINT, SIGTERM}) {
        Background program(folder, without_end, Background::Stderr::terminal,
                           HEDDLE_STRESS_PROGRAM);
        ASSERT_TRUE(program.says("2/3 clean: "));
        program.signal(signal);
        EXPECT_EQ(program.exit_code(), 130);
        EXPECT_TRUE(has_part(program.said(), "interrupted; 2 of 3 scenarios were begun"));
        const std::string out = contents_of(folder / "out");
        EXPECT_TRUE(has_part(out, "clean      pass      interrupted  ?  "));
        EXPECT_TRUE(
            has_part(out, "1 as expected, 0 expected and not found, 0 not as expected, 1 int"));
        const Json json = Json::parse(contents_of(folder / "results.json"));
        EXPECT_EQ(json["exit_code"], 130);
        ASSERT_EQ(json["results"].size(), 2U);
        EXPECT_EQ(json["results"][0]["verdict"], "found");
        EXPECT_EQ(json["results"][1]["verdict"], "interrupted");
        EXPECT_EQ(json["results"][1]["met"], false);
        EXPECT_GT(json["results"][1]["rounds"], 0U);
        EXPECT_EQ(Json::parse(contents_of(folder / "leak.log"))["claim"], "B1");
    }
}

// It reads a file that does not come to its end, so that it has not begun to play.
TEST_F(StressCommand, EndsAtOnceWhenInterruptedAgain) {
    ASSERT_EQ(mkfifo((folder / "pipe.toml").c_str(), 0600), 0);
    Background program(folder, {"pipe.toml"}, Background::Stderr::pipe, HEDDLE_STRESS_PROGRAM);
    const int never_closed = open((folder / "pipe.toml").c_str(), O_WRONLY | O_CLOEXEC);
    while (!program.has_ended()) {
        program.signal(SIGINT);
    }
    close(never_closed);
    EXPECT_EQ(program.exit_code(), -1);  // by the signal
}

TEST_F(StressCommand, PlaysNothingOnceInterrupted) {
    ASSERT_EQ(mkfifo((folder / "pipe.toml").c_str(), 0600), 0);
    Background program(folder, {"pipe.toml", "--json", "results.json"}, Background::Stderr::pipe,
                       HEDDLE_STRESS_PROGRAM);
    const int pipe = open((folder / "pipe.toml").c_str(), O_WRONLY | O_CLOEXEC);
    program.signal(SIGINT);
    const std::string text = leak_file("leak", "pass");
    EXPECT_EQ(::write(pipe, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    close(pipe);
    EXPECT_EQ(program.exit_code(), 130);
    EXPECT_TRUE(has_part(program.said(), "interrupted; 0 of 1 scenarios were begun"));
    EXPECT_EQ(contents_of(folder / "out"), "");
    const Json json = Json::parse(contents_of(folder / "results.json"));
    EXPECT_EQ(json["exit_code"], 130);
    EXPECT_EQ(json["results"].size(), 0U);
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
