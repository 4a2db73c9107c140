// SPDX-License-Identifier: Apache-2.0
#include "scenarios/schema.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "scenarios/program/command.h"

namespace heddle {

namespace {

class SchemaCommand final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.footer("Example:\n  heddle schema > heddle.schema.json");
    }

    ExitCode run() override {
        std::cout << scenario_schema() << '\n';
        return ExitCode::met;
    }
};

}  // namespace

std::unique_ptr<Command> make_schema() { return std::make_unique<SchemaCommand>(); }

}  // namespace heddle
