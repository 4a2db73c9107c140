// SPDX-License-Identifier: Apache-2.0
// Options from a file, the environment and the command line.
#include <vector>

#include "tests/command_line.h"

namespace heddle::command_line_config_test {
namespace {

// The lines that --print-config prints for a key.
std::string line_of(const Ran& ran, const std::string& key) {
    const std::size_t at = ran.out.find("\n" + key + " ");
    return at == std::string::npos ? ""
                                   : ran.out.substr(at + 1, ran.out.find('\n', at + 1) - at - 1);
}

TEST_F(CommandLine, PrefersCommandLineToEnvironmentToFileToDefault) {
    struct Case {
        const char* file;
        const char* environment;
        const char* arguments;
        const char* line;
    };
    const std::vector<Case> cases = {
        {"", "", "", "jobs = 1  # default"},
        {"[check]\njobs = 2\n", "", "", "jobs = 2  # heddle.toml:2:1"},
        {"", "HEDDLE_JOBS=3", "", "jobs = 3  # HEDDLE_JOBS"},
        {"", "", "--jobs 4", "jobs = 4  # command line"},
        {"[check]\njobs = 2\n", "HEDDLE_JOBS=3", "", "jobs = 3  # HEDDLE_JOBS"},
        {"[check]\njobs = 2\n", "", "--jobs 4", "jobs = 4  # command line"},
        {"", "HEDDLE_JOBS=3", "--jobs 4", "jobs = 4  # command line"},
        {"[check]\njobs = 2\n", "HEDDLE_JOBS=3", "--jobs 4", "jobs = 4  # command line"},
    };
    for (const Case& each : cases) {
        write("heddle.toml", each.file);
        const Ran ran =
            run(std::string("check --print-config ") + each.arguments, each.environment);
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_EQ(line_of(ran, "jobs"), each.line);
    }
}

TEST_F(CommandLine, DoesWhatTheFileSays) {
    write("heddle.toml", "[check]\nsearch = \"bounded\"\njson = \"-\"\n");
    const auto search_of = [](const Ran& ran) {
        return Json::parse(ran.out)["results"][0]["search"];
    };
    EXPECT_EQ(search_of(run("check clean")), "bounded");
    EXPECT_EQ(search_of(run("check clean", "HEDDLE_SEARCH=dpor")), "dpor");
    EXPECT_EQ(search_of(run("check clean --search exhaustive", "HEDDLE_SEARCH=dpor")),
              "exhaustive");
    write("heddle.toml", "[check]\nmax-states = 1\nallow-incomplete = true\n");
    EXPECT_EQ(run("check clean").code, 0);
    EXPECT_EQ(run("check clean --allow-incomplete=false").code, 4);
    EXPECT_EQ(run("check clean", "HEDDLE_ALLOW_INCOMPLETE=false").code, 4);
    EXPECT_EQ(run("check clean --config ''").code, 0);
    EXPECT_EQ(line_of(run("check --config '' --print-config"), "max-states"),
              "max-states = 0  # default");
}

TEST_F(CommandLine, ReadsTheFileThatIsNamed) {
    write("heddle.toml", "[check]\njobs = 2\n");
    write("other.toml", "[check]\njobs = 5\n");
    EXPECT_EQ(line_of(run("check --print-config --config other.toml"), "jobs"),
              "jobs = 5  # other.toml:2:1");
    EXPECT_EQ(line_of(run("check --print-config", "HEDDLE_CONFIG=other.toml"), "jobs"),
              "jobs = 5  # other.toml:2:1");
    const Ran missing = run("check --config missing.toml");
    EXPECT_EQ(missing.code, 2);
    EXPECT_TRUE(has_part(missing.err, "cannot read 'missing.toml': No such file or directory"));
}

TEST_F(CommandLine, PrintsAConfigurationThatReadsTheSame) {
    const std::string arguments =
        "check --report json=a.json --report 'json=b c.json' --param n=1 --verbose "
        "--time-budget 0.5 --memory-budget 2G --print-config";
    const Ran first = run(arguments);
    EXPECT_TRUE(has_part(first.out, "[check]\n"));
    EXPECT_TRUE(has_part(first.out, "# json is not set\n"));
    write("again.toml", first.out);
    const Ran again = run("check --config again.toml --print-config");
    EXPECT_EQ(again.code, 0) << again.err;
    const auto values = [](const std::string& text) {
        std::string kept;
        for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
            const std::string line = text.substr(at, text.find('\n', at) - at);
            kept += line.substr(0, line.find("  # ")) + "\n";
        }
        return kept;
    };
    EXPECT_EQ(values(first.out), values(again.out));
    EXPECT_NE(first.out, again.out);  // they come from elsewhere
}

TEST_F(CommandLine, RefusesAMalformedConfiguration) {
    struct Mistake {
        const char* text;
        const char* message;
    };
    const std::vector<Mistake> mistakes = {
        {"[check\n", "heddle.toml:1:"},
        {"[chekc]\n", "heddle.toml:1:2: there is no command 'chekc'; did you mean 'check'?"},
        {"check = 1\n", "heddle.toml:1:9: expected a table [check]"},
        {"[check]\nserach = \"bounded\"\n",
         "heddle.toml:2:1: there is no option of check 'serach'; did you mean 'search'?"},
        {"[check]\nNAME = \"clean\"\n", "heddle.toml:2:1: there is no option of check 'NAME'"},
        {"[check]\nconfig = \"x\"\n", "heddle.toml:2:1: there is no option of check 'config'"},
        {"[check]\n\nsearch = \"dfs\"\n", "heddle.toml:3:10: --search: 'dfs': expected one of"},
        {"[check]\nsearch = true\n", "heddle.toml:2:10: search: expected a string or a number"},
        {"[check]\nsearch = [\"bounded\"]\n",
         "heddle.toml:2:10: search: expected a string or a number"},
        {"[check]\nverbose = \"yes\"\n", "heddle.toml:2:11: verbose: expected true or false"},
        {"[check]\nparam = [[1]]\n",
         "heddle.toml:2:9: param: expected a string, or an array of strings"},
        {"[check]\njobs = -1\n", "heddle.toml:2:8: --jobs: '-1': expected a number of processes"},
    };
    for (const Mistake& mistake : mistakes) {
        write("heddle.toml", mistake.text);
        const Ran ran = run("check clean");
        EXPECT_EQ(ran.code, 2) << mistake.text;
        EXPECT_TRUE(has_part(ran.err, mistake.message));
        EXPECT_EQ(ran.out, "");
    }
}

TEST_F(CommandLine, TakesNoConfigurationForAScenario) {
    write("catalogue/heddle.toml", "[check]\njobs = 2\n");
    EXPECT_EQ(run("check").code, 0);
}

}  // namespace
}  // namespace heddle::command_line_config_test
