// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>

#include "scenarios/program/tell.h"
#include "scenarios/stress/command.h"
#include "scenarios/stress/crew.h"

namespace {

// A second signal ends the program at once.
void on_interrupt(int signal) {
    heddle::interrupt_rounds();
    std::signal(signal, SIG_DFL);
}

// A failed assertion is a mistake of ours; it has said which.
void on_abort(int) { std::_Exit(static_cast<int>(heddle::ExitCode::internal)); }

}  // namespace

int main(int argc, char** argv) {
    using namespace heddle;
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    std::signal(SIGABRT, on_abort);
    try {
        const auto parsed = parse_stress_flags(argc, argv);
        const auto* flags = std::get_if<StressFlags>(&parsed);
        return static_cast<int>(flags == nullptr ? std::get<ExitCode>(parsed) : run_stress(*flags));
    } catch (const std::exception& error) {
        tell(std::string("internal error: ") + error.what());
        return static_cast<int>(ExitCode::internal);
    }
}
