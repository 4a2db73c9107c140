// SPDX-License-Identifier: Apache-2.0
// Results that --json has written, as `heddle diff` reads them: a run is equal to itself.
#include <cassert>
#include <variant>

#include "scenarios/trace_diff.h"
#include "tests/fuzz/file_of_input.h"
#include "tests/fuzz/fuzz.h"

// NOLINTNEXTLINE(readability-identifier-naming)
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const heddle::FileOfInput file(data, size);
    const auto read = heddle::read_run(file.path(), "");
    if (const auto* message = std::get_if<std::string>(&read)) {
        assert(message->find(file.path()) != std::string::npos);
        return 0;
    }
    const auto& run = std::get<heddle::ToldRun>(read);
    assert(heddle::diff_of(run, run).are_equal);
    return 0;
}
