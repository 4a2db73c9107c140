// SPDX-License-Identifier: Apache-2.0
// A command of `heddle-bench`.
#pragma once

#include <memory>
#include <vector>

#include "scenarios/exit_code.h"
#include "scenarios/program/cli.h"

namespace heddle::bench {

class BenchCommand {
  public:
    virtual ~BenchCommand() = default;
    virtual void add_options(CLI::App& app) = 0;
    // Writes results to stdout. Throws InputError.
    virtual ExitCode run() = 0;
};

struct BenchCommandKind {
    const char* name;
    const char* help;
    std::unique_ptr<BenchCommand> (*make)();
};

// All of them, in the order of the help.
const std::vector<BenchCommandKind>& bench_commands();

std::unique_ptr<BenchCommand> make_fit();
std::unique_ptr<BenchCommand> make_simulate();
std::unique_ptr<BenchCommand> make_compare();
std::unique_ptr<BenchCommand> make_pareto();
std::unique_ptr<BenchCommand> make_page();

// The program. Returns its exit code.
int run_bench_program(int argc, char** argv);

}  // namespace heddle::bench
