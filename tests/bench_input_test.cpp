// SPDX-License-Identifier: Apache-2.0
// What heddle-bench reads: what it takes from it, and what it says of what it cannot use.
#include "bench/analysis/histograms.h"
#include "bench/analysis/input_error.h"
#include "bench/analysis/machine_shape.h"
#include "bench/analysis/measurements.h"
#include "tests/bench_command_line.h"

namespace heddle::bench_input_test {
namespace {

class BenchInput : public BenchCommandLine {
  protected:
    std::string path(const std::string& name) const { return (folder / name).string(); }

    bench::Measurements read(const BenchmarkFile& file) const {
        write("a.json", file.text());
        return bench::read_measurements(path("a.json"));
    }

    // What the program says of such a file; it must end with 2 and write no result.
    std::string complaint(const std::string& arguments) const {
        const Ran ran = run_bench(arguments);
        EXPECT_EQ(ran.code, 2) << arguments;
        EXPECT_EQ(ran.out, "");
        return ran.err;
    }
};

TEST_F(BenchInput, TakesRepetitionsAndCounters) {
    BenchmarkFile file(4);
    file.add("storm/workload:w/layout:zone/real_time", 2, {10, 30, 20});
    file.json()["benchmarks"].push_back({{"run_name", "storm"}, {"run_type", "aggregate"}});
    file.json()["benchmarks"][1]["broken"] = 1;
    file.json()["context"]["warning_governor"] = "powersave";
    file.json()["context"]["warnings"] = {"turbo"};
    file.json()["benchmarks"][1]["label"] = "broken: B1";
    const bench::Measurements read_back = read(file);
    ASSERT_EQ(read_back.all.size(), 1U);
    const bench::Measurement& one = read_back.all[0];
    EXPECT_EQ(one.name.series, "storm/workload:w/layout:zone");
    EXPECT_EQ(one.name.word("layout"), "zone");
    EXPECT_EQ(one.name.word("lock"), "");
    EXPECT_EQ(one.name.threads, 2U);
    EXPECT_EQ(one.name.label(), "storm, workload w, layout zone");
    EXPECT_EQ(one.rates, (std::vector<double>{10, 30, 20}));
    EXPECT_EQ(one.rate(), 20);
    EXPECT_EQ(one.counters.at("jain"), 0.9);
    EXPECT_TRUE(one.broken);
    EXPECT_EQ(one.label, "broken: B1");
    EXPECT_EQ(read_back.cores, 4U);
    EXPECT_EQ(read_back.context.at("host_name"), "example");
    EXPECT_EQ(read_back.warnings, (std::vector<std::string>{"powersave", "turbo"}));
}

TEST_F(BenchInput, TakesTimeWhereNoRateIsToldAndKeepsErrors) {
    BenchmarkFile file(2);
    file.add("a", 1, {1});
    file.json()["benchmarks"][0].erase("ops");
    file.add("nothing", 1, {0});
    file.add("at once", 1, {0});
    file.json()["benchmarks"][2]["broken"] = 1;
    file.add("b", 1, {1});
    file.json()["benchmarks"][3]["error_occurred"] = true;
    file.json()["benchmarks"][3]["error_message"] = "no perf";
    const bench::Measurements read_back = read(file);
    ASSERT_EQ(read_back.all.size(), 2U);
    EXPECT_DOUBLE_EQ(read_back.all[0].rate(), 200);  // 5 ms
    EXPECT_TRUE(read_back.all[1].broken);
    EXPECT_EQ(read_back.all[1].rate(), 0);
    EXPECT_EQ(read_back.errors,
              (std::vector<std::string>{"b/threads:1: no perf", "nothing/threads:1: did nothing"}));
}

TEST_F(BenchInput, AddsTheTimesOfRepetitions) {
    write("a.ndjson",
          "{\"name\": \"a\", \"threads\": 2, \"hold_ns\": [[9, 1]], \"per_thread_ops\": [1, 2]}\n"
          "{\"name\": \"a\", \"threads\": 1}\n"
          "{\"name\": \"a/threads:2\", \"hold_ns\": [[9, 2], [18, 1]], \"per_thread_ops\": [3, "
          "2]}\n");
    const auto all = bench::read_distributions(path("a.ndjson"));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].hold.total(), 4U);
    EXPECT_EQ(all[0].ops_per_acquisition(), 2);
    EXPECT_TRUE(all[1].hold.empty());
}

TEST_F(BenchInput, KnowsTheMachineOfTheContext) {
    BenchmarkFile file(2);
    file.add("a", 1, {1});
    EXPECT_EQ(bench::measured_shape(read(file)).zones, 2U);
    file.json()["context"]["zones"] = "3";
    file.json()["context"]["page_hash_locks"] = 5;
    EXPECT_EQ(bench::measured_shape(read(file)).zones, 3U);
    EXPECT_EQ(bench::measured_shape(read(file)).page_hash_locks, 5U);
    file.json()["context"]["zones"] = "many";
    EXPECT_THROW(bench::measured_shape(read(file)), bench::InputError);
    EXPECT_THROW(bench::nr_lru_locks("heap", {}, 1), bench::InputError);
}

TEST_F(BenchInput, NamesTheFileAndThePlace) {
    EXPECT_EQ(complaint("fit none.json"), "heddle-bench: none.json: cannot be read\n");
    write("a.json", "{\n  \"context\": {,\n");
    EXPECT_TRUE(has_part(complaint("fit a.json"), "a.json: parse error at line 2, column 15"));
    write("a.json", "[]");
    EXPECT_TRUE(has_part(complaint("fit a.json"), "a.json: []; expected an object"));
    write("a.json", "{\"context\": {}, \"benchmarks\": []}");
    EXPECT_TRUE(has_part(complaint("fit a.json"), "no repetition in it"));

    const auto with = [this](const std::string& member, const Json& value) {
        BenchmarkFile file(2);
        file.add("a", 1, {1, 2});
        file.json()["benchmarks"][1][member] = value;
        write("a.json", file.text());
        return complaint("fit a.json");
    };
    EXPECT_TRUE(
        has_part(with("ops", -1), "a.json: benchmarks[1].ops: -1; expected a number above"));
    EXPECT_TRUE(has_part(with("ops", "x"), "benchmarks[1].ops: \"x\"; expected a finite number"));
    EXPECT_TRUE(has_part(with("run_name", "a/threads:no"), "benchmarks[1].run_name: \"a/threads"));
    EXPECT_TRUE(has_part(with("run_name", 7), "benchmarks[1].run_name: 7; expected a string"));
    EXPECT_TRUE(has_part(with("threads", -1), "[1].threads: -1; expected a whole number"));
    EXPECT_TRUE(has_part(with("run_type", nullptr), "[1].run_type: null; expected a string"));
}

TEST_F(BenchInput, NamesTheLineOfHistograms) {
    BenchmarkFile file(2);
    file.add("a", 1, {1});
    write("a.json", file.text());
    const auto with = [this](const std::string& line) {
        write("a.ndjson", "{\"name\": \"a/threads:1\"}\n\n" + line + "\n");
        return complaint("simulate a.json --histograms a.ndjson");
    };
    EXPECT_TRUE(has_part(with("{"), "a.ndjson:3: parse error"));
    EXPECT_TRUE(has_part(with("{}"), "a.ndjson:3: {}; expected a member 'name'"));
    const std::string name = "{\"name\": \"a\", ";
    EXPECT_TRUE(
        has_part(with(name + "\"hold_ns\": 5}"), "a.ndjson:3: hold_ns: 5; expected an array"));
    EXPECT_TRUE(
        has_part(with(name + "\"wait_ns\": [[1]]}"), "wait_ns[0]: [1]; expected [upper_ns"));
    EXPECT_TRUE(
        has_part(with(name + "\"wait_ns\": [[2, 1], [2, 1]]}"), "wait_ns[1][0]: 2; expected"));
    EXPECT_TRUE(
        has_part(with(name + "\"between_ns\": [[2, 1.5]]}"), "[0][1]: 1.5; expected a whole"));
    write("a.ndjson", "\n");
    EXPECT_TRUE(has_part(complaint("simulate a.json --histograms a.ndjson"), "a.ndjson: no line"));
    EXPECT_TRUE(has_part(complaint("page a.ndjson --out p.html"), "a.ndjson: no line"));
}

TEST_F(BenchInput, NamesWhatElseItCannotUse) {
    BenchmarkFile file(2);
    file.add("a/layout:heap", 1, {1});
    file.add("many", 1, std::vector<double>(201, 1));
    write("a.json", file.text());
    EXPECT_TRUE(has_part(complaint("compare a.json a.json"), "201 repetitions; expected 200"));
    write("a.ndjson", R"({"name": "a/layout:heap", "hold_ns": [[1, 1]], "between_ns": [[1, 1]]})");
    EXPECT_TRUE(has_part(complaint("simulate a.json --histograms a.ndjson"),
                         "layout 'heap'; expected node, zone, lruvec or page-hash"));
    EXPECT_TRUE(has_part(complaint("page a.ndjson --out p.html"), "no measurements"));
    EXPECT_TRUE(has_part(complaint("page a.json --out none/p.html"), "none/p.html: cannot be"));
    EXPECT_TRUE(has_part(complaint("pareto a.json --checked none"), "none: No such file"));
    EXPECT_TRUE(has_part(complaint("pareto a.json --checked ."), ".: no layout-NAME.json"));
    write("layout-zone.json", "{\"schema\": \"other\"}");
    EXPECT_TRUE(
        has_part(complaint("pareto a.json --checked ."), "schema: \"other\"; expected heddle"));
}

}  // namespace
}  // namespace heddle::bench_input_test
