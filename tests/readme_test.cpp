// SPDX-License-Identifier: Apache-2.0
// The example in README.md is what the program prints.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/command_line.h"
#include "tests/repository_files.h"

namespace heddle::readme_test {
namespace {

using ReadmeOfTheProject = CommandLine;

TEST_F(ReadmeOfTheProject, ShowsWhatTheProgramPrints) {
    const Ran ran =
        this->run("check nr-mlock-leak-pagevec/seed --catalogue '" HEDDLE_CATALOGUE_DIR "'");
    const std::string printed = ran.out.substr(0, ran.out.find("\nscenario "));
    ASSERT_EQ(ran.code, 0) << ran.err;
    std::string readme;
    for (const std::string& line : lines_of("README.md")) {
        readme += line + "\n";
    }
    EXPECT_NE(readme.find(printed), std::string::npos) << printed;
}

// All lines between ``` of the language and ```.
std::vector<std::string> code_in(const std::string& file, const std::string& language) {
    std::vector<std::string> code;
    bool inside = false;
    for (const std::string& line : lines_of(file)) {
        if (line.starts_with("```")) {
            inside = line == "```" + language;
        } else if (inside) {
            code.push_back(line);
        }
    }
    return code;
}

TEST(Readme, OfTheScenariosShowsOneInCpp) {
    const std::vector<std::string> shown = code_in("scenarios/README.md", "cpp");
    std::vector<std::string> file = lines_of("scenarios/engine/mutex_inc.cpp");
    // What surrounds the example, up to the scenario itself.
    const auto begin = std::find(file.begin(), file.end(), "struct World {");
    const auto last =
        std::find(file.begin(), file.end(), "}  // namespace heddle::engine::mutex_inc");
    std::vector<std::string> example(begin, last);
    std::erase(example, "}  // namespace");
    std::erase(example, "");
    std::vector<std::string> lines = shown;
    std::erase(lines, "");
    EXPECT_EQ(lines, example);
}

// What the pattern's only group matches in the lines.
std::vector<std::string> found_in(const std::vector<std::string>& lines,
                                  const std::string& pattern) {
    std::vector<std::string> found;
    for (const std::string& line : lines) {
        if (std::smatch match; std::regex_search(line, match, std::regex(pattern))) {
            found.push_back(match[1]);
        }
    }
    return found;
}

// A clone in which nothing needs to be built: its scripts, and the program where they put it.
class CiExample : public CommandLine {
  protected:
    void SetUp() override {
        CommandLine::SetUp();
        const fs::path source = HEDDLE_SOURCE_DIR;
        for (const char* place : {"clone/cmake", "clone/build/release", "bin"}) {
            fs::create_directories(folder / place);
        }
        for (const char* script : {"cmake/check.sh", "cmake/setup.sh"}) {
            fs::copy_file(source / script, folder / "clone" / script);
        }
        fs::create_symlink(HEDDLE_PROGRAM, folder / "clone/build/release/heddle");
        write("bin/cmake", "#!/bin/sh\n");
        fs::permissions(folder / "bin/cmake", fs::perms::owner_all);
    }

    // The exit code of the command in the clone, with the scenarios of the catalogue.
    int code_of(const std::string& command, const std::string& catalogue) const {
        const std::string there =
            "cd '" + (folder / "clone").string() + "' && env -u GTEST_TOTAL_SHARDS " +
            "-u GTEST_SHARD_INDEX HEDDLE_SETUP=off HEDDLE_CATALOGUE='" + catalogue + "' PATH='" +
            (folder / "bin").string() + "':\"$PATH\" sh -c \"$(cat ../command)\" >../out 2>../err";
        write("command", command);
        const int status = std::system(there.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    std::set<std::string> files_of_the_clone() const {
        std::set<std::string> files;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder / "clone")) {
            if (entry.is_regular_file()) {
                files.insert(entry.path().filename().string());
            }
        }
        return files;
    }
};

TEST_F(CiExample, OfGitHubUploadsWhatItsCommandWrites) {
    const std::vector<std::string> yaml = code_in("README.md", "yaml");
    const std::vector<std::string> commands = found_in(yaml, "^ *- run: (.*)$");
    ASSERT_EQ(commands.size(), 1U);
    EXPECT_EQ(code_of(commands[0], HEDDLE_CATALOGUE_DIR), 0) << contents_of(folder / "err");
    const std::vector<std::string> uploaded = found_in(yaml, R"(sarif_file: ([^},\s]+))");
    ASSERT_EQ(uploaded.size(), 1U);
    EXPECT_EQ(files_of_the_clone(), std::set<std::string>({uploaded[0]}));
    const Json sarif = Json::parse(contents_of(folder / "clone" / uploaded[0]));
    EXPECT_EQ(sarif["version"], "2.1.0");
    EXPECT_FALSE(sarif["runs"][0]["results"].empty());
}

TEST_F(CiExample, OfGitLabKeepsWhatItsCommandWrites) {
    const std::vector<std::string> yaml = code_in("README.md", "yaml");
    const std::vector<std::string> commands = found_in(yaml, "^ *- (cmake/.*)$");
    ASSERT_EQ(commands.size(), 1U);
    // All there is to check: two scenarios here.
    EXPECT_EQ(code_of(commands[0], folder / "catalogue"), 0) << contents_of(folder / "err");
    const std::vector<std::string> kept = found_in(yaml, R"(paths: \[([^\],]+)\])");
    const std::vector<std::string> shown = found_in(yaml, R"(reports: \{junit: ([^},]+)\})");
    ASSERT_EQ(kept.size() + shown.size(), 2U);
    EXPECT_EQ(files_of_the_clone(), std::set<std::string>({kept[0], shown[0]}));
    EXPECT_EQ(Json::parse(contents_of(folder / "clone" / kept[0]))["results"].size(), 2U);
    EXPECT_TRUE(has_part(contents_of(folder / "clone" / shown[0]), "<testsuites"));
}

}  // namespace
}  // namespace heddle::readme_test
