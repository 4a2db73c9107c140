// SPDX-License-Identifier: Apache-2.0
// bench/analysis/check_layouts.sh: what it writes for `heddle-bench pareto`.
#include <sstream>

#include "tests/bench_command_line.h"

namespace heddle::bench_layouts_test {
namespace {

class CheckLayouts : public BenchCommandLine {
  protected:
    Ran run_script(const std::string& arguments) const {
        const std::string command = "cd '" + folder.string() +
                                    "' && HEDDLE_PROGRAM='" HEDDLE_PROGRAM "' " HEDDLE_SOURCE_DIR
                                    "/bench/analysis/check_layouts.sh " +
                                    arguments + " >out 2>err </dev/null";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents_of(folder / "out"),
                contents_of(folder / "err")};
    }
};

TEST_F(CheckLayouts, FindsTheLayoutsAndLocksThatAreBroken) {
    const Ran ran = run_script("--out verdicts --jobs 1 clean-2-two-zones");
    ASSERT_EQ(ran.code, 0) << ran.err;

    BenchmarkFile file(2);
    for (const char* layout : {"node", "zone", "lruvec", "page-hash"}) {
        file.add("storm/layout:" + std::string(layout) + "/lock:queued", 2, {1});
    }
    for (const char* lock : {"test-and-set", "ticket", "broken", "std-mutex"}) {
        file.add("storm/layout:node/lock:" + std::string(lock), 2, {1});
    }
    write("lock.json", file.text());
    const Ran pareto = run_bench("pareto lock.json --checked verdicts");
    EXPECT_EQ(pareto.code, 0);
    const auto verdict_on = [&pareto](const std::string& layout, const std::string& lock) {
        std::istringstream lines(pareto.out);
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with(layout + " ") && has_part(line, " " + lock + " ")) {
                return line;
            }
        }
        return std::string("no line");
    };
    for (const char* layout : {"node", "zone", "lruvec"}) {
        EXPECT_TRUE(verdict_on(layout, "queued").ends_with("passes")) << pareto.out;
    }
    EXPECT_TRUE(has_part(verdict_on("page-hash", "queued"),
                         "broken: layout page-hash: guarded-by in clean-2-two-zones; see "
                         "verdicts/layout-page-hash.html"));
    EXPECT_TRUE(verdict_on("node", "test-and-set").ends_with("passes"));
    EXPECT_TRUE(verdict_on("node", "ticket").ends_with("passes"));
    EXPECT_TRUE(has_part(verdict_on("node", "broken"), "broken: lock broken: data-race"));
    EXPECT_TRUE(has_part(verdict_on("node", "std-mutex"), "not checked: lock std-mutex"));
}

TEST_F(CheckLayouts, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(run_script("--layouts zone").code, 2);
    EXPECT_EQ(run_script("--out").code, 2);
    EXPECT_EQ(run_script("--heddle /none").code, 2);
    EXPECT_TRUE(has_part(run_script("--help").out, "Usage: bench/analysis/check_layouts.sh"));
    const Ran none = run_script("no-such-scenario");
    EXPECT_EQ(none.code, 2);
    EXPECT_TRUE(has_part(none.err, "no-such-scenario"));
}

}  // namespace
}  // namespace heddle::bench_layouts_test
