// SPDX-License-Identifier: Apache-2.0
// `heddle shrink` as a user meets it.
#include "tests/command_line.h"

namespace heddle::command_line_shrink_test {
namespace {

TEST_F(CommandLine, ShrinksAVariantToAFileThatFailsInTheSameWay) {
    for (const char* name : {"leak/seed", "catalogue/leak.toml/seed"}) {
        const Ran ran = run(std::string("shrink ") + name + " --output small.toml --force");
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_EQ(ran.out, "");
        EXPECT_TRUE(has_part(ran.err, "leak/seed breaks B1; "));
        EXPECT_TRUE(has_part(ran.err, "nothing else can go"));
        EXPECT_TRUE(has_part(ran.err, "heddle: gone: vma 'V' and what names it"));
        const std::string text = contents_of(folder / "small.toml");
        EXPECT_TRUE(has_part(text, "name = \"leak-seed-shrunk\"\n"));
        EXPECT_TRUE(has_part(text, "left of leak/seed: it breaks B1, and without any part"));
        EXPECT_TRUE(has_part(text, "expect = \"fail:B1\"\n"));
        const Ran checked = run("check small.toml");
        EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
        EXPECT_TRUE(has_part(checked.out, "FAIL leak-seed-shrunk: B1 violated, as expected"));
    }
    const Ran ran = run("shrink leak/seed");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, contents_of(folder / "small.toml"));
}

TEST_F(CommandLine, ShrinksNothingThatItShouldNot) {
    write("there.toml", "kept");
    write("two.toml", leak_file("two", "pass") + seed_variant + "[variant.other]\n");
    struct Mistake {
        const char* arguments;
        const char* message;
        int code;
    };
    const Mistake mistakes[] = {
        {"shrink", "NAME is required", 2},
        {"shrink leak/sed", "did you mean 'leak/seed'?", 2},
        {"shrink 'nothing-*'", "no scenario matches 'nothing-*'", 5},
        {"shrink nowhere.toml", "'nowhere.toml': no such file", 2},
        {"shrink clean", "clean: PASS; expected a scenario that fails", 2},
        {"shrink leak/seed --max-states 1", "limit of 1 states reached; expected a scenario", 2},
        {"shrink leak/seed --max-states few", "'few': expected a whole number", 2},
        {"shrink leak/seed --time-budget soon", "'soon': expected a number of seconds", 2},
        {"shrink two.toml", "'two.toml' is several scenarios; expected one of them: two.toml/seed,",
         2},
        {"shrink leak/seed --output there.toml",
         "'there.toml' is there already; --force replaces it", 2},
        {"shrink leak/seed --output nowhere/x.toml", "cannot write 'nowhere/x.toml'", 2},
    };
    for (const Mistake& mistake : mistakes) {
        const Ran ran = run(mistake.arguments);
        EXPECT_EQ(ran.code, mistake.code) << mistake.arguments << ran.err;
        EXPECT_TRUE(has_part(ran.err, mistake.message)) << mistake.arguments;
        EXPECT_EQ(ran.out, "") << mistake.arguments;
    }
    EXPECT_EQ(contents_of(folder / "there.toml"), "kept");
}

TEST_F(CommandLine, ShrinksNoScenarioInCpp) {
    const Ran ran =
        run("shrink peterson/broken-yields-first --catalogue '" HEDDLE_CATALOGUE_DIR "'");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(
        ran.err, "'peterson/broken-yields-first' is written in C++; expected one of a .toml file"));
}

TEST_F(CommandLine, ShrinksAsFarAsTheTimeGoes) {
    // Of budgets that become longer the first that is enough to find the failure is not enough to
    // try all there is to try, which takes many times that.
    Ran ran;
    ran.code = 2;
    for (double seconds = 0.01; ran.code == 2 && seconds < 60; seconds *= 2) {
        ran = run("shrink leak/seed --output small.toml --force --time-budget " +
                  std::to_string(seconds));
    }
    EXPECT_EQ(ran.code, 4) << ran.err;
    EXPECT_TRUE(has_part(ran.err, "not at the end: more could go"));
    EXPECT_TRUE(has_part(contents_of(folder / "small.toml"), "it breaks B1.\""));
    EXPECT_EQ(run("check small.toml").code, 0);
}

}  // namespace
}  // namespace heddle::command_line_shrink_test
