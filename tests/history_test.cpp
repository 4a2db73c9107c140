// SPDX-License-Identifier: Apache-2.0
#include "scenarios/history.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "scenarios/history_trend.h"

namespace heddle::history_test {
namespace {

namespace fs = std::filesystem;

class HistoryFile : public testing::Test {
  protected:
    void SetUp() override { fs::create_directories(folder_); }
    void TearDown() override { fs::remove_all(folder_); }

    std::string path() const { return (folder_ / "history.db").string(); }

    std::string add(const std::vector<HistoryEntry>& entries) const {
        auto opened = ResultHistory::open_to_add(path());
        const auto* message = std::get_if<std::string>(&opened);
        return message != nullptr ? *message : std::get<ResultHistory>(opened).add(entries);
    }

    std::vector<HistoryEntry> entries() const {
        auto opened = ResultHistory::open_to_read(path());
        return std::get<std::vector<HistoryEntry>>(std::get<ResultHistory>(opened).entries());
    }

    std::string message_of_reading() const {
        const auto opened = ResultHistory::open_to_read(path());
        const auto* message = std::get_if<std::string>(&opened);
        return message == nullptr ? "" : *message;
    }

  private:
    fs::path folder_ = fs::temp_directory_path() / ("heddle-history-" + std::to_string(getpid()));
};

HistoryEntry entry(const std::string& scenario, const std::string& verdict, std::uint64_t states,
                   double seconds) {
    return {.run = {"c0ffee", "2026-01-31T12:00:00Z", "0.1.0", 2},
            .scenario = scenario,
            .parameters = "n=3",
            .search = "exhaustive",
            .verdict = verdict,
            .claim = verdict == "FAIL" ? "B1" : "",
            .states = states,
            .transitions = 2 * states,
            .seconds = seconds,
            .peak_bytes = 1 << 20};
}

TEST_F(HistoryFile, GivesBackWhatWasAdded) {
    EXPECT_EQ(add({entry("a'b", "FAIL", 8, 0.5), entry("c", "PASS", 1, 0.1)}), "");
    EXPECT_EQ(add({entry("c", "PASS", 2, 0.2)}), "");
    const std::vector<HistoryEntry> all = entries();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].scenario, "a'b");
    EXPECT_EQ(all[0].run.commit, "c0ffee");
    EXPECT_EQ(all[0].run.date, "2026-01-31T12:00:00Z");
    EXPECT_EQ(all[0].run.version, "0.1.0");
    EXPECT_EQ(all[0].run.cores, 2U);
    EXPECT_EQ(all[0].parameters, "n=3");
    EXPECT_EQ(all[0].search, "exhaustive");
    EXPECT_EQ(all[0].verdict, "FAIL");
    EXPECT_EQ(all[0].claim, "B1");
    EXPECT_EQ(all[0].states, 8U);
    EXPECT_EQ(all[0].transitions, 16U);
    EXPECT_EQ(all[0].seconds, 0.5);
    EXPECT_EQ(all[0].peak_bytes, 1U << 20);
    EXPECT_EQ(all[2].states, 2U);
}

TEST_F(HistoryFile, IsNothingElse) {
    EXPECT_EQ(message_of_reading(), "history '" + path() + "': no such file");
    std::ofstream(path()) << "a text that is long enough to be taken for a page of a database\n";
    const std::string message =
        "history '" + path() + "' is no database; expected one of `heddle check --history`";
    EXPECT_EQ(message_of_reading(), message);
    EXPECT_EQ(add({}), message);
    EXPECT_EQ(fs::file_size(path()), 64U);  // left as it was
}

TEST_F(HistoryFile, IsNoOtherDatabase) {
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "CREATE TABLE t (x)", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    EXPECT_NE(message_of_reading().find("is a database of something else"), std::string::npos);
    EXPECT_NE(add({}).find("is a database of something else"), std::string::npos);
}

std::vector<TrendPoint> points_of(const std::vector<HistoryEntry>& entries, std::size_t last) {
    const std::vector<Trend> trends = trends_of(entries, last);
    return trends.size() == 1 ? trends[0].points : std::vector<TrendPoint>();
}

TEST(Trend, MarksVerdictsAndStatesThatChange) {
    const std::vector<TrendPoint> points = points_of(
        {entry("s", "PASS", 8, 0), entry("s", "PASS", 8, 0), entry("s", "FAIL", 9, 0)}, 10);
    ASSERT_EQ(points.size(), 3U);
    EXPECT_FALSE(points[0].verdict_changed || points[0].states_changed || points[0].slower);
    EXPECT_FALSE(points[1].verdict_changed || points[1].states_changed || points[1].slower);
    EXPECT_TRUE(points[2].verdict_changed && points[2].states_changed);
    EXPECT_FALSE(points[2].slower);
}

// The median of 1, 1.2 and 2 is 1.2: 1.9 is above 1.5 times that, 1.7 is not.
TEST(Trend, MarksWhatTookMuchLongerThanTheMedian) {
    for (const double seconds : {1.7, 1.9}) {
        const std::vector<TrendPoint> points =
            points_of({entry("s", "PASS", 8, 1.2), entry("s", "PASS", 8, 1),
                       entry("s", "PASS", 8, 2), entry("s", "PASS", 8, seconds)},
                      10);
        ASSERT_EQ(points.size(), 4U);
        EXPECT_EQ(points[3].slower, seconds > 1.8) << seconds;
        EXPECT_DOUBLE_EQ(points[3].median_seconds, 1.2);
    }
    // Ten times as long, but no time at all.
    EXPECT_FALSE(
        points_of({entry("s", "PASS", 8, 0.004), entry("s", "PASS", 8, 0.04)}, 10)[1].slower);
}

TEST(Trend, ShowsTheLastRunsAndComparesWithAll) {
    const std::vector<TrendPoint> points =
        points_of({entry("s", "FAIL", 7, 0), entry("s", "PASS", 8, 0)}, 1);
    ASSERT_EQ(points.size(), 1U);
    EXPECT_TRUE(points[0].verdict_changed);
}

TEST(Trend, IsOfOneScenarioAtOneSizeInOneSearch) {
    std::vector<HistoryEntry> entries(4, entry("s", "PASS", 8, 0));
    entries[1].parameters = "n=4";
    entries[2].search = "dpor";
    entries[3].scenario = "a";
    const std::vector<Trend> trends = trends_of(entries, 10);
    ASSERT_EQ(trends.size(), 4U);
    EXPECT_EQ(trends[0].scenario, "a");
    EXPECT_EQ(trends[3].parameters, "n=4");
}

}  // namespace
}  // namespace heddle::history_test
