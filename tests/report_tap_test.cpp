// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/tap.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/report_kinds.h"

namespace heddle::report_tap_test {
namespace {

class ReportTap : public ReportedFiles {
  protected:
    Ran prove(const std::string& file) const { return run_tool("prove --exec cat " + file); }

    Ran ktap() const {
        return run_tool("python3" + in_sources("tests/check_ktap.py") + "out.ktap");
    }
};

TEST_F(ReportTap, IsReadByProve) {
    write_report("out.tap", write_tap, {every_outcome(), {"a " + hostile_text}});
    const Ran ran = prove("out.tap");
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(has_part(ran.out, " Tests: 10 Failed: 8)")) << ran.err;
    EXPECT_TRUE(has_part(ran.out, "Failed tests:  3-10"));
    EXPECT_EQ(ran.out.find("Parse errors"), std::string::npos) << ran.out;
}

TEST_F(ReportTap, PassesWhenAllIsAsExpected) {
    const std::vector<Result> results = {checked(harmless("# SKIP this")),
                                         checked(told_lost_update)};
    write_report("out.tap", write_tap, {results});
    const Ran ran = prove("--verbose out.tap");
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_TRUE(has_part(ran.out, "Tests=2,"));
    EXPECT_EQ(ran.out.find("skipped"), std::string::npos) << ran.out;
}

TEST_F(ReportTap, SaysWhyInComments) {
    std::ostringstream out;
    const Result result = checked(with_expectation(told_lost_update, "pass"));
    write_tap(out, {{&result, 1}});
    EXPECT_TRUE(has_part(out.str(),
                         "TAP version 13\n1..1\nnot ok 1 - lost-update\n"
                         "# FAIL lost-update: B1 violated\n#   NR_MLOCK == 2\n"));
}

TEST_F(ReportTap, SkipsWhatMayBeIncomplete) {
    const Result result = unfinished(told_lost_update);
    write_report("out.tap", write_tap, {{&result, 1}, {}, ExitCode::met, true});
    const Ran ran = prove("--directives out.tap");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_TRUE(has_part(ran.out, "# SKIP incomplete"));
    write_report("out.ktap", write_ktap, {{&result, 1}, {}, ExitCode::met, true});
    EXPECT_EQ(ktap().out, "0 passed, 0 failed, 1 skipped\n");
}

TEST_F(ReportTap, EndsWithWhatInterruptedIt) {
    write_report("out.tap", write_tap, {every_outcome(), {}, ExitCode::interrupted});
    const Ran ran = prove("out.tap");
    EXPECT_NE(ran.code, 0);
    EXPECT_TRUE(
        has_part(ran.out + ran.err, "Bailout called.  Further testing stopped:  interrupted"));
}

TEST_F(ReportTap, OfTheKernelsKindFollowsItsRules) {
    write_report("out.ktap", write_ktap, {every_outcome(), {"a " + hostile_text}});
    const Ran ran = ktap();
    EXPECT_EQ(ran.out, "2 passed, 8 failed, 0 skipped\n") << ran.err;
    EXPECT_TRUE(has_part(prove("out.ktap").out, " Tests: 10 Failed: 8)"));
}

TEST_F(ReportTap, OfTheKernelsKindHasCommentsBeforeTheirLine) {
    std::ostringstream out;
    const Result result = checked(told_lost_update);
    write_ktap(out, {{&result, 1}});
    EXPECT_EQ(out.str(),
              "KTAP version 1\n1..1\n# FAIL lost-update: B1 violated, as expected\n"
              "ok 1 lost-update\n");
}

TEST_F(ReportTap, ComesFromTheProgram) {
    EXPECT_EQ(run("check --report tap=out.tap --report ktap=out.ktap").code, 0);
    EXPECT_EQ(prove("out.tap").code, 0);
    EXPECT_EQ(ktap().out, "2 passed, 0 failed, 0 skipped\n");
}

}  // namespace
}  // namespace heddle::report_tap_test
