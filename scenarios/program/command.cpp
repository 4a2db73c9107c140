// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/command.h"

#include <array>

namespace heddle {

namespace {

constexpr std::array command_table = {
    CommandKind{"list", "Show the scenarios there are", make_list},
    CommandKind{"check", "Check scenarios and compare with what they expect", make_check},
    CommandKind{"new", "Write a scenario file to start from", make_new},
    CommandKind{"replay", "Follow a schedule and tell its steps", make_replay},
    CommandKind{"explain", "Tell what a scenario is about, and what it does not check",
                make_explain},
    CommandKind{"diff", "Show where two runs of a scenario part", make_diff},
    CommandKind{"schema", "Print a JSON Schema of scenario files, for editors", make_schema},
    CommandKind{"shrink", "Write the smallest scenario that still fails in the same way",
                make_shrink},
    CommandKind{"stats", "Show what `check --history` has kept, run by run", make_stats},
    CommandKind{"completion", "Print a script by which a shell completes", make_completion},
    CommandKind{"man", "Print the manual page", make_man},
};

}  // namespace

std::span<const CommandKind> commands() { return command_table; }

}  // namespace heddle
