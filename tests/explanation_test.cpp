// SPDX-License-Identifier: Apache-2.0
#include "scenarios/explanation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "model/invariants.h"
#include "scenarios/catalogue.h"
#include "scenarios/invariant_sources.h"
#include "scenarios/make_scenario.h"
#include "scenarios/report/explanation_text.h"
#include "tests/repository_files.h"

namespace heddle::explanation_test {
namespace {

// The cells of the rows of model/README.md below a heading.
std::vector<std::vector<std::string>> rows_below(const std::string& heading) {
    std::vector<std::vector<std::string>> rows;
    bool inside = false;
    for (const std::string& line : lines_of("model/README.md")) {
        if (line.starts_with("## ")) {
            inside = line == heading;
        } else if (inside && line.starts_with("| ")) {
            std::vector<std::string>& cells = rows.emplace_back();
            for (std::size_t at = 2; at < line.size();) {
                const std::size_t end = line.find(" |", at);
                cells.push_back(line.substr(at, end - at));
                at = end + 3;
            }
        }
    }
    return rows;
}

TEST(Explanation, KnowsWhereEachInvariantComesFrom) {
    std::set<std::string> known;
    for (const InvariantSource& source : invariant_sources()) {
        EXPECT_TRUE(known.insert(source.id).second) << source.id;
        EXPECT_STRNE(source.authority, "") << source.id;
    }
    for (const Invariant& invariant : invariants()) {
        EXPECT_EQ(known.erase(invariant.id), 1U) << invariant.id;
    }
    for (const char* id : invariants_of_paths()) {
        EXPECT_EQ(known.erase(id), 1U) << id;
    }
    EXPECT_EQ(known, std::set<std::string>{});
}

TEST(Explanation, SaysOfInvariantsWhatTheModelsPageSays) {
    unsigned compared = 0;
    for (const std::vector<std::string>& cells : rows_below("## Invariants")) {
        const InvariantSource* source = source_of(cells[0]);
        if (source != nullptr && cells.size() == 3) {
            EXPECT_EQ(source->statement, cells[1]) << cells[0];
            EXPECT_EQ(source->moment, cells[2]) << cells[0];
            ++compared;
        } else if (source != nullptr && cells.size() == 4) {
            EXPECT_EQ(source->statement, cells[1]) << cells[0];
            EXPECT_EQ(source->moment, cells[3]) << cells[0];
            ++compared;
        }
    }
    EXPECT_EQ(compared, invariant_sources().size());
}

TEST(Explanation, LeavesOutWhatTheModelsPageLeavesOut) {
    std::vector<std::vector<std::string>> rows =
        rows_below("## What is left out, and what that could hide");
    std::erase_if(rows, [](const auto& cells) { return cells[0] == "left out"; });
    ASSERT_EQ(rows.size(), left_out().size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(left_out()[i].what, rows[i][0]);
        EXPECT_EQ(left_out()[i].could_hide, rows[i][1]);
    }
}

Explanation explanation_of(const std::string& name) {
    const Catalogue catalogue = load_catalogue(HEDDLE_CATALOGUE_DIR);
    const auto found = std::find_if(catalogue.scenarios.begin(), catalogue.scenarios.end(),
                                    [&](const Scenario& each) { return each.name == name; });
    EXPECT_NE(found, catalogue.scenarios.end()) << name;
    return explain(*found, words_of_scenario(name, HEDDLE_CATALOGUE_DIR));
}

std::string explained(const std::string& name, unsigned width = 100) {
    std::ostringstream out;
    write_explanation(out, explanation_of(name), {.width = width});
    return out.str();
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Explanation, TellsTheBugAndWhatWouldMendIt) {
    const std::string text = explained("nr-mlock-leak-pagevec/seed");

    EXPECT_TRUE(text.starts_with("nr-mlock-leak-pagevec/seed, expected: fail:B1\n")) << text;
    EXPECT_TRUE(contains(text,
                         "\nTasks\n"
                         "  munlock (CPU 0): __munlock_pagevec P\n"
                         "  drain (CPU 1): lru_add_drain\n"))
        << text;
    EXPECT_TRUE(contains(text, "  munlock_counts_cleared_flags: not in, as in the seed\n")) << text;
    EXPECT_TRUE(contains(text, "      upstream: 70feee0e1ef3 (v4.12, CVE-2017-18221)\n")) << text;
    EXPECT_TRUE(
        contains(text,
                 "\nExpected to break\n"
                 "  B1: NR_MLOCK == number of pages with PG_mlocked, in each zone\n"
                 "      asked: quiescent; authority: every path that flips the flag counts it"))
        << text;
    EXPECT_TRUE(contains(text, "  - Memory model: sequential consistency only.")) << text;
    EXPECT_TRUE(contains(text,
                         "  - Left out of the model: memcg, but for the lists and locks of the "
                         "layout `lruvec`. Could hide: "))
        << text;
    EXPECT_FALSE(contains(text, "of khugepaged")) << text;
}

TEST(Explanation, SaysWhatIsSwitchedOff) {
    const Explanation told = explanation_of("lru-lock-self-deadlock/before-3-13-until-it-hangs");

    EXPECT_EQ(told.not_asked, std::vector<std::string>{"D6"});
    EXPECT_EQ(told.claims.front().name, "deadlock");
    EXPECT_TRUE(std::none_of(told.claims.begin(), told.claims.end(),
                             [](const ExplainedClaim& claim) { return claim.name == "D6"; }));
    EXPECT_EQ(told.commits, std::vector<std::string>{"3b25df93c6e3"});
}

TEST(Explanation, TellsLessOfAScenarioWithoutAKernel) {
    const Explanation told = explanation_of("mutex-inc");

    EXPECT_EQ(told.kernel, "");
    EXPECT_TRUE(told.left_out.empty());
    EXPECT_EQ(told.tasks.size(), 3U);
    EXPECT_EQ(told.claims.front().name, "every increment counts");
    EXPECT_EQ(told.bounds.back(), "n = 3 (tasks); other values up to 48 by --param.");
}

TEST(Explanation, KeepsToTheWidth) {
    std::istringstream text(explained("thp-split-vs-munlock/before", 60));
    for (std::string line; std::getline(text, line);) {
        EXPECT_LE(text_width(line), 60U) << line;
    }
}

// Of every file: what is expected to break is among the claims.
TEST(Explanation, KnowsEveryExpectation) {
    unsigned failures = 0;
    for (const std::string& file : repository_files()) {
        if (!file.starts_with("scenarios/") || !file.ends_with(".toml")) {
            continue;
        }
        const auto read = read_scenario_file(HEDDLE_SOURCE_DIR "/" + file);
        for (const ScenarioWords& words : std::get<std::vector<ScenarioWords>>(read)) {
            if (words.expect.starts_with("fail:")) {
                const Explanation told = explain(std::get<Scenario>(make_scenario(words)), {words});
                EXPECT_TRUE(told.claims.front().is_expected_to_break) << words.name;
                ++failures;
            }
        }
    }
    EXPECT_GE(failures, 80U);
}

}  // namespace
}  // namespace heddle::explanation_test
