// SPDX-License-Identifier: Apache-2.0
#include "scenarios/scenario_file.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/good_scenario_file.h"

namespace heddle::scenario_file_test {
namespace {

using Scenarios = std::vector<ScenarioWords>;
using Read = std::variant<Scenarios, FileError>;

Scenarios scenarios_of(const std::string& text) {
    const Read read = parse_scenario_file("x.toml", text);
    const auto* error = std::get_if<FileError>(&read);
    EXPECT_EQ(error, nullptr) << text_of(*error);
    return error == nullptr ? std::get<Scenarios>(read) : Scenarios(1);
}

// "P 23:8, Q 32:8"
std::string text_of_words(const std::vector<Word>& words) {
    std::string text;
    for (const Word& word : words) {
        text += (text.empty() ? "" : ", ") + word.text + " " + std::to_string(word.place.line) +
                ":" + std::to_string(word.place.column);
    }
    return text;
}

TEST(ScenarioFile, ReadsWhatItSaysOfTheScenario) {
    const Scenarios read = scenarios_of(good);
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].file, "x.toml");
    EXPECT_EQ(read[0].name, "good");
    EXPECT_EQ(read[0].story, "A page in a remote pagevec is munlocked.");
    EXPECT_EQ(read[0].expect, "fail:B1");
    EXPECT_EQ(read[0].labels, (std::vector<std::string>{"mlock", "leak"}));
    EXPECT_EQ(text_of_words(read[0].sometimes), "P.mlocked == 0 5:15");
    EXPECT_EQ(read[0].machine.cpus, 2U);
    EXPECT_EQ(read[0].machine.nodes, 2U);
    EXPECT_EQ(read[0].machine.zones, 2U);
    EXPECT_EQ(read[0].machine.pagevec_size, 3U);
    EXPECT_EQ(text_of_words(read[0].fixes_with), "one 12:9, two 12:16");
    EXPECT_EQ(text_of_words(read[0].fixes_without), "three 13:12");
    EXPECT_EQ(text_of_words(read[0].invariants_off), "B1 15:8");
}

TEST(ScenarioFile, ReadsPagesAndWhatMapsThem) {
    const ScenarioWords read = scenarios_of(good)[0];
    ASSERT_EQ(read.vmas.size(), 1U);
    ASSERT_EQ(read.mappings.size(), 1U);
    ASSERT_EQ(read.pages.size(), 2U);
    EXPECT_EQ(text_of_words({read.vmas[0].name, read.mappings[0].name}), "A 17:8, M 20:8");
    EXPECT_TRUE(read.vmas[0].locked);
    EXPECT_TRUE(read.mappings[0].unevictable);
    const PageWords& page = read.pages[0];
    EXPECT_EQ(text_of_words({page.name, page.where, page.mapping}),
              "P 23:8, lru_add:1 26:9, M 27:11");
    EXPECT_EQ(page.zone, 3U);
    EXPECT_EQ(text_of_words(page.flags), "mlocked 25:10, uptodate 25:21");
    EXPECT_TRUE(page.cached);
    ASSERT_EQ(page.mapped_by.size(), 1U);
    EXPECT_EQ(text_of_words({page.mapped_by[0].vma}), "A 29:14");
    EXPECT_EQ(page.mapped_by[0].at, 0U);
    EXPECT_EQ(text_of_words(page.pinned_by), "munlock 30:14");
    EXPECT_EQ(read.pages[1].zone, 0U);
    EXPECT_EQ(read.pages[1].mapping.text, "");
    EXPECT_FALSE(read.pages[1].cached);
    EXPECT_TRUE(read.pages[1].flags.empty());
}

TEST(ScenarioFile, ReadsTasksAndClaims) {
    const ScenarioWords read = scenarios_of(good)[0];
    ASSERT_EQ(read.tasks.size(), 2U);
    EXPECT_EQ(text_of_words({read.tasks[0].name}), "munlock 35:8");
    EXPECT_EQ(read.tasks[0].cpu, 1U);
    EXPECT_TRUE(read.tasks[0].interrupt);
    ASSERT_EQ(read.tasks[0].steps.size(), 2U);
    EXPECT_EQ(text_of_words(read.tasks[0].steps[0].words),
              "__munlock_pagevec 38:11, P 38:29, Q 38:32");
    EXPECT_EQ(text_of_words(read.tasks[0].steps[1].words), "lru_add_drain 38:37");
    EXPECT_EQ(read.tasks[1].cpu, 0U);
    EXPECT_FALSE(read.tasks[1].interrupt);
    ASSERT_EQ(read.claims.size(), 2U);
    EXPECT_EQ(read.claims[0].name, "unlocked");
    EXPECT_EQ(read.claims[0].moment, Moment::finally);
    EXPECT_EQ(text_of_words({read.claims[0].condition}), "P.mlocked == 0 44:12");
    EXPECT_EQ(read.claims[1].moment, Moment::always);
    EXPECT_EQ(text_of_words({read.claims[1].condition}), "zone0.NR_MLOCK <= 2 47:11");
}

TEST(ScenarioFile, HasDefaults) {
    const std::string text = "story = 's'\n[[task]]\nname = 't'\nsteps = ['f']\n";
    const Read read = parse_scenario_file("some/folder/by-stem.toml", text);
    ASSERT_TRUE(std::holds_alternative<Scenarios>(read)) << text_of(std::get<FileError>(read));
    const ScenarioWords& scenario = std::get<Scenarios>(read)[0];
    EXPECT_EQ(scenario.name, "by-stem");
    EXPECT_EQ(scenario.expect, "pass");
    EXPECT_EQ(scenario.machine.cpus, 2U);
    EXPECT_EQ(scenario.machine.nodes, 1U);
    EXPECT_EQ(scenario.machine.zones, 1U);
    EXPECT_EQ(scenario.machine.pagevec_size, 2U);
    EXPECT_TRUE(scenario.labels.empty() && scenario.sometimes.empty() && scenario.claims.empty());
}

TEST(ScenarioFile, IsAScenarioPerVariantInItsOrder) {
    const Scenarios read = scenarios_of(good + good_variants);
    ASSERT_EQ(read.size(), 3U);
    EXPECT_EQ(read[0].name, "good/seed");
    EXPECT_EQ(read[1].name, "good/fixed");
    EXPECT_EQ(read[2].name, "good/another");
    const Scenarios in_one_line = scenarios_of("variant = {b = {}, a = {}}\n" + good);
    ASSERT_EQ(in_one_line.size(), 2U);
    EXPECT_EQ(in_one_line[0].name, "good/b");
    EXPECT_EQ(in_one_line[0].hash, scenarios_of(good)[0].hash);
}

TEST(ScenarioFile, GivesAVariantWhatItDoesNotSay) {
    const Scenarios read = scenarios_of(good + good_variants);
    ASSERT_EQ(read.size(), 3U);
    const ScenarioWords& seed = read[0];
    EXPECT_EQ(seed.expect, "fail:C1");
    EXPECT_EQ(seed.story, "A page in a remote pagevec is munlocked.");
    EXPECT_EQ(seed.hash, scenarios_of(good)[0].hash);
    const ScenarioWords& fixed = read[1];
    EXPECT_EQ(fixed.story, "Fixed.");
    EXPECT_EQ(fixed.expect, "pass");
    EXPECT_TRUE(fixed.labels.empty());
    EXPECT_EQ(text_of_words(fixed.fixes_with), "four 54:15");
    EXPECT_TRUE(fixed.fixes_without.empty());  // [fixes] is replaced,
    EXPECT_EQ(fixed.machine.pagevec_size, 14U);
    EXPECT_EQ(fixed.machine.nodes, 2U);  // [machine] is merged
    ASSERT_EQ(fixed.tasks.size(), 2U);
    EXPECT_EQ(text_of_words(fixed.tasks[0].steps[0].words), "munlock_vma_page 58:11, P 58:28");
    EXPECT_EQ(fixed.pages.size(), 2U);
    const ScenarioWords& another = read[2];
    EXPECT_EQ(another.expect, "fail:B1");
    EXPECT_EQ(text_of_words(another.invariants_off), "C1 63:19");
    EXPECT_EQ(text_of_words(another.sometimes), "1 64:15");
    EXPECT_TRUE(another.claims.empty());
    EXPECT_EQ(another.hash, seed.hash);
}

TEST(ScenarioFile, KeepsItsHashWhileSchedulesStay) {
    const std::string hash = scenarios_of(good)[0].hash;
    EXPECT_EQ(hash.size(), 8U);
    EXPECT_EQ(hash.find_first_not_of("0123456789abcdef"), std::string::npos);
    const std::vector<std::string> same = {
        "# A comment.\n\n" + good,
        with(good, "\"good\"", "\"renamed\""),
        with(good, "A page in", "A sheet in"),
        with(good, "fail:B1", "pass"),
        with(good, "\"leak\"", "\"drop\""),
        with(good, "[\"P.mlocked == 0\"]", "[]"),
        with(good, "off = [\"B1\"]", "off = []"),
        with(good, "finally = \"P.mlocked == 0\"", "always = \"1\""),
        with(good, "__munlock_pagevec P  Q", " __munlock_pagevec\tP Q "),
        with(good, "cpus = 2", "  cpus=2"),
    };
    for (const std::string& text : same) {
        EXPECT_EQ(scenarios_of(text)[0].hash, hash) << text;
    }
}

TEST(ScenarioFile, ChangesItsHashWithItsSchedules) {
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"cpus = 2", "cpus = 3"},
        {"pagevec_size = 3", "pagevec_size = 2"},
        {"\"one\", \"two\"", "\"two\", \"one\""},
        {"\"three\"", ""},
        {"locked = true", "locked = false"},
        {"unevictable = true", "unevictable = false"},
        {"zone = 3", "zone = 2"},
        {"\"uptodate\"", "\"dirty\""},
        {"lru_add:1", "lru_add:0"},
        {"mapping = \"M\"\n", ""},
        {"cached = true", "cached = false"},
        {"mapped_by = [\"A\"]", "mapped_by = []"},
        {"[\"munlock\"]", "[\"drain\"]"},
        {"name = \"Q\"", "name = \"R\""},
        {"cpu = 1", "cpu = 0"},
        {"interrupt = true", "interrupt = false"},
        {"P  Q", "Q P"},
        {", \"lru_add_drain\"", ""},
        {"\"__munlock_pagevec P  Q\", \"lru", "\"__munlock_pagevec\", \"P\", \"Q\", \"lru"},
    };
    for (const auto& [from, to] : changes) {
        EXPECT_NE(scenarios_of(with(good, from, to))[0].hash, scenarios_of(good)[0].hash) << from;
    }
}

}  // namespace
}  // namespace heddle::scenario_file_test
