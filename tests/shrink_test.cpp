// SPDX-License-Identifier: Apache-2.0
#include "scenarios/shrink.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "scenarios/make_scenario.h"
#include "scenarios/shrink_edits.h"
#include "scenarios/shrink_names.h"
#include "scenarios/toml_text.h"

namespace heddle::shrink_test {
namespace {

toml::table document_of(const std::string& text) {
    return std::get<toml::table>(parse_toml("test.toml", text));
}

// The leak of nr-mlock-leak-pagevec, which one task and one page show, with much around it.
const std::string fat = R"(
name = "fat"
story = "A leak with much around it."
expect = "fail:B1"
labels = ["mlock", "bug"]
sometimes = ["Q.mlocked == 0"]
[machine]
cpus = 4
nodes = 2
zones = 2
pagevec_size = 3
free_pages = 2
[[process]]
name = "R"
[[vma]]
name = "A"
[[vma]]
name = "B"
process = "R"
start = 2
pages = 3
[[page]]
name = "P"
flags = ["uptodate", "mlocked"]
where = "lru_add:3"
mapped_by = ["A"]
pinned_by = ["munlock"]
[[page]]
name = "Q"
flags = ["uptodate"]
where = "inactive_anon"
mapped_by = ["A"]
pinned_by = ["other"]
[[task]]
name = "munlock"
cpu = 2
steps = ["lru_add_drain", "__munlock_pagevec P"]
[[task]]
name = "drain"
cpu = 1
steps = ["lru_add_drain", "lru_add_drain"]
[[task]]
name = "other"
cpu = 0
steps = ["activate_page Q", "put_page Q"]
[[task]]
name = "calls"
process = "R"
steps = ["mlock 2 3 -> 0"]
[[claim]]
name = "never"
always = "zone0.NR_MLOCK <= 9"
)";

// What must be left of it.
const std::string lean = R"(name = "fat"
story = "A leak with much around it."
expect = "fail:B1"

[machine]
cpus = 1

[[page]]
name = "P"
where = "lru_add:0"
flags = ["mlocked"]
pinned_by = ["munlock"]

[[task]]
name = "munlock"
steps = ["__munlock_pagevec P"]
)";

TEST(Shrink, LeavesTheOnePageAndTheOneStepOfALeak) {
    std::vector<std::string> gone;
    ShrinkOptions options;
    options.seconds = 0;
    options.on_taken = [&gone](const std::string& what) { gone.push_back(what); };
    const auto result = shrink(document_of(fat), options);
    ASSERT_TRUE(std::holds_alternative<Shrunk>(result)) << std::get<NotShrunk>(result).why;
    const auto& shrunk = std::get<Shrunk>(result);
    EXPECT_EQ(shrunk.claim, "B1");
    EXPECT_TRUE(shrunk.complete);
    EXPECT_EQ(shrunk.taken, gone.size());
    EXPECT_EQ(toml_text(shrunk.document), lean);
}

TEST(Shrink, IsAtItsEndWhenNoEditLeavesTheFailure) {
    ShrinkOptions options;
    options.seconds = 0;
    const auto result = shrink(document_of(lean), options);
    const auto& shrunk = std::get<Shrunk>(result);
    EXPECT_EQ(shrunk.taken, 0U);
    EXPECT_EQ(shrunk.candidates, shrink_edits(document_of(lean)).size());
}

TEST(Shrink, WantsAScenarioThatFails) {
    ShrinkOptions options;
    const auto passes =
        shrink(document_of(lean + "[fixes]\nwith = [\"munlock_counts_cleared_flags\"]\n"), options);
    EXPECT_EQ(std::get<NotShrunk>(passes).why, "PASS; expected a scenario that fails");
    EXPECT_FALSE(std::get<NotShrunk>(passes).undecided);
    options.states = 1;
    const auto unknown = shrink(document_of(fat), options);
    EXPECT_EQ(std::get<NotShrunk>(unknown).why,
              "UNKNOWN, limit of 1 states reached; expected a scenario that fails");
    EXPECT_TRUE(std::get<NotShrunk>(unknown).undecided);
    const auto malformed = shrink(document_of("story = \"none\"\n[[task]]\nname = \"t\""), {});
    EXPECT_NE(std::get<NotShrunk>(malformed).why.find("has no steps"), std::string::npos);
}

TEST(Shrink, StopsWhenTheTimeRunsOut) {
    ShrinkOptions options;
    options.seconds = 1e-9;
    // A first check that has no time finds nothing, or just the failure before it looks at the
    // time.
    const auto result = shrink(document_of(fat), options);
    if (const auto* not_shrunk = std::get_if<NotShrunk>(&result)) {
        EXPECT_TRUE(not_shrunk->undecided);
    } else {
        EXPECT_EQ(std::get<Shrunk>(result).taken, 0U);
        EXPECT_FALSE(std::get<Shrunk>(result).complete);
    }
}

TEST(ShrinkEdits, OfferNothingThatGrows) {
    std::vector<std::string> whats;
    for (const ShrinkEdit& edit : shrink_edits(document_of("[machine]\ncpus = 1\nzones = 2\n"))) {
        whats.push_back(edit.what);
    }
    // Without `cpus` there would be two; `zones` has 1 as its default.
    EXPECT_EQ(whats, (std::vector<std::string>{"machine.zones", "machine.zones from 2 to 1"}));
}

TEST(ShrinkEdits, ApplyToWhatTheyWereMadeFor) {
    const toml::table document = document_of(fat);
    const std::string before = toml_text(document);
    for (const ShrinkEdit& edit : shrink_edits(document)) {
        toml::table candidate = document;
        edit.apply(candidate);
        EXPECT_NE(toml_text(candidate), before) << edit.what;
    }
}

TEST(ShrinkNames, AreWords) {
    EXPECT_TRUE(names_it("P", "P"));
    EXPECT_TRUE(names_it("v+1:2", "v"));
    EXPECT_TRUE(names_it("isolated:drain", "drain"));
    EXPECT_TRUE(names_it("H_1", "H"));
    EXPECT_TRUE(names_it("zone0.NR_MLOCK > 1 && !P.mlocked", "P"));
    EXPECT_FALSE(names_it("Pq", "P"));
    EXPECT_FALSE(names_it("lru_add", "add"));
    EXPECT_FALSE(names_it("H_x", "H"));
}

TEST(ShrinkNames, GoWithWhatNamesThem) {
    toml::table document = document_of(R"(
sometimes = ["P.mlocked", "Q.mlocked"]
[[page]]
name = "P"
[[page]]
name = "Q"
[[task]]
name = "both"
steps = ["__munlock_pagevec P Q"]
[[task]]
name = "one"
steps = ["put_page P"]
[[claim]]
name = "c"
always = "P.mlocked"
)");
    toml::table words = document;
    remove_named(document, "page", "P", OfSteps::all);
    EXPECT_EQ(toml_text(document), "sometimes = [\"Q.mlocked\"]\n\n[[page]]\nname = \"Q\"\n");
    remove_named(words, "page", "P", OfSteps::words);
    EXPECT_EQ(toml_text(words),
              "sometimes = [\"Q.mlocked\"]\n\n[[page]]\nname = \"Q\"\n\n[[task]]\nname = \"both\"\n"
              "steps = [\"__munlock_pagevec Q\"]\n\n[[task]]\nname = \"one\"\n"
              "steps = [\"put_page\"]\n");
}

TEST(ShrinkNames, LeaveNothingEmpty) {
    toml::table document = document_of(
        "labels = []\nmachine = {}\nfixes = {with = []}\n"
        "[[vma]]\nname = \"v\"\n[[page]]\nflags = []\nname = \"P\"\n");
    remove_empty(document);
    EXPECT_EQ(toml_text(document), "\n[[vma]]\nname = \"v\"\n\n[[page]]\nname = \"P\"\n");
}

TEST(ShrinkNames, NumbersStandAlone) {
    const auto values = [](const std::string& text) {
        std::vector<std::int64_t> found;
        for (const NumberInText& number : numbers_in(text)) {
            found.push_back(number.value);
        }
        return found;
    };
    EXPECT_EQ(values("mlock 0 14 -> 0"), (std::vector<std::int64_t>{0, 14, 0}));
    EXPECT_EQ(values("lru_add:1"), (std::vector<std::int64_t>{1}));
    EXPECT_EQ(values("v+1:2"), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(values("zone0 100B P_1 -2"), std::vector<std::int64_t>());
}

TEST(TomlText, IsReadAsTheSameScenario) {
    const auto read = [](const std::string& text) {
        return std::get<std::vector<ScenarioWords>>(parse_scenario_file("test.toml", text)).front();
    };
    const ScenarioWords once = read(fat);
    const ScenarioWords twice = read(toml_text(document_of(fat)));
    EXPECT_EQ(once.hash, twice.hash);
    EXPECT_EQ(once.story, twice.story);
    EXPECT_EQ(once.expect, twice.expect);
    EXPECT_EQ(once.labels, twice.labels);
    EXPECT_EQ(once.sometimes.size(), twice.sometimes.size());
    EXPECT_EQ(once.claims.size(), twice.claims.size());
    const std::string awkward = "story = \"\"\"two\nlines, a \\\\ and a \\\" \"\"\"\n";
    EXPECT_EQ(toml_text(document_of(awkward)), "story = \"two\\nlines, a \\\\ and a \\\" \"\n");
}

TEST(TomlText, HasTheVariantOverTheTop) {
    const toml::table file = document_of(R"(
expect = "pass"
labels = ["top"]
machine = {cpus = 3, zones = 2}
variant.x = {expect = "fail:B1", machine = {cpus = 1}}
)");
    EXPECT_EQ(toml_text(merged_document(file, "x")),
              "expect = \"fail:B1\"\nlabels = [\"top\"]\n\n[machine]\ncpus = 1\nzones = 2\n");
    EXPECT_EQ(toml_text(merged_document(file, "")),
              "expect = \"pass\"\nlabels = [\"top\"]\n\n[machine]\ncpus = 3\nzones = 2\n");
}

}  // namespace
}  // namespace heddle::shrink_test
