// SPDX-License-Identifier: Apache-2.0
// The story of a broken invariant has the step that broke it, and is not the whole trace: of each
// that the catalogue has broken.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "checker/execution.h"
#include "model/invariants.h"
#include "scenarios/catalogue.h"
#include "scenarios/report/story.h"

namespace heddle::relevant_steps_test {
namespace {

// The invariant that the scenario is to break; null for one that only paths report, which tell
// where they stand, and for claims of its own.
const Invariant* broken_by(const Scenario& scenario) {
    const auto found = std::find_if(
        invariants().begin(), invariants().end(),
        [&](const Invariant& each) { return scenario.expect == std::string("fail:") + each.id; });
    return found == invariants().end() ? nullptr : &*found;
}

// The last step after which the invariant does not hold any more.
std::optional<std::size_t> breaking_step(const Result& result, const Invariant& invariant) {
    Execution execution(result.scenario);
    std::optional<std::size_t> found;
    bool held = invariant.holds(nullptr);
    for (std::size_t i = 0; i < result.trace->steps.size(); ++i) {
        execution.take(result.trace->steps[i].choice);
        const bool holds = invariant.holds(nullptr);
        found = held && !holds ? i : found;
        held = holds;
    }
    return found;
}

TEST(RelevantSteps, HaveTheStepThatBrokeTheInvariant) {
    std::set<std::string> broken;
    for (const Scenario& scenario : load_catalogue(HEDDLE_CATALOGUE_DIR).scenarios) {
        const Invariant* invariant = broken_by(scenario);
        if (invariant == nullptr) {
            continue;
        }
        broken.insert(invariant->id);
        CheckOptions options;
        options.how.reductions = Reductions::all();
        const Result result = check_scenario({scenario, scenario.name}, options);
        ASSERT_TRUE(result.summary.met()) << scenario.name;
        const std::vector<Step>& steps = result.trace->steps;
        const std::vector<bool> shown = story_of(result, false).shown;
        const std::optional<std::size_t> step = breaking_step(result, *invariant);
        ASSERT_TRUE(step) << scenario.name;
        EXPECT_TRUE(shown[*step]) << scenario.name << ", step " << *step + 1;
        EXPECT_TRUE(std::any_of(steps.begin(), steps.end(), [](const Step& each) {
            return each.watched;
        })) << scenario.name;
        // Those of 12 steps and fewer are shown whole.
        const auto count = static_cast<std::size_t>(std::count(shown.begin(), shown.end(), true));
        EXPECT_TRUE(count < steps.size() || steps.size() <= 12) << scenario.name;
    }
    for (const char* id : {"B1", "B4", "B6", "C1", "C1'", "E1", "E3", "E6", "F5", "R2"}) {
        EXPECT_TRUE(broken.contains(id)) << id;
    }
}

TEST(RelevantSteps, AreSaidByEveryInvariant) {
    for (const Invariant& invariant : invariants()) {
        EXPECT_TRUE(invariant.flags != 0 || invariant.words != Words::none) << invariant.id;
    }
}

}  // namespace
}  // namespace heddle::relevant_steps_test
