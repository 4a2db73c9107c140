// SPDX-License-Identifier: Apache-2.0
// heddle.toml: a mistake is a message with its file and line; what is taken can be printed.
#include <cassert>
#include <sstream>

#include "scenarios/program/app.h"
#include "scenarios/program/config.h"
#include "tests/fuzz/file_of_input.h"
#include "tests/fuzz/fuzz.h"

// NOLINTNEXTLINE(readability-identifier-naming)
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const heddle::FileOfInput file(data, size);
    heddle::ProgramApp program;
    heddle::Config config;
    const std::string message = config.apply(file.path(), program.app());
    if (!message.empty()) {
        assert(message.find(file.path()) != std::string::npos);
        return 0;
    }
    for (const CLI::App* command : program.app().get_subcommands(nullptr)) {
        std::ostringstream printed;
        config.print(printed, *command);
        assert(!printed.str().empty());
    }
    return 0;
}
