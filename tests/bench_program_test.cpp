// SPDX-License-Identifier: Apache-2.0
// Each command and option of heddle-bench, and how it ends.
#include <algorithm>
#include <iterator>

#include "tests/bench_command_line.h"

namespace heddle::bench_program_test {
namespace {

constexpr const char* series = "storm/layout:node/lock:ticket";

// Times of 50 to 100 ns for holding a lock, 200 to 400 between, with 2 and 4 threads.
std::string times() {
    std::string text;
    for (const char* threads : {"2", "4"}) {
        text += "{\"name\": \"" + std::string(series) + "/threads:" + threads +
                "\", \"wait_ns\": [[50, 90], [500, 10]], \"hold_ns\": [[50, 0], [100, 100]], "
                "\"between_ns\": [[200, 0], [400, 100]]}\n";
    }
    return text;
}

// Without what columns are padded by.
std::string squeezed(const std::string& text) {
    std::string result;
    std::unique_copy(text.begin(), text.end(), std::back_inserter(result),
                     [](char a, char b) { return a == ' ' && b == ' '; });
    return result;
}

class BenchProgram : public BenchCommandLine {
  protected:
    void SetUp() override {
        CommandLine::SetUp();
        BenchmarkFile four(4);
        four.add_law(series, 0.2, {1, 2, 3, 4, 8});
        four.add_law("storm/layout:zone/lock:ticket", 0.1, {1, 2, 3, 4, 8});
        write("four.json", four.text());
        BenchmarkFile two(2);
        two.add_law(series, 0.2, {1, 2, 4});
        write("two.json", two.text());
        write("times.ndjson", times());
    }
};

TEST_F(BenchProgram, FitsEachSeries) {
    const Ran ran = run_bench("fit four.json");
    EXPECT_EQ(ran.code, 0);
    EXPECT_TRUE(has_part(ran.out, "bounds of 95 %"));
    EXPECT_TRUE(has_part(ran.out, "storm, lock ticket\n"));
    EXPECT_TRUE(has_part(ran.out, "\nlayout node   1 to 4"));  // of 4 cores
    EXPECT_TRUE(has_part(ran.out, "0.2000 ["));                // sigma
    EXPECT_TRUE(has_part(ran.out, "\nlayout zone"));
    EXPECT_EQ(run_bench("fit four.json --filter layout:zone").out.find("layout node"),
              std::string::npos);
    const Ran narrow = run_bench("fit four.json", "HEDDLE_BENCH_CONFIDENCE=60");
    EXPECT_TRUE(has_part(narrow.out, "bounds of 60 %"));
    EXPECT_NE(run_bench("fit four.json --seed 2").out, ran.out);
    EXPECT_NE(run_bench("fit four.json --resamples 30").out, ran.out);
}

TEST_F(BenchProgram, SaysWhatTwoCoresCannotTell) {
    const Ran ran = run_bench("fit two.json");
    EXPECT_EQ(ran.code, 4);
    EXPECT_TRUE(has_part(ran.out, "measured with 2 numbers of threads"));
    EXPECT_TRUE(has_part(ran.out, "those above 2, the cores of this host, measure its scheduler"));
    EXPECT_TRUE(has_part(ran.out, "sigma + 2 kappa"));
    EXPECT_TRUE(has_part(squeezed(ran.out), "lock ticket 1.67 0.20\n"));
    EXPECT_TRUE(has_part(ran.out, "cannot be concluded"));
    EXPECT_EQ(run_bench("fit two.json --allow-incomplete").code, 0);
    EXPECT_EQ(run_bench("fit two.json --filter nothing").code, 5);
}

TEST_F(BenchProgram, SimulatesAndLabelsWhatIsExtrapolated) {
    const Ran ran = run_bench("simulate four.json --histograms times.ndjson --cores 64,16");
    EXPECT_EQ(ran.code, 0);
    EXPECT_TRUE(has_part(ran.out, "times of 4 threads, first come, first served"));
    EXPECT_TRUE(has_part(ran.out, "calibrated"));
    EXPECT_TRUE(has_part(ran.out, "mean error where it was measured and nothing fitted"));
    EXPECT_LT(ran.out.find("  16    "), ran.out.find("  64    "));
    EXPECT_TRUE(has_part(ran.out, "EXTRAPOLATED"));
    EXPECT_TRUE(has_part(ran.out, "No simulation: storm, layout zone, lock ticket: no times"));
    EXPECT_EQ(run_bench("simulate two.json --histograms times.ndjson --filter zone").code, 5);
}

TEST_F(BenchProgram, SimulatesTheMachineThatIsAskedFor) {
    const std::string call =
        "simulate four.json --histograms times.ndjson --filter layout:node --cores 64 ";
    const std::string usual = run_bench(call).out;
    EXPECT_TRUE(has_part(squeezed(usual), "\n 64 1 "));
    const Ran nodes = run_bench(call + "--nodes 4 --handover-local 10 --handover-remote 500");
    EXPECT_TRUE(has_part(nodes.out, "hand-over 10 ns, to another node 500 ns"));
    EXPECT_TRUE(has_part(squeezed(nodes.out), "\n 64 4 "));
    for (const char* option : {"--nodes 2 --remote 0", "--seed 3", "--takings 1000"}) {
        EXPECT_NE(run_bench(call + option).out, usual) << option;
    }
    write("layouts.json", [] {
        BenchmarkFile file(4);
        for (const char* layout : {"zone", "lruvec", "page-hash"}) {
            file.add_law("storm/layout:" + std::string(layout), 0.2, {1, 2, 4});
        }
        return file.text();
    }());
    std::string all = times();
    const auto times_for = [&all](const std::string& layout) {
        std::string text = all;
        for (std::size_t at = 0; (at = text.find("node/lock:ticket", at)) != std::string::npos;) {
            text.replace(at, sizeof("node/lock:ticket") - 1, layout);
        }
        return text;
    };
    write("layouts.ndjson", times_for("zone") + times_for("lruvec") + times_for("page-hash"));
    const Ran layouts = run_bench(
        "simulate layouts.json --histograms layouts.ndjson --cores 64 --nodes 2 --zones 3 "
        "--mem-cgroups 5 --page-hash-locks 7");
    EXPECT_TRUE(has_part(squeezed(layouts.out), "\n 4 2 "));   // zone: 1 node of 2
    EXPECT_TRUE(has_part(squeezed(layouts.out), "\n 64 6 "));  // 2 nodes of 3
    EXPECT_TRUE(has_part(squeezed(layouts.out), "\n 4 8 "));   // lruvec: one for each core and zone
    EXPECT_TRUE(has_part(squeezed(layouts.out), "\n 64 30 "));  // 5 in each zone
    EXPECT_TRUE(has_part(squeezed(layouts.out), "\n 4 64 "));   // page-hash
    EXPECT_TRUE(has_part(squeezed(layouts.out), "\n 64 14 "));  // 7 a node
    EXPECT_TRUE(has_part(layouts.out, "each core its own lock of them"));
    EXPECT_TRUE(has_part(layouts.out, "any lock"));
    EXPECT_TRUE(has_part(layouts.out, "whoever waits is as likely to be next"));
}

TEST_F(BenchProgram, EndsWith4IfNothingCouldBeSimulated) {
    write("other.ndjson", "{\"name\": \"other/threads:2\", \"hold_ns\": [[10, 1]]}\n");
    const std::string call = "simulate four.json --histograms other.ndjson";
    EXPECT_EQ(run_bench(call).code, 4);
    EXPECT_EQ(run_bench(call, "HEDDLE_BENCH_ALLOW_INCOMPLETE=true").code, 0);
}

TEST_F(BenchProgram, ComparesWithConfidence) {
    BenchmarkFile before(2);
    before.add("a", 2, {100, 101, 102, 103, 104});
    before.add("few", 1, {100, 101});
    before.add("gone", 1, {1});
    BenchmarkFile after(2);
    after.add("a", 2, {80, 81, 82, 83, 84});
    after.add("few", 1, {50, 51});
    after.add("new", 1, {1});
    write("before.json", before.text());
    write("after.json", after.text());
    const Ran ran = run_bench("compare before.json after.json");
    EXPECT_EQ(ran.code, 0);
    EXPECT_TRUE(has_part(ran.out, "slower"));
    EXPECT_TRUE(has_part(ran.out, "too few repetitions"));
    EXPECT_TRUE(has_part(ran.out, "4 before and after are needed at least"));
    EXPECT_TRUE(has_part(ran.out, "only before: gone/threads:1"));
    EXPECT_TRUE(has_part(ran.out, "only after: new/threads:1"));
    EXPECT_EQ(run_bench("compare before.json after.json --fail-above 15").code, 1);
    EXPECT_EQ(run_bench("compare before.json after.json", "HEDDLE_BENCH_FAIL_ABOVE=20").code, 0);
    EXPECT_EQ(run_bench("compare after.json before.json --fail-above 0").code, 0);
    EXPECT_TRUE(has_part(run_bench("compare after.json before.json").out, "faster"));
    // Of five and five no more than 99.2 per cent can be said.
    EXPECT_EQ(run_bench("compare before.json after.json --fail-above 5 --confidence 99.5").code, 0);
    EXPECT_EQ(run_bench("compare before.json four.json").code, 5);
}

std::string results(const std::string& verdict) {
    return R"({"schema": "heddle-results-1", "errors": [], "results": [{"scenario": "clean-1", )"
           R"("met": false, )"
           R"("verdict": ")" +
           verdict + R"(", "invariant": "B1", "reason": "out of time"}]})";
}

TEST_F(BenchProgram, TellsTheFastestLayoutThatPasses) {
    fs::create_directories(folder / "verdicts");
    write("verdicts/layout-zone.json", results("FAIL"));
    write("verdicts/layout-zone.html", "the counterexample");
    write("verdicts/layout-node.json", results("PASS"));
    write("verdicts/lock-ticket.json", results("PASS"));
    const Ran ran = run_bench("pareto four.json --checked verdicts");
    EXPECT_EQ(ran.code, 0);
    const std::size_t zone = ran.out.find("zone    ticket");
    const std::size_t node = ran.out.find("node    ticket");
    EXPECT_LT(zone, node);  // it is faster
    EXPECT_TRUE(has_part(ran.out.substr(zone, node - zone),
                         "broken: layout zone: B1 in clean-1; see verdicts/layout-zone.html"));
    EXPECT_TRUE(has_part(ran.out.substr(node), "fastest  passes"));

    write("verdicts/layout-zone.json", results("UNKNOWN"));
    EXPECT_TRUE(has_part(run_bench("pareto four.json", "HEDDLE_BENCH_CHECKED=verdicts").out,
                         "not known: layout zone: clean-1: UNKNOWN out of time"));
    write("verdicts/layout-zone.json", results("VACUOUS"));
    EXPECT_TRUE(has_part(run_bench("pareto four.json --checked verdicts").out,
                         "fastest  passes (1 of 1 scenarios vacuous)"));
    std::string expected = results("FAIL");
    expected.replace(expected.find("false"), sizeof("false") - 1, "true");
    write("verdicts/layout-zone.json", expected);
    write("verdicts/lock-ticket.json", expected);
    EXPECT_TRUE(has_part(run_bench("pareto four.json --checked verdicts").out,
                         "broken: lock ticket: B1 in clean-1"));
    write("verdicts/lock-ticket.json", results("PASS"));
    fs::remove(folder / "verdicts/layout-zone.json");
    EXPECT_TRUE(
        has_part(run_bench("pareto four.json --checked verdicts").out, "not checked: layout zone"));
    write("plain.json", [] {
        BenchmarkFile file(2);
        file.add("plain", 1, {1});
        return file.text();
    }());
    EXPECT_EQ(run_bench("pareto plain.json --checked verdicts").code, 5);
}

TEST_F(BenchProgram, WritesOnePage) {
    EXPECT_EQ(run_bench("page four.json times.ndjson --out page.html --cores 8,16").code, 0);
    const std::string page = contents_of(folder / "page.html");
    EXPECT_TRUE(has_part(page, "default-src 'none'"));
    EXPECT_TRUE(has_part(page, R"("schema":"heddle-bench-page-1")"));
    EXPECT_TRUE(has_part(page, R"("calibrated":true)"));
    EXPECT_EQ(page.find("@HEDDLE_RESULTS@"), std::string::npos);
    EXPECT_TRUE(has_part(run_bench("page two.json", "HEDDLE_BENCH_OUT=-").out,
                         R"("no_fit":"measured with 2 numbers)"));
}

TEST_F(BenchProgram, ExplainsItself) {
    const Ran help = run_bench("--help");
    EXPECT_EQ(help.code, 0);
    for (const char* command : {"fit", "simulate", "compare", "pareto", "page"}) {
        EXPECT_TRUE(has_part(help.out, std::string("\n  ") + command + " ")) << command;
        const Ran of_command = run_bench(std::string(command) + " --help");
        EXPECT_EQ(of_command.code, 0) << command;
        EXPECT_TRUE(has_part(of_command.out, "HEDDLE_BENCH_")) << command;
    }
    EXPECT_EQ(run_bench("").code, 2);
    EXPECT_EQ(run_bench("compare two.json").code, 2);
    EXPECT_EQ(run_bench("fit two.json --confidence 101").code, 2);
    EXPECT_EQ(run_bench("simulate two.json --histograms times.ndjson --cores 0").code, 2);
    EXPECT_EQ(run_bench("simulate two.json").code, 2);
    EXPECT_EQ(run_bench("fit two.json --allow-incomplete >/dev/full; exit $? ; :").code, 2);
}

}  // namespace
}  // namespace heddle::bench_program_test
