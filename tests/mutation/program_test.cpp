// SPDX-License-Identifier: Apache-2.0
// heddle_mutate as a user meets it.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace heddle::program_test {
namespace {

struct Ran {
    int code = 0;
    std::string text;  // of stdout and stderr
};

// With the small scenarios of one folder, and a file of equivalent mutants that says `equivalent`.
Ran run(const std::string& arguments, const std::string& equivalent) {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("heddle-mutate-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    const std::string file = (folder / "equivalent.toml").string();
    std::ofstream(file) << equivalent;
    const std::string command = "'" HEDDLE_MUTATE_PROGRAM "' run --catalogue '" HEDDLE_SOURCE_DIR
                                "/scenarios/mlock' --scenario-states 3000 --equivalent '" +
                                file + "' " + arguments + " 2>&1";
    Ran ran;
    FILE* out = popen(command.c_str(), "r");
    for (int c = std::fgetc(out); c != EOF; c = std::fgetc(out)) {
        ran.text += static_cast<char>(c);
    }
    ran.code = WEXITSTATUS(pclose(out));
    std::filesystem::remove_all(folder);
    return ran;
}

constexpr const char* recheck = "M:putback_without_recheck";

std::string equivalent(const std::string& mutant) {
    return "[[equivalent]]\nmutants = [\"" + mutant + "\"]\nreason = \"so it is\"\n";
}

TEST(HeddleMutate, TellsWhichScenarioKills) {
    const Ran ran = run(recheck, "");
    EXPECT_EQ(ran.code, 0) << ran.text;
    EXPECT_NE(ran.text.find("killed      M:putback_without_recheck"), std::string::npos);
    EXPECT_NE(ran.text.find("1 mutants: 1 killed, 0 equivalent, 0 survived: 100.0 %"),
              std::string::npos);
}

TEST(HeddleMutate, RefusesAnEquivalentMutantThatIsNotThere) {
    const Ran ran = run(recheck, equivalent("M:putback_without_rechecks"));
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.text.find("did you mean 'M:putback_without_recheck'?"), std::string::npos)
        << ran.text;
}

TEST(HeddleMutate, RefusesAnEquivalentMutantThatIsKilled) {
    const Ran ran = run(recheck, equivalent(recheck));
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.text.find("is called equivalent and is killed by"), std::string::npos)
        << ran.text;
}

TEST(HeddleMutate, RefusesAMalformedFile) {
    EXPECT_EQ(run(recheck, "[[equivalent]]\nmutants = \"x\"\n").code, 2);
    EXPECT_EQ(run(recheck, "[[equivalents]]\n").code, 2);
}

TEST(HeddleMutate, FailsBelowTheScore) {
    const Ran ran = run("vmscan.cpp:putback_lru_page:answer-false:'*' --max-states 2", "");
    EXPECT_EQ(ran.code, 1) << ran.text;
    EXPECT_NE(ran.text.find("UNFINISHED"), std::string::npos);
}

TEST(HeddleMutate, SaysThatNothingMatches) { EXPECT_EQ(run("no-such-mutant", "").code, 5); }

}  // namespace
}  // namespace heddle::program_test
