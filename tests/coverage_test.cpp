// SPDX-License-Identifier: Apache-2.0
// scenarios/COVERAGE.md against the catalogue.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "scenarios/scenario_file.h"
#include "tests/repository_files.h"

namespace heddle::coverage_test {
namespace {

using Row = std::vector<std::string>;  // cells

// The names of the list of upstream bugs, in its order.
const std::vector<std::string> bugs = {"nr-mlock-leak-isolation-fail",
                                       "locked-vm-double-count-onfault",
                                       "rlimit-overlap-too-strict",
                                       "mlockall-onfault-alone",
                                       "thp-pte-mapped-skip",
                                       "thp-page-mask-stale",
                                       "zone-id-batching",
                                       "mlocked-page-on-remote-pagevec",
                                       "unevictable-events-thp",
                                       "check-move-unevictable-thp",
                                       "shmlock-user-lock-irq",
                                       "hwpoison-mlocked-shake",
                                       "int-page-count-overflow",
                                       "len-overflow-returns-zero",
                                       "pgmunlocked-event-after-remlock",
                                       "retract-page-tables-vs-exit",
                                       "thp-split-vs-munlock",
                                       "lru-lock-self-deadlock",
                                       "thp-tail-not-skipped",
                                       "unmap-cluster-unlocked-page",
                                       "split-pmd-munlock-deadlock",
                                       "thp-in-mlocked-vma-leak",
                                       "putback-store-buffer",
                                       "shm-unlock-stranded",
                                       "lost-mlock-truncate-cow",
                                       "thp-mlock-statistics",
                                       "vm-mixedmap",
                                       "locked-vm-stack-race",
                                       "ksm-mlockfreed",
                                       "lru-drain-lockdep",
                                       "anon-cow-in-file-vma-mlock-count",
                                       "mlock-write-only-mapping",
                                       "count-int-overflow",
                                       "count-when-no-vma",
                                       "page-mlock-one-early-return",
                                       "user-shm-lock-two-bugs",
                                       "v6-nr-mlock-irq-unsafe",
                                       "v6-percpu-batch-local-lock",
                                       "v6-drain-missing-stats",
                                       "v6-ksm-folio-within-range",
                                       "v6-referenced-one-ptl",
                                       "v6-gup-longterm-mlock-batch",
                                       "v6-free-mlocked-lowlevel",
                                       "v6-mlock-prev-on-failure",
                                       "v6-vma-iter-conversion",
                                       "v6-mremap-dontunmap-locked-vm"};

constexpr unsigned pairs_of_paths = 22;  // rows of section 15 of the notes on paths
constexpr unsigned race_items = 18;      // 14.1 to 14.18 of these notes

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? ""
                                      : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

Row cells_of(const std::string& line) {
    Row cells;
    for (std::size_t begin = 1; begin < line.size();) {
        const std::size_t end = std::min(line.find('|', begin), line.size());
        cells.push_back(trimmed(line.substr(begin, end - begin)));
        begin = end + 1;
    }
    return cells;
}

// The rows of tables whose head begins with this cell.
std::vector<Row> rows_of(const std::string& head) {
    std::vector<Row> rows;
    std::string current;
    bool in_table = false;
    for (const std::string& line : lines_of("scenarios/COVERAGE.md")) {
        if (!line.starts_with('|')) {
            in_table = false;
            continue;
        }
        const Row cells = cells_of(line);
        if (!in_table) {
            in_table = true;
            current = cells[0];
        } else if (current == head && !cells[0].starts_with("---")) {
            rows.push_back(cells);
        }
    }
    return rows;
}

// Every scenario of the catalogue by its name.
const std::map<std::string, ScenarioWords>& catalogue() {
    static const std::map<std::string, ScenarioWords> all = [] {
        std::map<std::string, ScenarioWords> scenarios;
        for (const std::string& file : repository_files()) {
            if (file.starts_with("scenarios/") && file.ends_with(".toml")) {
                auto read = read_scenario_file(std::filesystem::path(HEDDLE_SOURCE_DIR) / file);
                for (const ScenarioWords& words : std::get<std::vector<ScenarioWords>>(read)) {
                    scenarios.emplace(words.name, words);
                }
            }
        }
        return scenarios;
    }();
    return all;
}

struct Answer {
    std::string scenario;
    std::string expect;
};

// "`name/variant` fail:B1": what a cell says of scenarios.
std::vector<Answer> answers_in(const std::string& cell) {
    static const std::regex answer("`([a-z0-9-]+(?:/[a-z0-9-]+)?)`(?: (pass|fail:[^,;|`]+))?");
    std::vector<Answer> answers;
    for (std::sregex_iterator at(cell.begin(), cell.end(), answer), end; at != end; ++at) {
        answers.push_back({(*at)[1], trimmed((*at)[2])});
    }
    return answers;
}

bool any_answer(const std::string& cell, bool (*holds)(const Answer&)) {
    const std::vector<Answer> answers = answers_in(cell);
    return std::any_of(answers.begin(), answers.end(), holds);
}

bool fails(const Answer& answer) { return answer.expect.starts_with("fail:"); }
bool passes(const Answer& answer) { return answer.expect == "pass"; }

TEST(Coverage, NamesScenariosThatExistWithTheirExpectation) {
    unsigned checked = 0;
    for (const std::string& line : lines_of("scenarios/COVERAGE.md")) {
        if (!line.starts_with('|')) {
            continue;
        }
        for (const Answer& answer : answers_in(line)) {
            // Names of kernel objects stand in backticks too, but none has a dash in it.
            if (answer.scenario.find('-') == std::string::npos) {
                continue;
            }
            const auto scenario = catalogue().find(answer.scenario);
            ASSERT_NE(scenario, catalogue().end()) << answer.scenario << " is no scenario";
            EXPECT_EQ(answer.expect, scenario->second.expect) << answer.scenario;
            ++checked;
        }
    }
    EXPECT_GT(checked, 100U);
}

// With the bug something fails and without it all is well, or the row says why not.
TEST(Coverage, HasAPairForEachBugOrTheReasonWhyNot) {
    const std::vector<Row> rows = rows_of("bug");
    std::vector<std::string> names;
    for (const Row& row : rows) {
        ASSERT_EQ(row.size(), 4U) << row[0];
        names.push_back(row[0]);
        const bool is_pair = any_answer(row[1], fails) && any_answer(row[2], passes);
        EXPECT_TRUE(is_pair || !row[3].empty()) << row[0];
    }
    EXPECT_EQ(names, bugs);
}

TEST(Coverage, AnswersEachViolationThatTheSeedHas) {
    const std::vector<Row> rows = rows_of("K");
    ASSERT_EQ(rows.size(), 11U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        ASSERT_EQ(rows[i].size(), 4U);
        EXPECT_EQ(rows[i][0], "K" + std::to_string(i + 1));
        EXPECT_TRUE(any_answer(rows[i][1], fails) || !rows[i][3].empty()) << rows[i][0];
    }
}

// Each pair of paths with exactly two tasks, and with more.
TEST(Coverage, HasEachPairOfPathsWithTwoAndWithThreeTasks) {
    const std::vector<Row> rows = rows_of("task 1");
    ASSERT_GE(rows.size(), pairs_of_paths);
    for (const Row& row : rows) {
        const std::string pair = row[0] + " and " + row[1];
        ASSERT_EQ(row.size(), 5U) << pair;
        for (const Answer& answer : answers_in(row[2])) {
            EXPECT_EQ(catalogue().at(answer.scenario).tasks.size(), 2U) << answer.scenario;
        }
        for (const Answer& answer : answers_in(row[3])) {
            EXPECT_GE(catalogue().at(answer.scenario).tasks.size(), 3U) << answer.scenario;
        }
        const bool both = !answers_in(row[2]).empty() && !answers_in(row[3]).empty();
        EXPECT_TRUE(both || row[4].starts_with("see ")) << pair;
    }
}

TEST(Coverage, AnswersEachItemOfTheRaceCatalogue) {
    const std::vector<Row> rows = rows_of("item");
    ASSERT_GE(rows.size(), race_items);
    for (unsigned i = 0; i < race_items; ++i) {
        EXPECT_TRUE(rows[i][0].starts_with("14." + std::to_string(i + 1) + " ")) << rows[i][0];
    }
    for (const Row& row : rows) {
        ASSERT_EQ(row.size(), 2U) << row[0];
        EXPECT_FALSE(row[1].empty()) << row[0];
    }
}

}  // namespace
}  // namespace heddle::coverage_test
