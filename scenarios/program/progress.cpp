// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "scenarios/program/command.h"
#include "scenarios/program/options.h"
#include "scenarios/quantity.h"

namespace heddle {

namespace {

// A line that wraps cannot be taken back.
std::string cut_to_terminal(const std::string& text) {
    winsize size = {};
    const bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return is_known ? text.substr(0, size.ws_col - 1U) : text;
}

double states_a_second(const Progress& progress) {
    return progress.seconds > 0 ? static_cast<double>(progress.states) / progress.seconds : 0;
}

}  // namespace

std::string progress_text(const Progress& progress) {
    const auto states = static_cast<double>(progress.states);
    std::string text = fmt::format("{} states, {} a second, depth {}, {}", rounded_count(states),
                                   rounded_count(states_a_second(progress)), progress.depth,
                                   size_text(progress.bytes));
    if (progress.states_estimated > 0) {
        text += fmt::format(", about {} % of {} (give or take a factor of {:.1f})",
                            std::lround(100 * states / progress.states_estimated),
                            rounded_count(progress.states_estimated), progress.estimate_factor);
    }
    return text;
}

void ProgressView::add_options(CLI::App& app) {
    app.add_option("--progress", wanted_,
                   "How far searches are, on stderr: auto, line (one now and then), json (objects, "
                   "one a line) or none; auto: redrawn on a terminal, otherwise line")
        ->type_name("HOW")
        ->capture_default_str()
        ->check(one_of({"auto", "line", "json", "none"}))
        ->envname("HEDDLE_PROGRESS");
    app.add_option("--progress-interval", interval_,
                   "Seconds between two lines or objects about one scenario")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(accepts("a number of seconds, 0 or more, such as 60 or 0.5",
                        [](const std::string& text) { return parse_seconds(text).has_value(); }))
        ->envname("HEDDLE_PROGRESS_INTERVAL");
}

void ProgressView::open(std::size_t total) {
    total_ = total;
    interval_seconds_ = parse_seconds(interval_).value_or(0);
    if (wanted_ == "auto") {
        style_ = isatty(STDERR_FILENO) != 0 ? Style::redrawn : Style::lines;
    } else if (wanted_ == "line") {
        style_ = Style::lines;
    } else {
        style_ = wanted_ == "json" ? Style::json : Style::none;
    }
}

void ProgressView::begin(std::size_t index, const std::string& scenario) {
    running_[index] = {scenario, "", interval_seconds_};
    if (style_ == Style::json) {
        tell_json(index, "begin", {}, nullptr);
    } else if (style_ == Style::redrawn) {
        redraw();
    }
}

void ProgressView::show(std::size_t index, const Progress& now) {
    Scenario& scenario = running_[index];
    scenario.text = ": " + progress_text(now);
    if (style_ == Style::redrawn) {
        redraw();
        return;
    }
    if (now.seconds < scenario.due) {
        return;
    }
    scenario.due = now.seconds + interval_seconds_;
    if (style_ == Style::lines) {
        tell(head(index) + scenario.text);
    } else if (style_ == Style::json) {
        tell_json(index, "progress", now, nullptr);
    }
}

void ProgressView::end(std::size_t index, const Verdict& verdict) {
    if (style_ == Style::json) {
        tell_json(index, "end", {}, name_of(verdict.kind));
    }
    running_.erase(index);
    clear();
}

std::string ProgressView::head(std::size_t index) const {
    return fmt::format("[{}/{}] {}", index + 1, total_, running_.at(index).name);
}

void ProgressView::tell_json(std::size_t index, const char* event, const Progress& now,
                             const char* verdict) const {
    using Json = nlohmann::ordered_json;
    Json json = {{"event", event},
                 {"scenario", running_.at(index).name},
                 {"number", index + 1},
                 {"total", total_}};
    if (verdict != nullptr) {
        json["verdict"] = verdict;
    }
    if (now.seconds > 0) {
        json["seconds"] = now.seconds;
        json["states"] = now.states;
        json["states_per_second"] = std::round(states_a_second(now));
        json["depth"] = now.depth;
        json["bytes"] = now.bytes;
    }
    if (now.states_estimated > 0) {
        json["states_estimated"] = std::round(now.states_estimated);
        json["estimate_factor"] = now.estimate_factor;
    }
    std::cerr << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

// The first of those that run, and how many more.
void ProgressView::redraw() {
    const auto& [index, scenario] = *running_.begin();
    std::string text = head(index) + scenario.text;
    if (running_.size() > 1) {
        text += fmt::format(" ({} at once)", running_.size());
    }
    std::cerr << "\r\x1b[K" << cut_to_terminal(text) << std::flush;
    shown_ = true;
}

void ProgressView::clear() {
    if (shown_) {
        std::cerr << "\r\x1b[K" << std::flush;
        shown_ = false;
    }
}

}  // namespace heddle
