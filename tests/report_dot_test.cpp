// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/dot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "scenarios/report/text_style.h"
#include "tests/pinned_counts.h"
#include "tests/report_kinds.h"

namespace heddle::report_dot_test {
namespace {

// Three tasks of eight steps: 9 * 9 * 9 states.
Scenario three_by_eight() {
    Scenario scenario = harmless("three-by-eight");
    scenario.build = [](Setup& setup) {
        auto& world = setup.world<ReportedWorld>();
        for (const char* name : {"a", "b", "c"}) {
            setup.task(name, [&world] {
                for (unsigned i = 0; i < 8; ++i) {
                    atomic_inc(&world.nr_mlock);
                }
            });
        }
    };
    return scenario;
}

class ReportDot : public ReportedFiles {
  protected:
    // Graphviz lays the graph out: lines that begin with "node " and "edge ".
    Ran layout() const { return run_tool("dot -Tplain out.dot"); }

    static std::size_t count(const Ran& ran, const std::string& word) {
        const std::vector<std::string> lines = lines_of_text(ran.out);
        return static_cast<std::size_t>(std::count_if(
            lines.begin(), lines.end(),
            [&word](const std::string& line) { return line.starts_with(word + " "); }));
    }

    void expect_counts(std::size_t states, std::size_t transitions) const {
        const Ran ran = layout();
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_EQ(count(ran, "node"), states);
        EXPECT_EQ(count(ran, "edge"), transitions);
    }
};

TEST_F(ReportDot, IsDrawnByGraphvizWhateverTheNames) {
    write_report("out.dot", write_dot, {every_outcome()});
    EXPECT_EQ(complaint_of("dot -Tsvg out.dot"), "");
    EXPECT_EQ(contents_of(folder / "tool.err"), "");
    const Result result = checked(hostile_scenario());
    write_report("out.dot", write_dot, {{&result, 1}});
    expect_counts(2, 1);
    EXPECT_EQ(complaint_of("dot -Tsvg out.dot | xmllint --noout -"), "");
    write("out.dot", "digraph { \"a\" -> ");
    EXPECT_NE(complaint_of("dot -Tsvg out.dot"), "");
}

// Three ways to read and write twice end with 2, or 1.
TEST_F(ReportDot, MarksTheViolationAndTheWayThere) {
    const Result result = checked(told_lost_update);
    std::ostringstream out;
    write_dot(out, {{&result, 1}});
    const std::vector<std::string> lines = lines_of_text(out.str());
    const auto has = [&lines](const std::string& part) {
        return std::count_if(lines.begin(), lines.end(), [&part](const std::string& line) {
            return line.find(part) != std::string::npos;
        });
    };
    EXPECT_EQ(has("style=bold"), 4);
    EXPECT_GT(has("\\nB1\", shape=octagon"), 0);
    EXPECT_EQ(has("munlock: atomic_read(zone0.NR_MLOCK)\\n= 0\", style=bold"), 1) << out.str();
}

TEST_F(ReportDot, SaysSoInsteadOfDrawingAPart) {
    const Result result = checked(three_by_eight());
    write_report("out.dot", write_dot, {{&result, 1}});
    expect_counts(1, 0);
    EXPECT_TRUE(has_part(contents_of(folder / "out.dot"), "no graph: more than 500 states"));
}

TEST_F(ReportDot, DrawsNothingOfWhatCannotBeRun) {
    Result result = checked(told_lost_update);
    result.summary.verdict.deadly = true;
    write_report("out.dot", write_dot, {{&result, 1}});
    expect_counts(1, 0);
}

// The counts that are pinned for searches without reductions.
TEST_F(ReportDot, HasTheStatesAndTransitionsOfASearchWithoutReductions) {
    for (const char* name : {"nr-mlock-leak-pagevec/fixed", "clean-2-shm-lock-interrupt"}) {
        const auto* const pinned = std::find_if(
            std::begin(pinned_counts), std::end(pinned_counts),
            [name](const PinnedCount& each) { return name == std::string(each.scenario); });
        ASSERT_NE(pinned, std::end(pinned_counts));
        const std::string catalogue = "HEDDLE_CATALOGUE='" HEDDLE_SOURCE_DIR "/scenarios'";
        const Ran ran =
            run(std::string("check ") + name + " --reduction none --json - --report dot=out.dot",
                catalogue);
        const Json result = Json::parse(ran.out)["results"][0];
        EXPECT_EQ(result["states"], pinned->states);
        EXPECT_EQ(result["transitions"], pinned->transitions);
        expect_counts(pinned->states, pinned->transitions);
    }
}

}  // namespace
}  // namespace heddle::report_dot_test
