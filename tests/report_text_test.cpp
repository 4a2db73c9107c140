// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/text.h"

#include <gtest/gtest.h>

#include <sstream>

#include "scenarios/quantity.h"
#include "scenarios/report/trace_text.h"
#include "tests/report_scenarios.h"

namespace heddle::report_text_test {
namespace {

std::string text_of_result(const Result& result, const TextStyle& style = {}) {
    std::ostringstream out;
    write_text(out, result, style);
    return out.str();
}

unsigned widest_line(const std::string& text) {
    unsigned widest = 0;
    for (const std::string& line : lines_of_text(text)) {
        widest = std::max(widest, text_width(line));
    }
    return widest;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(ReportText, SaysWhatIsViolatedWithBothSides) {
    const std::string text = text_of_result(checked(told_lost_update));

    EXPECT_TRUE(
        text.starts_with("FAIL lost-update: B1 violated, as expected\n"
                         "  NR_MLOCK == 2\n"
                         "  NR_MLOCK is 1\n"
                         "  4 steps, 1 preemption; no schedule with fewer"))
        << text;
}

TEST(ReportText, ShowsEachRunOfASchedule) {
    const std::string text = text_of_result(checked(exclusive_orders));

    EXPECT_TRUE(text.starts_with("FAIL exclusive-orders: lock-order violated, as expected\n"))
        << text;
    EXPECT_TRUE(contains(text, "  V.ptl -> zone0.lru_lock: isolate takes zone0.lru_lock at "))
        << text;
    EXPECT_TRUE(contains(text, "  6 steps in 2 runs, 0 preemptions; the simplest runs in which "))
        << text;
    EXPECT_TRUE(contains(text, "-- again from the start --\n")) << text;
    EXPECT_TRUE(contains(text, "heddle replay exclusive-orders 1-0-b3+a3\n")) << text;
}

TEST(ReportText, SaysWhenAViolationIsNotTheExpectedOne) {
    Scenario scenario = told_lost_update;
    scenario.expect = "pass";
    EXPECT_TRUE(text_of_result(checked(scenario)).starts_with("FAIL lost-update: B1 violated\n"));
    scenario.expect = "fail:C1";
    EXPECT_TRUE(text_of_result(checked(scenario))
                    .starts_with("FAIL lost-update: B1 violated, but fail:C1 was expected\n"));
}

TEST(ReportText, GivesEachTaskAColumn) {
    const std::vector<std::string> lines = lines_of_text(text_of_result(checked(told_lost_update)));

    const auto heading = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
        return contains(line, "munlock (CPU 0)");
    });
    ASSERT_NE(heading, lines.end());
    const std::size_t column = heading->find("isolate (CPU 1)");
    ASSERT_NE(column, std::string::npos);
    // The only reads are a step of each task.
    std::vector<std::size_t> reads;
    for (const std::string& line : lines) {
        if (const std::size_t at = line.find("atomic_read(zone0.NR_MLOCK) = 0");
            at != std::string::npos) {
            reads.push_back(at);
        }
    }
    ASSERT_EQ(reads.size(), 2U);
    EXPECT_LT(reads[0], column);
    EXPECT_GT(reads[1], column);
}

TEST(ReportText, ShowsValuesPlacesAndStates) {
    const std::string text = text_of_result(checked(told_lost_update));

    EXPECT_TRUE(contains(text, "atomic_set(zone0.NR_MLOCK) 0 -> 1")) << text;
    EXPECT_TRUE(contains(text, "tests/report_scenarios.h:")) << text;
    EXPECT_FALSE(contains(text, "operator()")) << text;
    EXPECT_TRUE(contains(text, "Before:\n  nr_mlock 0\n")) << text;
    EXPECT_TRUE(contains(text, "After:\n  nr_mlock 1\n")) << text;
}

TEST(ReportText, MarksPreemptionsAndWatchedSteps) {
    const std::string text = text_of_result(checked(told_lost_update));

    EXPECT_TRUE(contains(text, "-- preemption: munlock could go on, isolate runs --")) << text;
    // Step 2 preempts, step 3 is the write that the claim reads.
    EXPECT_TRUE(contains(text, "\n 1  ")) << text;
    EXPECT_TRUE(contains(text, "\n*2  ")) << text;
    EXPECT_TRUE(contains(text, "\n*3  ")) << text;
    EXPECT_FALSE(contains(text, "\x1b[")) << text;
}

TEST(ReportText, IsBoldWithColour) {
    const std::string text =
        text_of_result(checked(told_lost_update), {.colour = true, .width = 100});

    EXPECT_TRUE(contains(text, "\x1b[1m  atomic_set(zone0.NR_MLOCK) 0 -> 1\x1b[0m")) << text;
}

TEST(ReportText, EndsWithTheCommandThatReplays) {
    const Result result = checked(told_lost_update);

    EXPECT_EQ(replay_line(result), "heddle replay lost-update 1-5c0ffee5-a1b2a1");
    EXPECT_TRUE(text_of_result(result).ends_with(
        "To see this again:\n  heddle replay lost-update 1-5c0ffee5-a1b2a1\n"));
}

TEST(ReportText, SaysWhoWaitsForWhatInADeadlock) {
    const std::string text = text_of_result(checked(lock_inversion));

    EXPECT_TRUE(contains(text, "FAIL lock-inversion: deadlock violated\n")) << text;
    EXPECT_TRUE(contains(text, "  munlock waits in spin_lock(V.ptl), held by isolate\n")) << text;
    EXPECT_TRUE(contains(text, "  isolate waits in spin_lock(zone0.lru_lock), held by munlock\n"))
        << text;
    EXPECT_TRUE(contains(text, "spin_lock(zone0.lru_lock) free -> munlock")) << text;
    EXPECT_TRUE(contains(text, "spin_lock(V.ptl) free -> isolate")) << text;
}

TEST(ReportText, ShowsBitsAndPointersByName) {
    const std::string text = text_of_result(checked(flag_bug));

    EXPECT_TRUE(contains(text, "FAIL flag-bug/seed: VM_BUG_ON violated, as expected\n")) << text;
    EXPECT_TRUE(contains(text, " in munlock\n")) << text;
    EXPECT_TRUE(contains(text, "test_and_clear_bit(mlocked, P.flags) 1 -> 0")) << text;
    EXPECT_TRUE(contains(text, "test_bit(mlocked, P.flags) = 0")) << text;
    EXPECT_TRUE(contains(text, "WRITE_ONCE(V.page) NULL -> P")) << text;
}

TEST(ReportText, ShowsOnlyTheChangedBitsOfAWord) {
    // The other task first: a complete run that meets the assertion at its end.
    const Result result =
        replay_scenario({flag_bug, flag_bug.name}, {{1, 0}, {1, 0}, {1, 0}, {0, 0}, {0, 0}}, {});
    const std::string text = text_of_result(result);

    EXPECT_TRUE(contains(text, "__clear_bit(P.flags) load = lru")) << text;
    EXPECT_TRUE(contains(text, "__clear_bit(P.flags) store lru 1 -> 0")) << text;
}

TEST(ReportText, FallsBackToOneColumnInANarrowTerminal) {
    const std::string text =
        text_of_result(checked(told_lost_update), {.colour = false, .width = 60});
    const std::string list =
        text.substr(text.find("Before:"), text.find("To see") - text.find("Before:"));

    EXPECT_TRUE(contains(list, " 1  munlock (CPU 0)  atomic_read(zone0.NR_MLOCK) = 0\n")) << text;
    EXPECT_TRUE(contains(list, "*3  isolate (CPU 1)  atomic_set(zone0.NR_MLOCK) 0 -> 1\n")) << text;
    EXPECT_FALSE(contains(list, " | ")) << text;
}

TEST(ReportText, KeepsToItsWidth) {
    const Result result = checked(flag_bug);
    for (const unsigned width : {40U, 60U, 80U, 100U, 200U}) {
        std::ostringstream out;
        write_steps(out, result, {.colour = false, .width = width});
        // A preemption's line and a name of a file are not broken.
        EXPECT_LE(widest_line(out.str()), std::max(width, 70U)) << out.str();
    }
}

TEST(ReportText, MentionsTheEpilogueOnlyIfThereIsOne) {
    Scenario drained = told_lost_update;
    drained.build = [](heddle::Setup& setup) {  // testing::Test has a Setup, too
        told_lost_update.build(setup);
        setup.epilogue([] {});
    };
    const std::string mention = "Then every CPU's pagevecs are drained.";

    EXPECT_TRUE(contains(text_of_result(checked(drained)), mention));
    EXPECT_FALSE(contains(text_of_result(checked(told_lost_update)), mention));
    EXPECT_FALSE(contains(text_of_result(checked(lock_inversion)), mention));
}

TEST(ReportText, TellsVerdictsWithoutATrace) {
    Result result = unfinished(told_lost_update);
    EXPECT_EQ(text_of_result(result), "UNKNOWN lost-update: limit of 1 states reached\n");
    result.summary.verdict = Verdict::pass();
    EXPECT_EQ(text_of_result(result),
              "PASS lost-update: every claim holds in every state, but fail:B1 was expected\n");
}

TEST(ReportText, SaysThatASchedulesTaskIsMissing) {
    const Result result = replay_scenario({told_lost_update, "lost-update"}, {{5, 0}}, {});
    EXPECT_EQ(result.summary.verdict.kind, Verdict::Kind::error);
    EXPECT_EQ(result.summary.verdict.reason,
              "the schedule names task f; the scenario has 2 tasks, a to b");
}

TEST(ReportTable, AlignsAndCounts) {
    Scenario unexpected = told_lost_update;
    unexpected.name = "a-longer-name";
    unexpected.expect = "pass";
    std::vector<Result> results = {checked(told_lost_update), checked(unexpected),
                                   unfinished(told_lost_update)};
    std::ostringstream out;
    write_table(out, results, {});
    const std::vector<std::string> lines = lines_of_text(out.str());

    ASSERT_EQ(lines.size(), 5U);
    const std::size_t column = lines[0].find("verdict");
    EXPECT_EQ(lines[1].find("FAIL B1"), column) << out.str();
    EXPECT_EQ(lines[2].find("FAIL B1"), column) << out.str();
    EXPECT_EQ(lines[3].find("UNKNOWN"), column) << out.str();
    EXPECT_EQ(lines[1].size(), lines[0].size());
    EXPECT_EQ(lines[4], "3 scenarios, 1 met, 1 not met, 1 incomplete");
}

TEST(TextStyle, WrapsAtBlanksAndLongWordsAnywhere) {
    EXPECT_EQ(wrapped("one two three", 8, 2), (std::vector<std::string>{"one two", "  three"}));
    EXPECT_EQ(wrapped("abcdefghij", 4, 1), (std::vector<std::string>{"abcd", " efg", " hij"}));
    EXPECT_EQ(wrapped("", 4, 1), std::vector<std::string>{""});
    EXPECT_EQ(text_width("über"), 4U);
}

TEST(Quantity, ReadsNumbersWithUnits) {
    EXPECT_EQ(parse_size("512"), 512U);
    EXPECT_EQ(parse_size("2K"), 2048U);
    EXPECT_EQ(parse_size("1G"), std::uint64_t{1} << 30);
    EXPECT_EQ(parse_size("99999999999G"), std::nullopt);
    EXPECT_EQ(parse_size("K"), std::nullopt);
    EXPECT_EQ(parse_count("-1"), std::nullopt);
    EXPECT_EQ(parse_count("1x"), std::nullopt);
    EXPECT_EQ(parse_seconds("0.5"), 0.5);
    EXPECT_EQ(parse_seconds("inf"), std::nullopt);
    EXPECT_EQ(parse_seconds("-1"), std::nullopt);
    EXPECT_EQ(size_text(std::uint64_t{5} << 20), "5.0 MiB");
}

}  // namespace
}  // namespace heddle::report_text_test
