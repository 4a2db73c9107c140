// SPDX-License-Identifier: Apache-2.0
// The program, run in a folder of its own.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

namespace heddle {

namespace fs = std::filesystem;
using Json = nlohmann::json;

inline std::string contents_of(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// One page in CPU 1's pagevec is munlocked on CPU 0: with the seed's __munlock_pagevec() NR_MLOCK
// stays 1 in every schedule.
inline std::string leak_file(const std::string& name, const std::string& expect) {
    return "name = \"" + name +
           "\"\n"
           "story = \"A page in a remote pagevec is munlocked.\"\n"
           "expect = \"" +
           expect +
           "\"\n"
           "[[vma]]\n"
           "name = \"V\"\n"
           "[[page]]\n"
           "name = \"P\"\n"
           "flags = [\"mlocked\"]\n"
           "where = \"lru_add:1\"\n"
           "mapped_by = [\"V\"]\n"
           "pinned_by = [\"munlock\"]\n"
           "[[task]]\n"
           "name = \"munlock\"\n"
           "cpu = 0\n"
           "steps = [\"__munlock_pagevec P\"]\n";
}

struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};

// Makes a file the scenario NAME/seed.
constexpr const char* seed_variant = "\n[variant.seed]\nexpect = \"fail:B1\"\n";

// A folder of its own with a catalogue of two scenarios, and the program run in it.
class CommandLine : public testing::Test {
  protected:
    void SetUp() override {
        folder = fs::temp_directory_path() / ("heddle-test-" + std::to_string(getpid()));
        fs::create_directories(folder / "catalogue");
        write("catalogue/leak.toml", leak_file("leak", "pass") + seed_variant);
        write("catalogue/clean.toml", clean_file());
    }
    void TearDown() override { fs::remove_all(folder); }

    static std::string clean_file() {
        return leak_file("clean", "pass") + "[fixes]\nwith = [\"munlock_counts_cleared_flags\"]\n";
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name) << text;
    }

    // Runs it with arguments for a shell, after `environment` assignments.
    Ran run(const std::string& arguments, const std::string& environment = "") const {
        const std::string command =
            "cd '" + folder.string() +
            "' && env -u NO_COLOR -u GTEST_TOTAL_SHARDS -u GTEST_SHARD_INDEX "
            "HEDDLE_CATALOGUE=catalogue " +
            environment + " '" HEDDLE_PROGRAM "' " + arguments + " >out 2>err </dev/null";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents_of(folder / "out"),
                contents_of(folder / "err")};
    }

    // The schedule with which `check` lets its counterexample be replayed.
    std::string schedule() const {
        const Ran ran = run("check leak/seed --json -");
        return Json::parse(ran.out)["results"][0]["schedule"];
    }

    // The exit code of a run that gets the signal. It waits for the text of pipe.toml, which its
    // arguments name; only then does the signal come, before it begins its work.
    int code_after(const std::string& signal,
                   const std::string& arguments = "check pipe.toml --json results.json",
                   const std::string& text_file = "catalogue/leak.toml") const {
        const std::string script =
            "cd '" + folder.string() +
            "' && unset GTEST_TOTAL_SHARDS GTEST_SHARD_INDEX && rm -f pipe.toml && mkfifo "
            "pipe.toml && { HEDDLE_CATALOGUE=catalogue '" HEDDLE_PROGRAM "' " +
            arguments + " 2>err & } && exec 3>pipe.toml && kill -" + signal + " $! && { cat " +
            text_file + " >&3 || true; } 2>/dev/null && exec 3>&- && wait $!";
        const int status = std::system(script.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    fs::path folder;
};

inline testing::AssertionResult has_part(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos
               ? testing::AssertionSuccess()
               : testing::AssertionFailure() << "no '" << part << "' in: " << text;
}

}  // namespace heddle
