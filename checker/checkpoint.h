// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "checker/knowledge.h"
#include "checker/path_words.h"
#include "checker/shared_table.h"

namespace heddle {

// What a checkpoint must have in common with the search that goes on from it: what it is called,
// and its value. Compared in order; the first that differs is the reason of a refusal.
using CheckpointIdentity = std::vector<std::pair<std::string, std::string>>;

// A search in the midst of it, besides its table of visited states.
struct Checkpoint {
    std::uint64_t transitions = 0;
    std::uint64_t executions = 0;
    std::uint64_t depth_max = 0;
    std::vector<std::uint64_t> reached = {};  // `sometimes` claims, by index
    std::vector<PathImage> lock_runs = {};    // runs that show something of the order of locks
    std::vector<PathImage> wait_runs = {};    // runs that show what reductions may not rest on
    Knowledge::Rows knowledge = {};           // of single tasks, if anything is made of it
    std::vector<PathImage> work = {};         // paths with all that is left to do
};

// A digest of the program that runs. Fingerprints hold addresses of its code.
std::string program_digest();

// Writes a file beside `file` and renames it, so that there is always a whole one. Empty, or what
// went wrong. Nobody may use the table meanwhile.
std::string write_checkpoint(const std::string& file, const CheckpointIdentity& identity,
                             const Checkpoint& checkpoint, const SharedTable& table);

// The way back, with what was visited put into `table`. A message instead if the file cannot be
// read, is not whole, or is of another search.
std::variant<Checkpoint, std::string> read_checkpoint(const std::string& file,
                                                      const CheckpointIdentity& identity,
                                                      SharedTable& table);

}  // namespace heddle
