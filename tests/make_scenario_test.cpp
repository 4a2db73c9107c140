// SPDX-License-Identifier: Apache-2.0
// Files whose words are in order but mean nothing to the model.
#include "scenarios/make_scenario.h"

#include <gtest/gtest.h>

#include "checker/execution.h"

namespace heddle::make_scenario_test {
namespace {

constexpr const char* good = R"(story = "A story."
expect = "fail:B1"
labels = ["mlock"]
sometimes = ["P.mlocked == 0"]

[machine]
cpus = 2
zones = 2
pagevec_size = 2

[fixes]
with = ["munlock_counts_cleared_flags"]

[invariants]
off = ["B2"]

[[vma]]
name = "A"
locked = true

[[mapping]]
name = "M"

[[page]]
name = "P"
zone = 1
flags = ["uptodate", "mlocked"]
where = "lru_add:1"
mapping = "M"
cached = true
mapped_by = ["A"]
pinned_by = ["munlock"]

[[task]]
name = "munlock"
cpu = 1
steps = ["__munlock_pagevec P", "lru_add_drain"]

[[claim]]
name = "done"
finally = "P.refcount >= 1"
)";

// The message for a file; empty if it makes a scenario.
std::string message_of(const std::string& text) {
    const auto parsed = parse_scenario_file("x.toml", text);
    const auto made = make_scenario(std::get<std::vector<ScenarioWords>>(parsed).at(0));
    const auto* error = std::get_if<FileError>(&made);
    return error == nullptr ? "" : text_of(*error);
}

std::string with(const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

struct Mistake {
    const char* from;
    const char* to;
    const char* message;
};

constexpr Mistake mistakes[] = {
    {"P.mlocked == 0", "P.mlokced == 0", "x.toml:4:15: condition 'P.mlokced == 0': nothing is"},
    {"munlock_counts_cleared_flags", "counts", "x.toml:12:9: unknown fix 'counts'; expected one"},
    {"\"B2\"", "\"Z9\"", "x.toml:15:8: unknown invariant 'Z9'"},
    {"\"uptodate\"", "\"uptodaet\"", "x.toml:27:10: unknown page flag 'uptodaet'"},
    {"\"uptodate\"", "\"lru\"", "x.toml:27:10: the flag lru follows from `where`"},
    {"lru_add:1", "inactive_anon", "x.toml:28:9: page 'P' is a file page and cannot be on"},
    {"pinned_by = [\"munlock\"]\n", "", "x.toml:36:29: __munlock_pagevec needs a reference: task"},
    {"__munlock_pagevec P", "__munlock_pagevec Q", "x.toml:37:29: 'Q': expected the name of a"},
    {"__munlock_pagevec P", "__munlock_pagevec", "x.toml:37:11: an argument is missing; expected"},
    {"__munlock_pagevec P", "munlocked P", "x.toml:37:11: unknown function 'munlocked' in a step"},
    {"__munlock_pagevec P", "__munlock_pagevec P P", "x.toml:37:31: a batch has different pages"},
    {"\"lru_add_drain\"", "\"lru_add_drain 1\"", "x.toml:37:48: '1' is one word too many for"},
    {"lru_add_drain", "khugepaged A",
     "x.toml:37:34: khugepaged needs a [[page]] or a [[vma]] with"},
    {"lru_add_drain", "do_huge_pmd_numa_page A", "x.toml:37:34: do_huge_pmd_numa_page needs a "},
    {"lru_add_drain", "deferred_split_scan 0",
     "x.toml:37:34: deferred_split_scan needs a [[page]]"},
    {"lru_add_drain", "__split_huge_page_refcount A P",
     "x.toml:37:34: __split_huge_page_refcount "},
    {"pagevec_size = 2", "pagevec_size = 1", "x.toml:28:9: too many pages in lru_add:1"},
};

TEST(MakeScenario, AcceptsWhatMakesSense) { EXPECT_EQ(message_of(good), ""); }

TEST(MakeScenario, SwitchesRulesOfTheEngineOff) {
    const std::string text = with("\"B2\"", "\"lock-order\"");
    const auto parsed = parse_scenario_file("x.toml", text);
    const Scenario made =
        std::get<Scenario>(make_scenario(std::get<std::vector<ScenarioWords>>(parsed).at(0)));
    bool order_is_on = true;
    bool irq_is_on = false;
    Scenario listening = made;
    listening.build = [&](heddle::Setup& setup) {
        made.build(setup);
        order_is_on = setup.is_on(lock_order_rule);
        irq_is_on = setup.is_on(lock_irq_rule);
    };
    const Execution built(listening);
    EXPECT_FALSE(order_is_on);
    EXPECT_TRUE(irq_is_on);
}

TEST(MakeScenario, SaysWhereAndWhatMakesNone) {
    for (const Mistake& mistake : mistakes) {
        const std::string message = message_of(with(mistake.from, mistake.to));
        EXPECT_TRUE(message.starts_with(mistake.message))
            << "for " << mistake.to << "\n  got      " << message << "\n  expected "
            << mistake.message;
    }
}

}  // namespace
}  // namespace heddle::make_scenario_test
