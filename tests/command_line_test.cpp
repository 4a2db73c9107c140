// SPDX-License-Identifier: Apache-2.0
// The program as a user meets it: command lines, exit codes, where its output goes.
#include "tests/command_line.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace heddle::command_line_test {
namespace {

TEST_F(CommandLine, RefusesWhatItDoesNotUnderstand) {
    struct Mistake {
        const char* arguments;
        const char* message;
    };
    const std::vector<Mistake> mistakes = {
        {"", "subcommand is required"},
        {"chekc", "there is no command 'chekc'; did you mean 'check'?"},
        {"frobnicate", "expected one of list, check, "},
        {"check --frobnicate", "--frobnicate"},
        {"check --max-states many", "'many': expected a whole number"},
        {"check --max-states -5", "'-5': expected a whole number"},
        {"check --time-budget -1", "'-1': expected a number of seconds"},
        {"check --time-budget soon", "'soon': expected a number of seconds"},
        {"check --memory-budget 10Q", "'10Q': expected a number of bytes"},
        {"check --memory-budget", "--memory-budget"},
        {"check --search dfs", "'dfs': expected one of exhaustive, "},
        {"check --seed dice", "'dice': expected a whole number, 0 or more"},
        {"check --runs 0", "'0': expected a whole number, 1 or more"},
        {"check --depth 0", "'0': expected a whole number from 1 to 20"},
        {"check --depth 21", "'21': expected a whole number from 1 to 20"},
        {"check --rewind undo", "'undo': expected one of copy, replay"},
        {"check --color blue", "'blue': expected one of auto, always, never"},
        {"check --catalogue nowhere", "catalogue 'nowhere'"},
        {"check leak/sed", "there is no scenario 'leak/sed'; did you mean 'leak/seed'?"},
        {"check xylophone", "`heddle list` shows"},
        {"check nowhere.toml", "'nowhere.toml': no such file"},
        {"check nowhere.toml/seed", "'nowhere.toml': no such file"},
        {"check catalogue/leak.toml/sed",
         "'catalogue/leak.toml' has no variant 'sed'; expected one"},
        {"check catalogue", "'catalogue' is a directory"},
        {"check --json nowhere/results.json", "cannot write 'nowhere/results.json'"},
        {"check --json catalogue", "cannot write 'catalogue': it is a directory"},
        {"check --param n", "'n': expected a name and a whole number, such as n=14"},
        {"check clean --param n=1", "--param n=1: nothing selected has a parameter 'n'"},
        {"replay leak/seed 1-0-a1 --param n=1", "nothing selected has a parameter 'n'"},
        {"list leek", "did you mean 'leak'?"},
        {"replay leak/seed", "SCHEDULE is required"},
        {"replay nobody 1-0-a1", "there is no scenario 'nobody'"},
        {"replay leak/seed a1b2", "expected 1-<hash>-<steps>"},
        {"replay leak/seed 1-fffffff-a1", "was made for another version of leak/seed"},
    };
    for (const Mistake& mistake : mistakes) {
        const Ran ran = run(mistake.arguments);
        EXPECT_EQ(ran.code, 2) << mistake.arguments;
        EXPECT_TRUE(has_part(ran.err, mistake.message)) << mistake.arguments;
        EXPECT_EQ(ran.out, "") << mistake.arguments;
    }
}

TEST_F(CommandLine, MeetsExpectations) {
    const Ran ran = run("check");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_TRUE(has_part(ran.out,
                         "FAIL leak/seed: B1 violated, as expected\n  heddle replay leak/seed 1-"));
    EXPECT_TRUE(ran.out.ends_with("2 scenarios, 2 met, 0 not met\n")) << ran.out;
}

TEST_F(CommandLine, ShowsTheTraceOfAScenarioThatIsNamed) {
    for (const char* name : {"leak", "leak/seed", "'leak*'", "catalogue/leak.toml"}) {
        const Ran ran = run(std::string("check ") + name);
        EXPECT_EQ(ran.code, 0) << name << ran.err;
        EXPECT_TRUE(has_part(ran.out, "test_and_clear_bit(mlocked, P.flags) 1 -> 0"));
        EXPECT_TRUE(ran.out.ends_with("1 scenario, 1 met, 0 not met\n")) << ran.out;
    }
}

TEST_F(CommandLine, FailsWhenAnExpectationDoes) {
    write("unexpected.toml", leak_file("unexpected", "pass"));
    EXPECT_EQ(run("check unexpected.toml").code, 1);
    write("missing.toml", leak_file("missing", "fail:B2"));
    const Ran ran = run("check missing.toml");
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(has_part(ran.out, "FAIL missing: B1 violated, but fail:B2 was expected"));
}

TEST_F(CommandLine, SaysWhenASearchIsIncomplete) {
    const Ran ran = run("check clean --max-states 1");
    EXPECT_EQ(ran.code, 4);
    EXPECT_TRUE(has_part(ran.out, "UNKNOWN clean: limit of 1 states reached"));
    EXPECT_TRUE(has_part(ran.out, "1 scenario, 0 met, 0 not met, 1 incomplete"));
    EXPECT_EQ(run("check clean --max-states 1 --allow-incomplete").code, 0);
}

TEST_F(CommandLine, SaysWhenNothingIsSelected) {
    const Ran ran = run("check 'nothing-*'");
    EXPECT_EQ(ran.code, 5);
    EXPECT_TRUE(has_part(ran.err, "no scenario matches 'nothing-*'"));
    fs::create_directories(folder / "empty");
    EXPECT_EQ(run("check --catalogue empty").code, 5);
}

TEST_F(CommandLine, SaysWhenAScenarioIsVacuous) {
    write("vacuous.toml", "sometimes = [\"zone0.NR_MLOCK == 7\"]\n" + clean_file());
    const Ran ran = run("check vacuous.toml");
    EXPECT_EQ(ran.code, 5) << ran.err;
    EXPECT_TRUE(has_part(ran.out, "VACUOUS clean"));
}

TEST_F(CommandLine, ChecksTheGoodFilesAmongMalformedOnes) {
    write("catalogue/bad.toml", "name = \"malformed\n");
    write("catalogue/worse.toml", "malformed = 1\n");
    const Ran ran = run("check --json results.json");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "catalogue/bad.toml:1"));
    EXPECT_TRUE(has_part(ran.err, "catalogue/worse.toml:"));
    EXPECT_TRUE(has_part(ran.out, "2 scenarios, 2 met"));
    const Json json = Json::parse(contents_of(folder / "results.json"));
    EXPECT_EQ(json["exit_code"], 2);
    EXPECT_EQ(json["errors"].size(), 2U);
    EXPECT_EQ(json["results"].size(), 2U);
}

TEST_F(CommandLine, RefusesTwoScenariosOfOneName) {
    write("catalogue/twin.toml", leak_file("leak", "pass") + seed_variant);
    const Ran ran = run("check");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "the name 'leak/seed' is taken by catalogue/leak.toml"));
}

TEST_F(CommandLine, ReadsOnlyWhatSpeaksOfASingleName) {
    write("catalogue/bad.toml", "name = \"malformed\n");
    EXPECT_EQ(run("check leak").code, 0);
    EXPECT_EQ(run("check leak/seed clean").code, 2);
    EXPECT_TRUE(has_part(run("check leak/sed").err, "did you mean 'leak/seed'?"));

    write("catalogue/escaped.toml", leak_file("sp\\u0065lt", "fail:B1"));
    EXPECT_EQ(run("check spelt").code, 0);

    write("catalogue/twin.toml", leak_file("leak", "pass") + seed_variant);
    const Ran ran = run("check leak/seed");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "the name 'leak/seed' is taken by catalogue/leak.toml"));
}

TEST_F(CommandLine, ReplaysACounterexample) {
    const Ran ran = run("replay leak/seed " + schedule());
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(ran.out.starts_with("FAIL leak/seed: B1 violated, as expected\n")) << ran.out;
    EXPECT_TRUE(has_part(ran.out, "test_and_clear_bit(mlocked, P.flags) 1 -> 0"));
    EXPECT_EQ(run("replay catalogue/leak.toml " + schedule()).code, 0);
}

// Some variants differ only in what is checked, so that a schedule of one fits the other.
TEST_F(CommandLine, NamesTheVariantOfAFileThatItReplays) {
    write("twins.toml", leak_file("twins", "pass") + seed_variant +
                            "[variant.silent]\ninvariants.off = [\"B1\"]\n");
    const Ran checked = run("check twins.toml/seed");
    EXPECT_TRUE(has_part(checked.out, "1 scenario, 1 met"));
    const std::string command = "replay twins.toml/seed 1-";
    const std::size_t at = checked.out.find(command);
    ASSERT_NE(at, std::string::npos) << checked.out;
    const std::string again = checked.out.substr(at, checked.out.find('\n', at) - at);
    const Ran replayed = run(again);
    EXPECT_EQ(replayed.code, 0) << replayed.err;
    EXPECT_TRUE(has_part(replayed.out, "FAIL twins/seed: B1 violated"));
    const Ran either = run("replay twins.toml " + again.substr(command.size() - 2));
    EXPECT_EQ(either.code, 2);
    EXPECT_TRUE(has_part(either.err, "expected one of them"));
}

TEST_F(CommandLine, ReplaysUnexpectedAndUnfinishedSchedules) {
    const std::string whole = schedule();
    const std::string head = whole.substr(0, whole.find('-', 2) + 1);
    EXPECT_EQ(run("replay leak/seed " + head + "a1").code, 4);
    const Ran missing = run("replay leak/seed " + head + "f1");
    EXPECT_EQ(missing.code, 2);
    EXPECT_TRUE(has_part(missing.err, "the schedule names task f; the scenario has 1 task, a"));
    EXPECT_EQ(run("replay leak/seed " + head + "a1000").code, 2);
    EXPECT_EQ(run("replay leak/seed " + head + "a0").code, 2);
    EXPECT_EQ(run("replay clean " + whole).code, 2);  // another scenario's hash
}

TEST_F(CommandLine, WritesJsonToStdoutAlone) {
    const Ran ran = run("check --json -");
    EXPECT_EQ(ran.code, 0);
    const Json json = Json::parse(ran.out);
    EXPECT_EQ(json["schema"], "heddle-results-1");
    EXPECT_EQ(json["results"].size(), 2U);
    EXPECT_EQ(Json::parse(run("list --json -").out)["scenarios"].size(), 2U);
}

TEST_F(CommandLine, ShowsFiguresThatOthersHaveMeasured) {
    write("mutants.json",
          R"({"figures": [{"name": "mutation score", "value": "95.7 %", "detail": "of 1260"}]})");
    const Ran ran = run("check leak --figures mutants.json --json - --report html=leak.html");
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(Json::parse(ran.out)["figures"][0]["value"], "95.7 %");
    EXPECT_TRUE(has_part(contents_of(folder / "leak.html"), "mutation score"));

    write("other.json", R"({"figures": [{"name": "mutation score"}]})");
    for (const char* file : {"other.json", "missing.json", "catalogue/leak.toml"}) {
        const Ran refused = run(std::string("check leak --figures ") + file);
        EXPECT_EQ(refused.code, 2) << file;
        EXPECT_TRUE(has_part(refused.err, file));
    }
}

TEST_F(CommandLine, WritesJsonWholeOrNotAtAll) {
    write("results.json", "old");
    EXPECT_EQ(run("check xylophone --frobnicate --json results.json").code, 2);
    EXPECT_EQ(contents_of(folder / "results.json"), "old");
    EXPECT_EQ(run("check --json results.json").code, 0);
    EXPECT_TRUE(Json::accept(contents_of(folder / "results.json")));
    const auto leftover = [](const fs::directory_entry& entry) {
        return entry.path().string().find(".tmp-") != std::string::npos;
    };
    EXPECT_EQ(std::count_if(fs::directory_iterator(folder), fs::directory_iterator(), leftover), 0);
}

TEST_F(CommandLine, TakesOptionsFromTheEnvironment) {
    EXPECT_EQ(run("check clean", "HEDDLE_MAX_STATES=1").code, 4);
    EXPECT_EQ(run("check clean", "HEDDLE_MAX_STATES=1 HEDDLE_ALLOW_INCOMPLETE=1").code, 0);
    EXPECT_EQ(run("check clean --max-states 0", "HEDDLE_MAX_STATES=1").code, 0);
    const Ran bounded = run("check clean", "HEDDLE_SEARCH=bounded HEDDLE_JSON=-");
    EXPECT_EQ(Json::parse(bounded.out)["results"][0]["search"], "bounded");
    const Ran sampled = run("check clean",
                            "HEDDLE_SEARCH=pct HEDDLE_SEED=5 HEDDLE_RUNS=3 "
                            "HEDDLE_DEPTH=2 HEDDLE_ALLOW_INCOMPLETE=1");
    EXPECT_TRUE(has_part(sampled.out, "chance to find a bug of depth 2 was at least"));
    EXPECT_TRUE(has_part(sampled.out, "\n  4 runs from seed 5, "));
    const Ran wrong = run("check", "HEDDLE_TIME_BUDGET=soon");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_TRUE(has_part(wrong.err, "the environment sets HEDDLE_TIME_BUDGET=soon"));
}

TEST_F(CommandLine, HonoursNoColor) {
    const std::string escape = "\x1b[";
    EXPECT_EQ(run("check").out.find(escape), std::string::npos);  // no terminal
    EXPECT_TRUE(has_part(run("check --color always").out, escape));
    EXPECT_TRUE(has_part(run("check --color always", "NO_COLOR=1").out, escape));
    EXPECT_EQ(run("check --color auto", "NO_COLOR=1").out.find(escape), std::string::npos);
    EXPECT_EQ(run("check", "HEDDLE_COLOR=never").out.find(escape), std::string::npos);
}

TEST_F(CommandLine, ListsWhatThereIs) {
    const Ran ran = run("list");
    EXPECT_EQ(ran.code, 0);
    EXPECT_TRUE(
        has_part(ran.out, "leak/seed  fail:B1  A page in a remote pagevec is munlocked.\n"));
    EXPECT_TRUE(has_part(run("list clean").out, "clean"));
}

TEST_F(CommandLine, ExplainsItself) {
    EXPECT_TRUE(has_part(run("--help").out, "Exit codes: 0 every expectation met"));
    EXPECT_TRUE(has_part(run("check --help").out, "HEDDLE_TIME_BUDGET"));
    EXPECT_TRUE(run("--version").out.starts_with("heddle "));
    EXPECT_EQ(run("--help").code, 0);
}

TEST_F(CommandLine, WritesWhatItHasWhenInterrupted) {
    for (const char* signal : {"INT", "TERM"}) {
        EXPECT_EQ(code_after(signal), 130) << signal;
        EXPECT_TRUE(has_part(contents_of(folder / "err"), "interrupted; 0 of 1 scenarios"));
        EXPECT_EQ(Json::parse(contents_of(folder / "results.json"))["exit_code"], 130);
    }
}

// What an assertion raises that fails.
TEST_F(CommandLine, CallsAnAbortAMistakeOfOurs) {
    EXPECT_EQ(code_after("ABRT"), 3);
    EXPECT_FALSE(fs::exists(folder / "results.json"));
}

TEST_F(CommandLine, PrintsTheSchemaOfScenarioFiles) {
    const Ran ran = run("schema");
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_TRUE(Json::parse(ran.out)["properties"].contains("machine"));
}

TEST_F(CommandLine, NoticesThatStdoutIsFull) {
    const std::string command = "HEDDLE_CATALOGUE='" + (folder / "catalogue").string() +
                                "' '" HEDDLE_PROGRAM "' list >/dev/full 2>/dev/null";
    const int status = std::system(command.c_str());
    EXPECT_EQ(WEXITSTATUS(status), 2);
}

}  // namespace
}  // namespace heddle::command_line_test
