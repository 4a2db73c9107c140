// SPDX-License-Identifier: Apache-2.0
// heddle-lock-bench, each benchmark one short storm: what it counts, not how long it takes.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/background.h"

namespace heddle::lock_bench_test {
namespace {

class LockBench : public CommandLine {
  protected:
    Ran storm(const std::string& arguments) const {
        const std::string command = "cd '" + folder.string() + "' && '" HEDDLE_LOCK_BENCH "' " +
                                    arguments + " --benchmark_out=out.json >out 2>err </dev/null";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents_of(folder / "out"),
                contents_of(folder / "err")};
    }
    Json benchmarks() const {
        return Json::parse(contents_of(folder / "out.json")).at("benchmarks");
    }
};

bool is_broken_by_design(const std::string& name) {
    return name.find("lock:broken") != std::string::npos ||
           name.find("layout:page-hash") != std::string::npos;
}

std::uint64_t total_of(const Json& buckets) {
    std::uint64_t total = 0;
    for (const Json& bucket : buckets) {
        total += bucket.at(1).get<std::uint64_t>();
    }
    return total;
}

// The whole standard set. What is right by design does its work and breaks nothing.
TEST_F(LockBench, RunsEveryStorm) {
    const Ran ran = storm("--storm-ms 2 --threads 1,2 --histograms out.ndjson");
    ASSERT_EQ(ran.code, 0) << ran.err;
    std::map<std::string, Json> lines;
    std::ifstream file(folder / "out.ndjson");
    for (std::string line; std::getline(file, line);) {
        const Json json = Json::parse(line);
        lines[json.at("name")] = json;
    }
    std::set<std::string> workloads;
    for (const Json& benchmark : benchmarks()) {
        const std::string name = benchmark.at("name");
        workloads.insert(name.substr(0, name.find("/layout")));
        ASSERT_TRUE(lines.contains(name)) << name;
        EXPECT_TRUE(is_broken_by_design(name) || benchmark.at("broken") == 0.0)
            << name << ": " << benchmark.value("label", "");
        if (benchmark.at("broken") == 0.0) {
            EXPECT_GT(benchmark.at("ops"), 0.0) << name;
            EXPECT_LE(benchmark.at("jain"), 1.0 + 1e-9) << name;
            EXPECT_LE(benchmark.at("wait_p50_ns"), benchmark.at("wait_max_ns")) << name;
            EXPECT_GT(total_of(lines[name].at("wait_ns")), 0U) << name;
            EXPECT_EQ(total_of(lines[name].at("wait_ns")), total_of(lines[name].at("hold_ns")));
            EXPECT_EQ(lines[name].at("per_thread_ops").size(), lines[name].at("threads"));
        }
    }
    EXPECT_EQ(workloads, (std::set<std::string>{"storm/workload:private", "storm/workload:shared",
                                                "storm/workload:reclaim", "storm/workload:migrate",
                                                "storm/workload:split"}));
}

// A section under the lock is much longer here than the broken one waits, and there is little else:
// who is stopped by a busy machine is stopped inside.
TEST_F(LockBench, NoticesALockThatExcludesNobody) {
    const Ran ran = storm("--lock broken,queued --threads 2 --storm-ms 300 --critical-ns 200000");
    ASSERT_EQ(ran.code, 0) << ran.err;
    for (const Json& benchmark : benchmarks()) {
        const bool broken =
            benchmark.at("name").get<std::string>().find("broken") != std::string::npos;
        EXPECT_EQ(benchmark.at("broken"), broken ? 1.0 : 0.0) << benchmark;
        EXPECT_EQ(benchmark.contains("label"), broken) << benchmark;
    }
}

TEST_F(LockBench, NoticesALayoutThatGuardsNoList) {
    const Ran ran = storm("--layout page-hash --threads 1 --storm-ms 5");
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(benchmarks()[0].at("broken"), 1.0);
    EXPECT_NE(benchmarks()[0].at("label").get<std::string>().find("guarded-by violated"),
              std::string::npos);
}

TEST_F(LockBench, NamesCombinations) {
    const Ran ran = storm(
        "--workload shared --layout zone --lock ticket,std-mutex --batch 2 --placement spread "
        "--threads 1 --pages 8 --parallel-ns 10 --storm-ms 2");
    ASSERT_EQ(ran.code, 0) << ran.err;
    ASSERT_EQ(benchmarks().size(), 2U);
    EXPECT_EQ(benchmarks()[0].at("name"),
              "storm/workload:shared/layout:zone/lock:ticket/batch:2/placement:spread/threads:1");
}

// What the host does not allow is an error of that benchmark.
TEST_F(LockBench, StormsTheKernelThatRuns) {
    const Ran ran = storm("--host --threads 1 --storm-ms 5 --pages 8 --histograms host.ndjson");
    ASSERT_EQ(ran.code, 0) << ran.err;
    ASSERT_EQ(benchmarks().size(), 3U);
    for (const Json& benchmark : benchmarks()) {
        EXPECT_TRUE(benchmark.value("error_occurred", false) || benchmark.at("ops") > 0.0)
            << benchmark;
    }
    EXPECT_EQ(benchmarks()[2].at("name"), "host/workload:munlockall/threads:1");
    EXPECT_NE(ran.err.find("host_lock_contentions: "), std::string::npos) << ran.err;
}

// Whether the first storm has begun by then or not.
TEST_F(LockBench, WritesAWholeReportWhenInterrupted) {
    for (const std::string kernel : {"false", "true"}) {
        Background program(folder,
                           {"--storm-ms", "600000", "--threads", "1", "--pages", "8", "--layout",
                            "node,zone", "--host=" + kernel, "--benchmark_out=out.json"},
                           Background::Stderr::pipe, HEDDLE_LOCK_BENCH);
        ASSERT_TRUE(program.says("perf_counters: "));
        program.signal(SIGINT);
        EXPECT_EQ(program.exit_code(), 130);
        EXPECT_TRUE(has_part(program.said(), "interrupted; the report has what was measured"));
        ASSERT_GE(benchmarks().size(), 2U);
        for (const Json& benchmark : benchmarks()) {
            EXPECT_TRUE(benchmark.at("error_occurred")) << benchmark;
        }
    }
}

TEST_F(LockBench, SaysWhatIsWrongWithItsOptions) {
    const Ran layout = storm("--layout list");
    EXPECT_EQ(layout.code, 2);
    EXPECT_NE(layout.err.find("--layout: 'list'; expected one of: node, zone, lruvec, page-hash"),
              std::string::npos)
        << layout.err;
    EXPECT_NE(storm("--pages 9").err.find("--pages: 9; expected a multiple of 8"),
              std::string::npos);
    EXPECT_EQ(storm("--histograms no/such/folder").code, 2);
    EXPECT_EQ(storm("--batch 32").code, 2);
    EXPECT_EQ(storm("--benchmark_nonsense").code, 2);
    EXPECT_EQ(storm("--placement core --threads 47").code, 5);
}

}  // namespace
}  // namespace heddle::lock_bench_test
