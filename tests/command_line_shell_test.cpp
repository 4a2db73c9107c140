// SPDX-License-Identifier: Apache-2.0
// What is generated from the command line: completion, the manual page; and that it is complete.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "scenarios/program/app.h"
#include "tests/command_line.h"

namespace heddle::command_line_shell_test {
namespace {

class Shell : public CommandLine {
  protected:
    // What a shell says to `script`, which can call the program by its name.
    Ran shell(const std::string& name, const std::string& script) const {
        write("script", script);
        const std::string command = "cd '" + folder.string() + "' && PATH='" +
                                    fs::path(HEDDLE_PROGRAM).parent_path().string() +
                                    "':\"$PATH\" HEDDLE_CATALOGUE=catalogue " + name +
                                    " script >out 2>err </dev/null";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents_of(folder / "out"),
                contents_of(folder / "err")};
    }

    // How bash completes the last of the words of a line, sorted.
    std::vector<std::string> completed(const std::string& words) const {
        const Ran ran = shell("bash", "source <(heddle completion bash)\nCOMP_WORDS=(" + words +
                                          ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_heddle\n"
                                          "printf '%s\\n' \"${COMPREPLY[@]}\"\n");
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_EQ(ran.err, "");
        std::vector<std::string> lines;
        std::istringstream stream(ran.out);
        for (std::string line; std::getline(stream, line);) {
            lines.push_back(line);
        }
        std::sort(lines.begin(), lines.end());
        return lines;
    }
};

using Words = std::vector<std::string>;

TEST_F(Shell, CompletesCommandsOptionsValuesAndScenariosInBash) {
    EXPECT_EQ(completed("heddle ch"), Words{"check"});
    EXPECT_EQ(completed("heddle --v"), Words{"--version"});
    EXPECT_EQ(completed("heddle check --sea"), Words{"--search"});
    EXPECT_EQ(completed("heddle check --search b"), Words{"bounded"});
    EXPECT_EQ(completed("heddle check --search = b"), Words{"bounded"});
    EXPECT_EQ(completed("heddle check --color = ''"), (Words{"always", "auto", "never"}));
    EXPECT_EQ(completed("heddle check le"), Words{"leak/seed"});
    EXPECT_EQ(completed("heddle check clean le"), Words{"leak/seed"});
    EXPECT_EQ(completed("heddle replay cl"), Words{"clean"});
    EXPECT_EQ(completed("heddle list --json cat"), Words{"catalogue"});
    EXPECT_EQ(completed("heddle check --json ou"), Words{"out"});
    EXPECT_EQ(completed("heddle completion f"), Words{"fish"});
    EXPECT_EQ(completed("heddle check --seed ''"), Words{""});  // nothing: any number
    const Words options = completed("heddle check --");
    for (const char* option : {"--jobs", "--shard", "--progress", "--config", "--help"}) {
        EXPECT_NE(std::find(options.begin(), options.end(), option), options.end()) << option;
    }
}

// Whether the shell reads its script without a complaint; it must be installed (cmake/setup.sh).
TEST_F(Shell, WritesCompletionThatZshAndFishRead) {
    for (const char* name : {"zsh", "fish"}) {
        const Ran made = run(std::string("completion ") + name);
        EXPECT_EQ(made.code, 0);
        EXPECT_TRUE(has_part(made.out, "bounded")) << name;
        const Ran read = shell(std::string(name) + " --no-exec", made.out);
        EXPECT_EQ(read.code, 0) << name << read.err;
        EXPECT_EQ(read.err, "") << name;
    }
}

TEST_F(Shell, CompletesInFish) {
    const Ran ran = shell("fish --no-config",
                          "heddle completion fish | source\n"
                          "complete -C 'heddle check --search bou'\n"
                          "complete -C 'heddle check leak/s'\n"
                          "complete -C 'heddle che'\n");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has_part(ran.out, "bounded\t"));
    EXPECT_TRUE(has_part(ran.out, "leak/seed\n"));
    EXPECT_TRUE(has_part(ran.out, "check\tCheck scenarios"));
}

TEST_F(Shell, RefusesAnotherShell) {
    const Ran ran = run("completion csh");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "'csh': expected one of bash, zsh, fish"));
}

TEST_F(Shell, PrintsAManualPageWithoutWarnings) {
    const Ran made = run("man");
    EXPECT_EQ(made.code, 0);
    const Ran read = shell("groff -man -Tutf8 -ww -P-cbou", made.out);
    EXPECT_EQ(read.code, 0);
    EXPECT_EQ(read.err, "");
    for (const char* part :
         {"heddle - checks every interleaving", "--search SEARCH", "HEDDLE_SEARCH",
          "heddle replay nr-mlock-leak-pagevec/seed SCHEDULE", "130 interrupted"}) {
        EXPECT_TRUE(has_part(read.out, part));
    }
}

TEST(ProgramApp, HasExamplesForEveryCommand) {
    ProgramApp program;
    for (const CLI::App* command : program.app().get_subcommands(nullptr)) {
        EXPECT_TRUE(has_part(command->help(), "Example")) << command->get_name();
    }
}

TEST(ProgramApp, HasATwinInTheEnvironmentForEveryOption) {
    ProgramApp program;
    for (const CLI::App* command : program.app().get_subcommands(nullptr)) {
        for (const CLI::Option* option : command->get_options()) {
            const bool is_about_this_run = option->get_positional() ||
                                           option->get_name() == "--help" ||
                                           option->get_name() == "--print-config";
            EXPECT_EQ(option->get_envname().empty(), is_about_this_run) << option->get_name();
        }
    }
}

// Every option stands in a test of the command line, as it is written there.
TEST(ProgramApp, HasATestForEveryOption) {
    std::string tests;
    for (const fs::directory_entry& entry : fs::directory_iterator(HEDDLE_SOURCE_DIR "/tests")) {
        if (entry.path().filename().string().starts_with("command_line_")) {
            tests += contents_of(entry.path());
        }
    }
    ProgramApp program;
    for (const CLI::App* command : program.app().get_subcommands(nullptr)) {
        for (const CLI::Option* option : command->get_options()) {
            if (!option->get_lnames().empty()) {
                EXPECT_TRUE(tests.find(option->get_name()) != std::string::npos)
                    << command->get_name() << " " << option->get_name();
            }
        }
    }
}

}  // namespace
}  // namespace heddle::command_line_shell_test
