// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/html.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "scenarios/report/filled_page.h"
#include "scenarios/report/json.h"
#include "tests/command_line.h"
#include "tests/report_scenarios.h"

namespace heddle::report_html_test {
namespace {

std::string html_of(const std::vector<Result>& results) {
    std::ostringstream out;
    write_html(out, {results, {"</script> is no file"}, ExitCode::met});
    return out.str();
}

// What stands where the page has its place for results.
std::string results_in(const std::string& html) {
    const std::size_t begin = prebuilt_page().find(page_place);
    const std::size_t after = prebuilt_page().size() - begin - page_place.size();
    return html.substr(begin, html.size() - begin - after);
}

TEST(ReportHtml, IsThePrebuiltPageWithTheResultsInIt) {
    const std::string html = html_of({checked(told_lost_update)});
    const std::string_view page = prebuilt_page();
    const std::size_t place = page.find(page_place);
    ASSERT_NE(place, page.npos);
    EXPECT_EQ(page.find(page_place, place + 1), page.npos);
    EXPECT_TRUE(html.starts_with(page.substr(0, place)));
    EXPECT_TRUE(html.ends_with(page.substr(place + page_place.size())));
}

TEST(ReportHtml, HasTheDocumentOfTheJsonReport) {
    const std::vector<Result> results = {checked(told_lost_update), checked(flag_bug),
                                         unfinished(told_lost_update)};
    Json page = Json::parse(results_in(html_of(results)));
    const Json document = Json(results_json({results, {"</script> is no file"}, ExitCode::met}));
    // Each line of a world is written once, and steps have the numbers of theirs.
    for (Json& result : page["results"]) {
        if (!result.contains("steps")) {
            continue;
        }
        for (Json& step : result["steps"]) {
            std::string state;
            for (const std::size_t line : step["state"]) {
                state += result["state_lines"][line].get<std::string>() + "\n";
            }
            step["state"] = state;
        }
        result.erase("state_lines");
    }
    EXPECT_EQ(page, document);
}

TEST(ReportHtml, WritesEachLineOfAWorldOnce) {
    const Json page = Json::parse(results_in(html_of({checked(told_lost_update)})));
    const Json& result = page["results"][0];
    // The counter is 0 for two steps and 1 for two.
    EXPECT_EQ(result["state_lines"], Json::array({"nr_mlock 0", "nr_mlock 1"}));
    EXPECT_EQ(result["steps"][1]["state"], Json::array({0}));
    EXPECT_EQ(result["steps"][3]["state"], Json::array({1}));
}

TEST(ReportHtml, HasNoMarkupAmongTheResults) {
    Scenario hostile = told_lost_update;
    hostile.name = "<!-- </script><script>alert(1)</script> \u2028 \xff";
    const std::string results = results_in(html_of({checked(hostile)}));
    EXPECT_EQ(results.find('<'), results.npos);
    EXPECT_TRUE(std::all_of(results.begin(), results.end(),
                            [](char letter) { return letter >= ' ' && letter <= '~'; }));
    EXPECT_EQ(Json::parse(results)["results"][0]["scenario"],
              "<!-- </script><script>alert(1)</script> \u2028 \ufffd");
}

class ReportHtmlCommand : public CommandLine {};

TEST_F(ReportHtmlCommand, IsWrittenByTheProgram) {
    const Ran ran = run("check leak/seed --report html=leak.html --json leak.json");
    EXPECT_EQ(ran.code, 0) << ran.err;
    const Json page = Json::parse(results_in(contents_of(folder / "leak.html")));
    EXPECT_EQ(page["results"][0]["scenario"], "leak/seed");
    EXPECT_EQ(page["results"][0]["schedule"],
              Json::parse(contents_of(folder / "leak.json"))["results"][0]["schedule"]);
}

TEST_F(ReportHtmlCommand, TellsAScheduleThatIsReplayed) {
    const Ran ran = run("replay leak/seed " + schedule() + " --report html=-");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(Json::parse(results_in(ran.out))["results"][0]["search"], "replay");
}

TEST_F(ReportHtmlCommand, IsRefusedWhereItCannotBeWritten) {
    const Ran ran = run("check leak/seed --report html=no/such/folder.html");
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(has_part(ran.err, "cannot write 'no/such/folder.html'"));
}

}  // namespace
}  // namespace heddle::report_html_test
