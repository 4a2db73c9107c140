// SPDX-License-Identifier: Apache-2.0
// A schedule as text: what can be read is written and read again as the same.
#include <cassert>
#include <variant>

#include "checker/schedule.h"
#include "tests/fuzz/fuzz.h"

namespace {

void read_schedule(const heddle::Scenario& scenario, const std::string& text) {
    const auto read = heddle::parse_schedule(scenario, text);
    if (const auto* message = std::get_if<std::string>(&read)) {
        assert(!message->empty());
        return;
    }
    const auto& schedule = std::get<heddle::Schedule>(read);
    const auto again = heddle::parse_schedule(scenario, heddle::schedule_text(scenario, schedule));
    assert(std::get<heddle::Schedule>(again) == schedule);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming)
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = heddle::text_of_input(data, size);
    heddle::Scenario scenario;
    scenario.name = "fuzz";
    scenario.hash = "5c0ffee5";
    read_schedule(scenario, text);
    // And behind the hash, which chance does not find.
    read_schedule(scenario, "1-5c0ffee5-" + text);
    scenario.parameters = {{"n", "how many", 14, 1, 20}};
    read_schedule(scenario, text);
    return 0;
}
