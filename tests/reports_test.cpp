// SPDX-License-Identifier: Apache-2.0
// Several reports of one run, and what is refused.
#include "scenarios/program/reports.h"

#include <gtest/gtest.h>

#include "tests/report_kinds.h"

namespace heddle::reports_test {
namespace {

class ReportsOfOneRun : public ReportedFiles {};

TEST_F(ReportsOfOneRun, AreWrittenTogether) {
    write("catalogue/unexpected.toml", leak_file("unexpected", "pass"));
    std::string arguments = "check";
    for (const ReportKind& kind : report_kinds()) {
        arguments += std::string(" --report ") + kind.name + "=out." + kind.name;
    }
    EXPECT_EQ(run(arguments).code, 1);
    for (const ReportKind& kind : report_kinds()) {
        EXPECT_GT(fs::file_size(folder / (std::string("out.") + kind.name)), 0U) << kind.name;
    }
    EXPECT_EQ(schema_complaint("results.schema.json", "out.json"), "");
    EXPECT_EQ(schema_complaint("events.schema.json", "out.ndjson", "--lines"), "");
    EXPECT_EQ(sarif_complaint("out.sarif"), "");
    EXPECT_EQ(complaint_of("xmllint --noout --schema" + in_sources("scenarios/report/junit.xsd") +
                           "out.junit"),
              "");
    EXPECT_TRUE(has_part(run_tool("prove --exec cat out.tap").out, " Tests: 3 Failed: 1)"));
    EXPECT_EQ(complaint_of("dot -Tsvg out.dot"), "");
}

TEST_F(ReportsOfOneRun, GoToStdoutOneAtMost) {
    const Ran ran = run("check clean --report tap=- --report ktap=-");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "at most one report on stdout"));
}

TEST_F(ReportsOfOneRun, AreAllRefusedIfOneCannotBeWritten) {
    const Ran ran = run("check clean --report junit=out.xml --report sarif=none/out.sarif");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "none/out.sarif"));
    EXPECT_FALSE(fs::exists(folder / "out.xml"));
    EXPECT_EQ(ran.out, "");
}

TEST_F(ReportsOfOneRun, HaveNamesThatTheProgramKnows) {
    const Ran ran = run("check clean --report junitt=out.xml");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "junitt=out.xml"));
    const Ran help = run("check --help");
    for (const ReportKind& kind : report_kinds()) {
        EXPECT_TRUE(has_part(help.out, kind.help));
    }
}

}  // namespace
}  // namespace heddle::reports_test
