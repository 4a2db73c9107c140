// SPDX-License-Identifier: Apache-2.0
// The outcomes of litmus programs: what sequential consistency allows, and that every complete
// search finds exactly that.
#include "scenarios/engine/litmus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "checker/exhaustive.h"
#include "checker/sync/task_state.h"

namespace heddle::litmus_test {
namespace {

using Outcomes = std::set<std::string>;

struct Row {
    const char* program;
    Outcomes sc;
};

// Of all outcomes one is missing each: that of a cycle of the orders of program, reads and writes.
// Of 2+2W, R and S also those in which nothing is written.
const std::vector<Row> table = {
    {"SB", {"r0=0 r1=1", "r0=1 r1=0", "r0=1 r1=1"}},
    {"MP", {"r0=0 r1=0", "r0=0 r1=1", "r0=1 r1=1"}},
    {"LB", {"r0=0 r1=0", "r0=0 r1=1", "r0=1 r1=0"}},
    {"IRIW",
     {"r0=0 r1=0 r2=0 r3=0", "r0=0 r1=0 r2=0 r3=1", "r0=0 r1=0 r2=1 r3=0", "r0=0 r1=0 r2=1 r3=1",
      "r0=0 r1=1 r2=0 r3=0", "r0=0 r1=1 r2=0 r3=1", "r0=0 r1=1 r2=1 r3=0", "r0=0 r1=1 r2=1 r3=1",
      "r0=1 r1=0 r2=0 r3=0", "r0=1 r1=0 r2=0 r3=1", "r0=1 r1=0 r2=1 r3=1", "r0=1 r1=1 r2=0 r3=0",
      "r0=1 r1=1 r2=0 r3=1", "r0=1 r1=1 r2=1 r3=0", "r0=1 r1=1 r2=1 r3=1"}},
    {"2+2W", {"x=1 y=2", "x=2 y=1", "x=2 y=2"}},
    {"CoRR", {"r0=0 r1=0", "r0=0 r1=1", "r0=1 r1=1"}},
    {"R", {"y=1 r0=0", "y=1 r0=1", "y=2 r0=1"}},
    {"S", {"x=1 r0=0", "x=1 r0=1", "x=2 r0=0"}},
};

const Outcomes& allowed(const LitmusProgram& program) {
    const auto row = std::find_if(table.begin(), table.end(), [&program](const Row& candidate) {
        return std::string(candidate.program) == program.name;
    });
    EXPECT_NE(row, table.end()) << program.name;
    return row->sc;
}

const LitmusWorld& world() { return *static_cast<const LitmusWorld*>(world_root()); }

// Every value that a program writes is 0, 1 or 2.
void add_conceivable(const LitmusProgram& program, std::size_t values, const std::string& head,
                     Outcomes& outcomes) {
    if (values == program.values.size()) {
        outcomes.insert(head);
        return;
    }
    for (const char* digit : {"0", "1", "2"}) {
        const std::string blank = values == 0 ? "" : " ";
        add_conceivable(program, values + 1,
                        head + blank + program.values[values].name + "=" + digit, outcomes);
    }
}

Outcomes conceivable(const LitmusProgram& program) {
    Outcomes outcomes;
    add_conceivable(program, 0, "", outcomes);
    return outcomes;
}

Scenario never(const LitmusProgram& program, const std::string& outcome) {
    Scenario scenario = litmus_scenario(program);
    scenario.build = [build = scenario.build, &program, outcome](Setup& setup) {
        build(setup);
        setup.drop_claims();
        setup.finally("never",
                      [&program, outcome] { return outcome_text(program, world()) != outcome; });
    };
    return scenario;
}

// A search, and for exhaustive search what it leaves out.
struct How {
    std::string name;  // for the test
    const char* search;
    Reductions reductions;
};

std::vector<How> ways_to_search() {
    std::vector<How> ways = {{"exhaustive_reduced", "exhaustive", Reductions::all()}};
    for (const SearchKind& kind : searches()) {
        ways.push_back({kind.name, kind.name, Reductions::none()});
    }
    for (const ReductionKind& kind : reduction_kinds()) {
        Reductions alone = Reductions::none();
        alone.*kind.on = true;
        ways.push_back({std::string("exhaustive_") + kind.name, "exhaustive", alone});
    }
    return ways;
}

std::string test_name(const testing::TestParamInfo<How>& instance) {
    std::string name = instance.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

class LitmusUnderSearch : public testing::TestWithParam<How> {};

TEST_P(LitmusUnderSearch, HasExactlyTheOutcomesOfSequentialConsistency) {
    const CheckOptions options = {.search = GetParam().search,
                                  .how = {.reductions = GetParam().reductions}};
    for (const LitmusProgram& program : litmus_programs()) {
        SCOPED_TRACE(program.name);
        if (check(litmus_scenario(program), options).verdict.kind != Verdict::Kind::pass) {
            GTEST_SKIP() << "it samples runs: an outcome may be missed without a mistake";
        }
        Outcomes found;
        for (const std::string& outcome : conceivable(program)) {
            const Verdict verdict = check(never(program, outcome), options).verdict;
            if (verdict.kind == Verdict::Kind::fail) {
                found.insert(outcome);
            } else {
                EXPECT_EQ(verdict.kind, Verdict::Kind::pass) << outcome;
            }
        }
        EXPECT_EQ(found, allowed(program));
    }
}

INSTANTIATE_TEST_SUITE_P(Each, LitmusUnderSearch, testing::ValuesIn(ways_to_search()), test_name);

TEST(Litmus, ReachesItsOutcomesInFinalStatesUnderEachReduction) {
    for (const How& how : ways_to_search()) {
        if (how.search != std::string("exhaustive")) {
            continue;
        }
        for (const LitmusProgram& program : litmus_programs()) {
            Outcomes found;
            Execution execution(litmus_scenario(program), execution_options({}, how.reductions));
            Budget budget({});
            Summary summary;
            Exhaustive(how.reductions, [&](const Execution&) {
                found.insert(outcome_text(program, world()));
            }).run(execution, budget, summary);
            EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass) << how.name << program.name;
            EXPECT_EQ(found, allowed(program)) << how.name << program.name;
        }
    }
}

TEST(Litmus, KnowsTheOutcomesOfEachProgram) {
    EXPECT_EQ(table.size(), litmus_programs().size());
    for (const LitmusProgram& program : litmus_programs()) {
        const Outcomes all = conceivable(program);
        for (const std::string& outcome : allowed(program)) {
            EXPECT_TRUE(all.contains(outcome)) << program.name << ": " << outcome;
        }
    }
}

}  // namespace
}  // namespace heddle::litmus_test
