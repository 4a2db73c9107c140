// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <string>

#include "scenarios/mutation/options.h"
#include "scenarios/program/command.h"

int main(int argc, char** argv) {
    using namespace heddle;
    try {
        const auto parsed = parse_mutation_options(argc, argv);
        const auto* options = std::get_if<MutationOptions>(&parsed);
        return static_cast<int>(options == nullptr ? std::get<ExitCode>(parsed)
                                                   : run_mutation(*options));
    } catch (const std::exception& error) {
        tell(std::string("internal error: ") + error.what());
        return static_cast<int>(ExitCode::internal);
    }
}
