// SPDX-License-Identifier: Apache-2.0
// What checks have found run by run, kept in an SQLite database.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/result.h"

struct sqlite3;

namespace heddle {

// What is the same for all results of a run of the program.
struct HistoryRun {
    std::string commit;   // of what was checked; empty: not known
    std::string date;     // UTC, "2026-01-31T12:00:00Z"
    std::string version;  // of the program
    unsigned cores = 0;   // of the machine
};

// One result of one run.
struct HistoryEntry {
    HistoryRun run;
    std::string scenario;
    std::string parameters;  // "n=14 m=2"; empty without any
    std::string search;
    std::string verdict;  // "PASS", "FAIL", ...
    std::string claim;    // what was violated; empty if nothing was
    std::uint64_t states = 0;
    std::uint64_t transitions = 0;
    double seconds = 0;
    std::uint64_t peak_bytes = 0;
};

HistoryEntry history_entry(const HistoryRun& run, const Result& result);

// A database open for one run of the program. While another process writes to it, each function
// waits for up to 5 s. Messages name the file.
class ResultHistory {
  public:
    // To add to; made if there is no such file. A message if it cannot be had or written to, or is
    // something else.
    static std::variant<ResultHistory, std::string> open_to_add(const std::string& path);

    // To read what is there.
    static std::variant<ResultHistory, std::string> open_to_read(const std::string& path);

    // All of them or, with a message, none.
    std::string add(std::span<const HistoryEntry> entries);

    // In the order in which they were added.
    std::variant<std::vector<HistoryEntry>, std::string> entries();

  private:
    struct Close {
        void operator()(sqlite3* database) const;
    };

    static std::variant<ResultHistory, std::string> open(const std::string& path, int flags);

    std::string message(const std::string& what) const;
    std::string execute(const char* sql);
    std::string number(const char* sql, std::int64_t& value);
    std::string check_kind(bool may_be_new);
    std::string insert(const HistoryEntry& entry);

    std::string path_ = {};
    std::unique_ptr<sqlite3, Close> database_ = {};
};

}  // namespace heddle
