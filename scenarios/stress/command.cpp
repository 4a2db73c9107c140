// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/command.h"

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <iostream>

#include "scenarios/program/output.h"
#include "scenarios/program/tell.h"
#include "scenarios/stress/report.h"

namespace heddle {

namespace {

// A line on a terminal, redrawn; elsewhere one every ten seconds.
class ProgressLine {
  public:
    void show(const std::string& scenario, std::size_t nr, std::size_t of, std::uint64_t rounds,
              double seconds) {
        constexpr double seconds_between_lines = 10;
        if (!on_terminal_ && seconds < told_ + seconds_between_lines) {
            return;
        }
        told_ = seconds;
        std::cerr << (on_terminal_ ? "\r\033[K" : "")
                  << fmt::format("{}/{} {}: {} rounds, {:.0f} a second", nr, of, scenario, rounds,
                                 static_cast<double>(rounds) / seconds)
                  << (on_terminal_ ? "" : "\n") << std::flush;
    }
    void clear() {
        told_ = 0;
        if (on_terminal_) {
            std::cerr << "\r\033[K" << std::flush;
        }
    }

  private:
    bool on_terminal_ = isatty(STDERR_FILENO) != 0;
    double told_ = 0;  // seconds of the scenario at the last line
};

class Command {
  public:
    explicit Command(const StressFlags& flags) : flags_(flags) {}

    ExitCode run() {
        for (const std::string& message : {json_.open(flags_.json), log_.open(flags_.log)}) {
            if (!message.empty()) {
                return or_usage(ExitCode::met, message);
            }
        }
        const Selection selection = select(flags_.selection, flags_.catalogue);
        code_ = tell_problems(selection, flags_.catalogue);
        if (selection.mistakes.empty()) {
            play_all(selection.scenarios);
        }
        return finish();
    }

  private:
    bool is_quiet() const { return json_.is_stdout() || log_.is_stdout(); }

    void play_all(const std::vector<Selected>& scenarios) {
        for (const Selected& selected : scenarios) {
            if (rounds_are_interrupted()) {
                break;
            }
            StressOptions options = flags_.how;
            options.on_progress = [&](std::uint64_t rounds, double seconds) {
                progress_.show(selected.scenario.name, results_.size() + 1, scenarios.size(),
                               rounds, seconds);
            };
            const StressResult result = stress(selected, options);
            progress_.clear();
            add(result);
        }
        if (rounds_are_interrupted()) {
            tell(fmt::format("interrupted; {} of {} scenarios were begun", results_.size(),
                             scenarios.size()));
            code_ = ExitCode::interrupted;
        }
    }

    void add(const StressResult& result) {
        if (!is_quiet()) {
            std::cout << text_of(result, flags_.how) << std::flush;
        }
        if (result.failed && !log_.is_nothing() && !is_logged_) {
            log_.stream() << log_json_of(result, flags_.how).dump(1) << '\n';
            is_logged_ = true;
        }
        code_ = more_important(code_, exit_code_of(result, flags_.allow_incomplete));
        results_.push_back(result);
    }

    ExitCode finish() {
        if (!is_quiet() && !results_.empty()) {
            std::cout << table_of(results_) << std::flush;
        }
        if (!json_.is_nothing()) {
            json_.stream() << json_of(results_, flags_.how, code_).dump(1) << '\n';
        }
        code_ = or_usage(code_, json_.finish());
        if (is_logged_) {
            code_ = or_usage(code_, log_.finish());
        }
        return or_usage(code_, std::cout ? "" : "cannot write the results to stdout");
    }

    const StressFlags& flags_;
    Destination json_ = {};
    Destination log_ = {};
    ProgressLine progress_ = {};
    std::vector<StressResult> results_ = {};
    bool is_logged_ = false;  // the log has the first round that failed
    ExitCode code_ = ExitCode::met;
};

}  // namespace

ExitCode run_stress(const StressFlags& flags) { return Command(flags).run(); }

}  // namespace heddle
