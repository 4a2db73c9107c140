// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/perfetto.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/report_kinds.h"

namespace heddle::report_perfetto_test {
namespace {

class ReportPerfetto : public ReportedFiles {
  protected:
    // How many events of each phase there are, or what is wrong with them.
    std::string counts_of(const heddle::Run& run) const {
        write_report("out.json", write_perfetto, run);
        return check();
    }

    std::string check() const {
        const Ran ran =
            run_tool("python3" + in_sources("tests/check_trace_events.py") + "out.json");
        return ran.code == 0 ? ran.out : ran.err;
    }
};

// Events of a phase, by their names.
std::vector<std::string> names_of(const Result& result, const std::string& phase) {
    std::ostringstream out;
    write_perfetto(out, {{&result, 1}});
    std::vector<std::string> names;
    const Json trace = Json::parse(out.str());
    for (const Json& event : trace["traceEvents"]) {
        if (event["ph"] == phase) {
            names.push_back(event["name"]);
        }
    }
    return names;
}

// A counter behind a lock, that the second task reads after the first has let it go.
Scenario told_handover() {
    Scenario scenario = harmless("handover");
    scenario.expect = "fail:B1";
    scenario.build = [](Setup& setup) {
        auto& world = setup.world<ReportedWorld>();
        name_reported_world(setup, world);
        const auto count = [&world] {
            spin_lock(&world.one);
            atomic_inc(&world.nr_mlock);
            spin_unlock(&world.one);
        };
        setup.task("munlock", 0, count);
        setup.task("isolate", 1, count);
        setup.claim(
            {.name = "B1", .formula = "NR_MLOCK < 2", .moment = Moment::finally, .holds = [&world] {
                 return world.nr_mlock.counter < 2;
             }});
    };
    return scenario;
}

// Two tasks of three steps; the second takes the lock that the first has released.
TEST_F(ReportPerfetto, HasATrackPerCpuASlicePerStepAndASectionPerLock) {
    const Result result = checked(told_handover());
    EXPECT_EQ(counts_of({{&result, 1}}), "M=3 X=6 i=1 b=2 e=2 s=1 f=1\n");
    EXPECT_EQ(names_of(result, "b"), (std::vector<std::string>{"munlock holds zone0.lru_lock",
                                                               "isolate holds zone0.lru_lock"}));
    EXPECT_EQ(names_of(result, "i"),
              std::vector<std::string>{"FAIL handover: B1 violated, as expected"});
}

// A deadlock of two: each holds a lock to the end.
TEST_F(ReportPerfetto, EndsWhatIsHeldToTheEnd) {
    const Result result = checked(lock_inversion);
    EXPECT_EQ(counts_of({{&result, 1}}), "M=3 X=2 i=1 b=2 e=2 s=0 f=0\n");
}

// Two runs of three steps, each of which takes two locks and gives none back.
TEST_F(ReportPerfetto, BeginsAnewWithEachRun) {
    const Result result = checked(exclusive_orders);
    EXPECT_EQ(counts_of({{&result, 1}}), "M=3 X=6 i=2 b=4 e=4 s=0 f=0\n");
    EXPECT_EQ(names_of(result, "i")[0], "again from the start");
}

TEST_F(ReportPerfetto, HasAProcessPerScenarioWhateverItsName) {
    const std::vector<Result> results = every_outcome();
    const std::string counts = counts_of({results});
    // Four traces: two tasks, one, two and two.
    EXPECT_TRUE(counts.starts_with("M=11 X=")) << counts;
    EXPECT_EQ(complaint_of("python3 -m json.tool out.json"), "");
}

TEST_F(ReportPerfetto, IsCheckedByAReaderThatFindsMistakes) {
    const Result result = checked(told_handover());
    std::ostringstream out;
    write_perfetto(out, {{&result, 1}});
    Json trace = Json::parse(out.str());
    Json& events = trace["traceEvents"];
    for (const char* phase : {"e", "f", "s", "b"}) {
        Json without = Json::array();
        for (const Json& event : events) {
            if (event["ph"] != phase) {
                without.push_back(event);
            }
        }
        write("out.json", Json{{"traceEvents", without}}.dump());
        EXPECT_TRUE(has_part(check(), "Error")) << phase;
    }
    std::swap(events[4], events[9]);
    write("out.json", trace.dump());
    EXPECT_TRUE(has_part(check(), "AssertionError"));
}

TEST_F(ReportPerfetto, ComesFromTheProgram) {
    EXPECT_EQ(run("check leak/seed --report perfetto=out.json").code, 0);
    EXPECT_TRUE(has_part(check(), " b=1 e=1 "));
    EXPECT_EQ(run("replay leak/seed " + schedule() + " --report perfetto=out.json").code, 0);
    EXPECT_TRUE(has_part(check(), " b=1 e=1 "));
}

}  // namespace
}  // namespace heddle::report_perfetto_test
