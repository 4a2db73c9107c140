// SPDX-License-Identifier: Apache-2.0
// `heddle shrink` as a user meets it.
#include <csignal>

#include "tests/background.h"

namespace heddle::command_line_shrink_test {
namespace {

// Breaks B1 in every schedule, soon. Without the task that does, its other tasks have more states
// than anybody will visit: to look whether they still fail has no end.
std::string endless_file(const std::string& first_task) {
    std::string text =
        "name = \"endless\"\n"
        "story = \"A leak, and much beside it.\"\n"
        "expect = \"fail:B1\"\n"
        "machine = {cpus = 2, free_pages = 8}\n"
        "process = [{name = \"A\"}]\n"
        "vma = [{name = \"V\", locked = true}, {name = \"a\", process = \"A\", pages = 3}]\n"
        "[[page]]\n"
        "name = \"P\"\n"
        "flags = [\"mlocked\"]\n"
        "where = \"lru_add:1\"\n"
        "mapped_by = [\"V\"]\n"
        "pinned_by = [\"munlock\"]\n" +
        first_task +
        "[[task]]\n"
        "name = \"munlock\"\n"
        "steps = [\"__munlock_pagevec P\"]\n";
    for (const char* name : {"one", "two", "three", "four"}) {
        text += std::string("[[task]]\nprocess = \"A\"\nname = \"") + name +
                "\"\nsteps = [\"mlock 0 3\", \"munlock 0 2\", \"mlock 1 2\", \"munlock 0 3\"]\n";
    }
    return text;
}

constexpr const char* needless_task = "[[task]]\nname = \"drain\"\nsteps = [\"lru_add_drain\"]\n";

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
        {"shrink leak/seed --max-states 1",
         "limit of 1 states reached; expected a scenario that fails; nothing is written", 4},
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
    write("endless.toml", endless_file(needless_task));
    // Until the budget is enough for the first candidate; it is never enough for the second, which
    // need not have been begun.
    Ran ran;
    for (double seconds = 0.1; ran.err.find("more could go") == std::string::npos && seconds < 100;
         seconds *= 2) {
        ran = run("shrink endless.toml --output small.toml --force --max-states 0 --time-budget " +
                  std::to_string(seconds));
        EXPECT_EQ(ran.code, 4) << ran.err;
    }
    EXPECT_TRUE(has_part(ran.err, "endless breaks B1; 1 of "));
    EXPECT_TRUE(has_part(ran.err, " candidates taken; out of time: more could go"));
    const std::string text = contents_of(folder / "small.toml");
    EXPECT_TRUE(has_part(text, "it breaks B1.\""));
    EXPECT_EQ(text.find("\"drain\""), std::string::npos);
    EXPECT_EQ(run("check small.toml").code, 0);
}

TEST_F(CommandLine, ShrinksToWhatThereIsIfNothingSmallerIsKnown) {
    write("endless.toml", endless_file(""));
    // Until the budget is enough to find the failure; it is never enough for the first candidate.
    Ran ran;
    for (double seconds = 0.1; !fs::exists(folder / "small.toml") && seconds < 100; seconds *= 2) {
        ran = run("shrink endless.toml --output small.toml --max-states 0 --time-budget " +
                  std::to_string(seconds));
        EXPECT_EQ(ran.code, 4) << ran.err;
    }
    EXPECT_TRUE(has_part(ran.err, "endless breaks B1; 0 of "));
    EXPECT_TRUE(has_part(ran.err, " candidates taken; out of time: nothing smaller is known"));
    EXPECT_EQ(run("check small.toml").code, 0);
}

TEST_F(CommandLine, ShrinksAsFarAsItHasComeWhenInterrupted) {
    write("endless.toml", endless_file(needless_task));
    for (const int signal : {SIGINT, SIGTERM}) {
        Background program(folder, {"shrink", "endless.toml", "--output", "small.toml", "--force",
                                    "--max-states", "0", "--time-budget", "0"});
        ASSERT_TRUE(program.says("heddle: gone: task 'drain' and what names it"));
        program.signal(signal);
        EXPECT_EQ(program.exit_code(), 130);
        EXPECT_TRUE(has_part(program.said(), "endless breaks B1; "));
        EXPECT_TRUE(has_part(program.said(), " candidates taken; interrupted: more could go"));
        const std::string text = contents_of(folder / "small.toml");
        EXPECT_TRUE(has_part(text, "it breaks B1.\""));
        EXPECT_EQ(text.find("\"drain\""), std::string::npos);
        EXPECT_EQ(run("check small.toml").code, 0);
        fs::remove(folder / "small.toml");
    }
}

TEST_F(CommandLine, ShrinksNothingWhenInterruptedBeforeItIsKnownToFail) {
    for (const char* signal : {"INT", "TERM"}) {
        const std::string arguments = "shrink leak/seed --config pipe.toml --output small.toml";
        EXPECT_EQ(code_after(signal, arguments, "/dev/null"), 130);
        EXPECT_TRUE(has_part(contents_of(folder / "err"),
                             "leak/seed: UNKNOWN, interrupted; expected a scenario that fails; "
                             "nothing is written"));
        for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("small")) << entry.path();
        }
    }
}

}  // namespace
}  // namespace heddle::command_line_shrink_test
