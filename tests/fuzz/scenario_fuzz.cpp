// SPDX-License-Identifier: Apache-2.0
// The text of a scenario file: read, and made a scenario that nobody runs.
#include <algorithm>
#include <cassert>
#include <variant>

#include "scenarios/make_scenario.h"
#include "scenarios/scenario_file.h"
#include "tests/fuzz/fuzz.h"

namespace {

using heddle::FileError;
using heddle::ScenarioWords;

// A message names a line that is there.
void expect_a_place(const FileError& error, const std::string& text) {
    const auto newlines = std::count(text.begin(), text.end(), '\n');
    assert(!error.message.empty());
    assert(error.place.line >= 1 && error.place.line <= newlines + 1);
    assert(error.place.column >= 1);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming)
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = heddle::text_of_input(data, size);
    const auto read = heddle::parse_scenario_file("fuzz.toml", text);
    if (const auto* error = std::get_if<FileError>(&read)) {
        expect_a_place(*error, text);
        return 0;
    }
    for (const ScenarioWords& words : std::get<std::vector<ScenarioWords>>(read)) {
        const auto made = heddle::make_scenario(words);
        if (const auto* error = std::get_if<FileError>(&made)) {
            expect_a_place(*error, text);
        } else {
            assert(std::get<heddle::Scenario>(made).hash.size() == 8);
        }
    }
    return 0;
}
