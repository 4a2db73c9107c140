// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/history_options.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <ctime>
#include <thread>

namespace heddle {

namespace {

// Of the working directory; empty if it is in no repository, or there is no git.
std::string commit_here() {
    FILE* pipe = popen("git rev-parse HEAD 2>/dev/null", "r");
    if (pipe == nullptr) {
        return "";
    }
    std::array<char, 128> line = {};
    const bool read = std::fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr;
    if (pclose(pipe) != 0 || !read) {
        return "";
    }
    const std::string text = line.data();
    return text.substr(0, text.find('\n'));
}

}  // namespace

void add_history(CLI::App& app, std::string& path) {
    app.add_option("--history", path, "An SQLite database of results, for `heddle stats`")
        ->type_name("FILE")
        ->envname("HEDDLE_HISTORY");
}

void HistoryFlags::add_options(CLI::App& app) {
    add_history(app, path_);
    app.add_option("--commit", commit_,
                   "What --history is told to have been checked; default: the commit that the "
                   "working directory is at")
        ->type_name("ID")
        ->envname("HEDDLE_COMMIT");
}

std::string HistoryFlags::open() {
    if (path_.empty()) {
        return "";
    }
    auto opened = ResultHistory::open_to_add(path_);
    if (const auto* message = std::get_if<std::string>(&opened)) {
        return *message;
    }
    history_ = std::get<ResultHistory>(std::move(opened));
    return "";
}

std::string HistoryFlags::keep(std::span<const Result> results) {
    if (!history_) {
        return "";
    }
    const HistoryRun run = {
        .commit = commit_.empty() ? commit_here() : commit_,
        .date = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))),
        .version = HEDDLE_VERSION,
        .cores = std::thread::hardware_concurrency()};
    std::vector<HistoryEntry> entries;
    for (const Result& result : results) {
        entries.push_back(history_entry(run, result));
    }
    return history_->add(entries);
}

}  // namespace heddle
