// SPDX-License-Identifier: Apache-2.0
#include "scenarios/history.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <system_error>

namespace heddle {

namespace {

constexpr int busy_ms_max = 5000;

// In the file's header: whose database it is, and in which form.
constexpr std::int64_t application_id = 0x48444c48;  // "HDLH"
constexpr std::int64_t form = 1;

constexpr const char* make_tables =
    "CREATE TABLE result ("
    "number INTEGER PRIMARY KEY, date TEXT NOT NULL, commit_id TEXT NOT NULL, "
    "version TEXT NOT NULL, cores INTEGER NOT NULL, scenario TEXT NOT NULL, "
    "parameters TEXT NOT NULL, search TEXT NOT NULL, verdict TEXT NOT NULL, claim TEXT NOT NULL, "
    "states INTEGER NOT NULL, transitions INTEGER NOT NULL, seconds REAL NOT NULL, "
    "peak_bytes INTEGER NOT NULL);"
    "PRAGMA application_id = 0x48444c48; PRAGMA user_version = 1;";

constexpr const char* columns =
    "date, commit_id, version, cores, scenario, parameters, search, verdict, claim, states, "
    "transitions, seconds, peak_bytes";

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using SqlStatement = std::unique_ptr<sqlite3_stmt, Finalize>;

SqlStatement prepare(sqlite3* database, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr);
    return SqlStatement(statement);
}

std::string text_column(sqlite3_stmt* statement, int column) {
    const void* text = sqlite3_column_blob(statement, column);
    const int size = sqlite3_column_bytes(statement, column);
    return {static_cast<const char*>(text), static_cast<std::size_t>(size)};
}

std::uint64_t count_column(sqlite3_stmt* statement, int column) {
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement, column));
}

HistoryEntry entry_of_row(sqlite3_stmt* row) {
    HistoryEntry entry;
    entry.run = {.commit = text_column(row, 1),
                 .date = text_column(row, 0),
                 .version = text_column(row, 2),
                 .cores = static_cast<unsigned>(count_column(row, 3))};
    entry.scenario = text_column(row, 4);
    entry.parameters = text_column(row, 5);
    entry.search = text_column(row, 6);
    entry.verdict = text_column(row, 7);
    entry.claim = text_column(row, 8);
    entry.states = count_column(row, 9);
    entry.transitions = count_column(row, 10);
    entry.seconds = sqlite3_column_double(row, 11);
    entry.peak_bytes = count_column(row, 12);
    return entry;
}

}  // namespace

HistoryEntry history_entry(const HistoryRun& run, const Result& result) {
    const Summary& summary = result.summary;
    return {.run = run,
            .scenario = result.scenario.name,
            .parameters = parameters_text(result.scenario),
            .search = summary.search,
            .verdict = name_of(summary.verdict.kind),
            .claim = summary.verdict.violation ? summary.verdict.violation->claim : "",
            .states = summary.states,
            .transitions = summary.transitions,
            .seconds = summary.seconds,
            .peak_bytes = summary.peak_rss_bytes};
}

void ResultHistory::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

std::string ResultHistory::message(const std::string& what) const {
    const int code = sqlite3_errcode(database_.get());
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        return fmt::format("history '{}': {}: another process has been writing to it for {} s",
                           path_, what, busy_ms_max / 1000);
    }
    if (code == SQLITE_NOTADB) {
        return fmt::format("history '{}' is no database; expected one of `heddle check --history`",
                           path_);
    }
    return fmt::format("history '{}': {}: {}", path_, what, sqlite3_errmsg(database_.get()));
}

std::string ResultHistory::execute(const char* sql) {
    const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? "" : message("cannot be written");
}

std::string ResultHistory::number(const char* sql, std::int64_t& value) {
    const SqlStatement statement = prepare(database_.get(), sql);
    if (statement == nullptr || sqlite3_step(statement.get()) != SQLITE_ROW) {
        return message("cannot be read");
    }
    value = sqlite3_column_int64(statement.get(), 0);
    return "";
}

// Whether it is one of ours; one with nothing in it becomes one if it may.
std::string ResultHistory::check_kind(bool may_be_new) {
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::int64_t tables = 0;
    for (const auto& [sql, value] :
         {std::pair("PRAGMA application_id", &id), std::pair("PRAGMA user_version", &version),
          std::pair("SELECT count(*) FROM sqlite_master", &tables)}) {
        if (std::string wrong = number(sql, *value); !wrong.empty()) {
            return wrong;
        }
    }
    if (may_be_new && id == 0 && version == 0 && tables == 0) {
        return execute(make_tables);
    }
    if (id != application_id) {
        return "history '" + path_ +
               "' is a database of something else; expected one of `heddle check --history`";
    }
    return version == form ? ""
                           : fmt::format("history '{}' has form {}; this program knows form {}",
                                         path_, version, form);
}

std::variant<ResultHistory, std::string> ResultHistory::open(const std::string& path, int flags) {
    ResultHistory history;
    history.path_ = path;
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
    history.database_.reset(database);
    if (code != SQLITE_OK) {
        return history.message("cannot be opened");
    }
    sqlite3_busy_timeout(database, busy_ms_max);
    return history;
}

std::variant<ResultHistory, std::string> ResultHistory::open_to_add(const std::string& path) {
    auto opened = open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    auto* history = std::get_if<ResultHistory>(&opened);
    if (history == nullptr) {
        return opened;
    }
    // Whether it can be written to is better known before the work than after it.
    std::string wrong = history->execute("BEGIN IMMEDIATE");
    if (wrong.empty()) {
        wrong = history->check_kind(true);
    }
    if (wrong.empty()) {
        wrong = history->execute("COMMIT");
    }
    return wrong.empty() ? std::move(opened) : std::variant<ResultHistory, std::string>(wrong);
}

std::variant<ResultHistory, std::string> ResultHistory::open_to_read(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        return "history '" + path + "': no such file";
    }
    auto opened = open(path, SQLITE_OPEN_READONLY);
    auto* history = std::get_if<ResultHistory>(&opened);
    if (history == nullptr) {
        return opened;
    }
    const std::string wrong = history->check_kind(false);
    return wrong.empty() ? std::move(opened) : std::variant<ResultHistory, std::string>(wrong);
}

std::string ResultHistory::insert(const HistoryEntry& entry) {
    const SqlStatement statement =
        prepare(database_.get(), std::string("INSERT INTO result (") + columns +
                                     ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (statement == nullptr) {
        return message("cannot be written");
    }
    int column = 0;
    const auto bind_text = [&](const std::string& text) {
        sqlite3_bind_text(statement.get(), ++column, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT);
    };
    const auto bind_count = [&](std::uint64_t count) {
        sqlite3_bind_int64(statement.get(), ++column, static_cast<sqlite3_int64>(count));
    };
    bind_text(entry.run.date);
    bind_text(entry.run.commit);
    bind_text(entry.run.version);
    bind_count(entry.run.cores);
    for (const std::string* text :
         {&entry.scenario, &entry.parameters, &entry.search, &entry.verdict, &entry.claim}) {
        bind_text(*text);
    }
    bind_count(entry.states);
    bind_count(entry.transitions);
    sqlite3_bind_double(statement.get(), ++column, entry.seconds);
    bind_count(entry.peak_bytes);
    return sqlite3_step(statement.get()) == SQLITE_DONE ? "" : message("cannot be written");
}

std::string ResultHistory::add(std::span<const HistoryEntry> entries) {
    std::string wrong = execute("BEGIN IMMEDIATE");
    if (!wrong.empty()) {
        return wrong;
    }
    for (const HistoryEntry& entry : entries) {
        if (wrong = insert(entry); !wrong.empty()) {
            break;
        }
    }
    if (wrong.empty()) {
        wrong = execute("COMMIT");
    }
    if (!wrong.empty()) {
        static_cast<void>(execute("ROLLBACK"));
    }
    return wrong;
}

std::variant<std::vector<HistoryEntry>, std::string> ResultHistory::entries() {
    const SqlStatement statement =
        prepare(database_.get(), std::string("SELECT ") + columns + " FROM result ORDER BY number");
    if (statement == nullptr) {
        return message("cannot be read");
    }
    std::vector<HistoryEntry> entries;
    int code = 0;
    while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
        entries.push_back(entry_of_row(statement.get()));
    }
    if (code != SQLITE_DONE) {
        return message("cannot be read");
    }
    return entries;
}

}  // namespace heddle
