// SPDX-License-Identifier: Apache-2.0
// How to search, as a user says it.
#include "tests/command_line.h"

namespace heddle::command_line_search_test {
namespace {

TEST_F(CommandLine, AgreesWithItselfUnderEveryEngineOption) {
    for (const char* options :
         {"--search bounded", "--search portfolio", "--rewind replay", "--check-engine",
          "--rewind copy --time-budget 60 --memory-budget 64M"}) {
        const Ran ran = run(std::string("check ") + options);
        EXPECT_EQ(ran.code, 0) << options << ran.out;
    }
}

TEST_F(CommandLine, SaysWithWhatSeedItSampled) {
    for (const char* search : {"random", "pct"}) {
        const Ran ran =
            run(std::string("check clean --runs 7 --seed 9 --json - --search ") + search);
        EXPECT_EQ(ran.code, 4) << search;
        const std::string coverage = Json::parse(ran.out)["results"][0]["coverage"];
        EXPECT_TRUE(has_part(coverage, "runs from seed 9, ")) << search;
    }
}

TEST_F(CommandLine, SetsParametersOfScenarios) {
    const std::string ours = "HEDDLE_CATALOGUE='" HEDDLE_SOURCE_DIR "/scenarios' ";
    EXPECT_TRUE(has_part(run("list readers", ours).out, "    --param n=4  readers, 1 to 47\n"));
    const auto parameters = [&](const std::string& arguments, const std::string& environment) {
        const Ran ran = run("check readers lastzero --json - " + arguments, ours + environment);
        return Json::parse(ran.out)["results"][1]["parameters"];
    };
    EXPECT_EQ(parameters("", "")["n"], 4);
    EXPECT_EQ(parameters("--param n=2 --param n=3", "")["n"], 3);
    EXPECT_EQ(parameters("", "HEDDLE_PARAM=n=2")["n"], 2);
    EXPECT_EQ(parameters("--param n=3", "HEDDLE_PARAM=n=2")["n"], 3);
    const Ran failed = run("check --param n=2 munlock-mini/seed", ours);
    const std::size_t line = failed.out.rfind("heddle replay munlock-mini/seed 1-");
    ASSERT_NE(line, std::string::npos) << failed.out;
    const std::size_t begin = line + std::string("heddle ").size();
    const std::string again = failed.out.substr(begin, failed.out.find('\n', line) - begin);
    EXPECT_TRUE(again.ends_with(" --param n=2")) << again;
    EXPECT_EQ(run(again, ours).code, 0);
    const Ran other = run(again + " --param n=3", ours);
    EXPECT_EQ(other.code, 2);
    EXPECT_TRUE(has_part(other.err, "was made for other parameters of munlock-mini/seed"));
}

TEST_F(CommandLine, LeavesOutWhatItIsTold) {
    const std::string states = "check clean --json - --reduction ";
    for (const char* reductions : {"all", "none", "locals,symmetry", "-partial-order"}) {
        const Ran ran = run(states + reductions);
        EXPECT_EQ(ran.code, 0) << reductions;
        EXPECT_GT(Json::parse(ran.out)["results"][0]["states"], 0U) << reductions;
    }
    EXPECT_EQ(run("check clean", "HEDDLE_REDUCTION=none").code, 0);
    const Ran wrong = run("check clean --reduction most");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_TRUE(has_part(wrong.err, "--reduction: 'most': expected all, none, a list such as"));
}

TEST_F(CommandLine, SearchesBySeveralProcesses) {
    const auto counts = [](const Ran& ran) {
        const Json result = Json::parse(ran.out)["results"][0];
        return std::pair(result["states"], result["transitions"]);
    };
    const std::string check = "check clean --reduction await --json - ";
    const Ran one = run(check);
    EXPECT_EQ(one.code, 0);
    EXPECT_EQ(counts(one), counts(run(check + "--jobs 2")));
    EXPECT_EQ(counts(one), counts(run(check, "HEDDLE_JOBS=3")));
    for (const char* jobs : {"0", "many", "1025"}) {
        const Ran wrong = run(check + "--jobs " + jobs);
        EXPECT_EQ(wrong.code, 2) << jobs;
        EXPECT_TRUE(has_part(wrong.err, "expected a number of processes, 1 to 1024"));
    }
}

TEST_F(CommandLine, GoesOnFromACheckpointOfTheSameSearchOnly) {
    const Ran cut = run("check clean --max-states 3 --checkpoint search.ckpt");
    EXPECT_EQ(cut.code, 4);
    ASSERT_TRUE(fs::exists(folder / "search.ckpt"));
    const Ran other = run("check leak/seed --resume search.ckpt");
    EXPECT_EQ(other.code, 2) << other.out << other.err;
    const Ran several = run("check clean leak/seed --resume search.ckpt");
    EXPECT_EQ(several.code, 2);
    EXPECT_EQ(run("check clean --resume search.ckpt").code, 0);
    EXPECT_EQ(run("check clean --checkpoint own.ckpt --checkpoint-interval 0").code, 0);
    EXPECT_FALSE(fs::exists(folder / "own.ckpt"));  // removed at the end of the search
    const Ran interval = run("check clean --checkpoint-interval soon");
    EXPECT_EQ(interval.code, 2);
    EXPECT_TRUE(has_part(interval.err, "'soon': expected a number of seconds"));
    EXPECT_EQ(run("check clean --resume missing.ckpt").code, 2);
}

}  // namespace
}  // namespace heddle::command_line_search_test
