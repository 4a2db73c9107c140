// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/junit.h"

#include <gtest/gtest.h>

#include "tests/report_kinds.h"

namespace heddle::report_junit_test {
namespace {

class ReportJunit : public ReportedFiles {
  protected:
    std::string complaint(const std::string& file = "junit.xml") const {
        return complaint_of("xmllint --noout --schema" + in_sources("scenarios/report/junit.xsd") +
                            file);
    }

    // What an XPath expression says of junit.xml.
    std::string value_of(const std::string& expression) const {
        const Ran ran = run_tool("xmllint --xpath '" + expression + "' junit.xml");
        EXPECT_EQ(ran.code, 0) << ran.err;
        return ran.out.substr(0, ran.out.find_last_not_of('\n') + 1);
    }

    std::string count_of(const std::string& path) const { return value_of("count(" + path + ")"); }
};

TEST_F(ReportJunit, FollowsItsSchema) {
    write_report("junit.xml", write_junit, {every_outcome(), {"a " + hostile_text}});
    EXPECT_EQ(complaint(), "");
    EXPECT_EQ(count_of("//testcase"), "10");
    EXPECT_EQ(count_of("//failure"), "5");
    EXPECT_EQ(count_of("//error"), "3");
    EXPECT_EQ(value_of("string(/testsuites/@failures)"), "5");
    EXPECT_EQ(value_of("string(/testsuites/testsuite/@errors)"), "3");
}

TEST_F(ReportJunit, IsCheckedByASchemaThatFindsMistakes) {
    write("junit.xml", "<testsuites name=\"heddle\" tests=\"one\"/>");
    const std::string found = complaint();
    EXPECT_TRUE(has_part(found, "'one' is not a valid value"));
    EXPECT_TRUE(has_part(found, "'failures' is required"));
    EXPECT_NE(complaint("no-such-file.xml"), "");
}

TEST_F(ReportJunit, TellsAViolationAsTheTextDoes) {
    const Result result = checked(with_expectation(told_lost_update, "pass"));
    write_report("junit.xml", write_junit, {{&result, 1}});
    EXPECT_EQ(value_of("string(//testcase/@name)"), "lost-update");
    EXPECT_EQ(value_of("string(//failure/@type)"), "B1");
    EXPECT_EQ(value_of("string(//failure/@message)"), "FAIL lost-update: B1 violated");
    const std::string text = value_of("string(//failure)");
    EXPECT_TRUE(has_part(text, "  NR_MLOCK == 2\n  NR_MLOCK is 1\n"));
    EXPECT_TRUE(has_part(text, "  heddle replay lost-update 1-5c0ffee5-a1b2a1"));
}

TEST_F(ReportJunit, LetsAnExpectedViolationPass) {
    const Result result = checked(told_lost_update);
    write_report("junit.xml", write_junit, {{&result, 1}});
    EXPECT_EQ(count_of("//failure|//error|//skipped"), "0");
    EXPECT_TRUE(has_part(value_of("string(//system-out)"), "B1 violated, as expected"));
}

TEST_F(ReportJunit, ReplacesWhatXmlDoesNotKnow) {
    const Result result = checked(hostile_scenario());
    write_report("junit.xml", write_junit, {{&result, 1}});
    EXPECT_EQ(complaint(), "");
    const std::string bad = "\xef\xbf\xbd";
    EXPECT_EQ(value_of("string(//failure/@type)"),
              "q\" a' <b>&amp; ]]> \\N -- # {|}\n::error::x%0A,y=z\r##[error]\t" + bad + bad +
                  "[31m\x7f " + bad + bad + "( " + bad + " end");
}

TEST_F(ReportJunit, SkipsWhatMayBeIncomplete) {
    const Result result = unfinished(told_lost_update);
    write_report("junit.xml", write_junit, {{&result, 1}, {}, ExitCode::met, true});
    EXPECT_EQ(complaint(), "");
    EXPECT_EQ(count_of("//skipped"), "1");
    write_report("junit.xml", write_junit, {{&result, 1}});
    EXPECT_EQ(value_of("string(//error/@type)"), "UNKNOWN");
}

TEST_F(ReportJunit, ComesFromTheProgram) {
    EXPECT_EQ(run("check --report junit=junit.xml").code, 0);
    EXPECT_EQ(complaint(), "");
    EXPECT_EQ(count_of("//testcase"), "2");
    EXPECT_EQ(run("check leak/seed 'missing*' --report junit=junit.xml").code, 5);
    EXPECT_EQ(complaint(), "");
    EXPECT_TRUE(has_part(value_of("string(//error/@message)"), "missing"));
    EXPECT_EQ(run("check clean --max-states 1 --allow-incomplete --report junit=junit.xml").code,
              0);
    EXPECT_EQ(count_of("//skipped"), "1");
}

}  // namespace
}  // namespace heddle::report_junit_test
