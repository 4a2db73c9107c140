// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>

#include "checker/budget.h"
#include "scenarios/conform/report.h"
#include "scenarios/conform/sequence_text.h"
#include "scenarios/program/command.h"
#include "scenarios/program/output.h"

namespace heddle {

namespace {

// A second signal ends the program at once.
void on_end_wanted(int signal) {
    interrupt_searches();
    std::signal(signal, SIG_DFL);
}

// On stderr: one line on a terminal, elsewhere a line every ten seconds.
class ConformProgress {
  public:
    void tell(const ConformResult& now) {
        if (now.seconds < due_) {
            return;
        }
        due_ = now.seconds + (is_terminal_ ? 0.2 : 10);
        const std::string text =
            fmt::format("{} sequences, {} calls, {:.0f} s", now.sequences, now.calls, now.seconds);
        std::cerr << (is_terminal_ ? "\r\x1b[K" + text : text + "\n") << std::flush;
    }

    void clear() const { std::cerr << (is_terminal_ ? "\r\x1b[K" : "") << std::flush; }

  private:
    bool is_terminal_ = isatty(STDERR_FILENO) != 0;
    double due_ = is_terminal_ ? 0 : 10;
};

// Whether this host cannot do all of the one sequence that is wanted, which is told. No limit is as
// well as the highest one that there is.
bool is_cut(const HostFacts& facts, const SyscallSequence& wanted) {
    SyscallSequence fitted = fit_to_host(wanted, facts);
    if (wanted.limits.limit == unlimited) {
        fitted.limits.limit = unlimited;
    }
    const bool cut = sequence_text(fitted) != sequence_text(wanted);
    if (cut && facts.blocked.empty()) {
        tell("this host does not do all of the sequence; compared is: " + sequence_text(fitted));
    }
    return cut;
}

bool is_incomplete(const HostFacts& facts, const ConformOptions& options) {
    const bool cut = options.only && is_cut(facts, *options.only);
    return !facts.blocked.empty() || !facts.left_out.empty() || cut;
}

ExitCode code_of(const ConformResult& result, bool incomplete) {
    if (result.interrupted) {
        return ExitCode::interrupted;
    }
    if (!result.unexplained.empty() || !result.broken.empty()) {
        return ExitCode::not_met;
    }
    return incomplete ? ExitCode::incomplete : ExitCode::met;
}

}  // namespace

ExitCode run_conform(const ConformCommandLine& line) {
    Destination json;
    if (const std::string message = json.open(line.json); !message.empty()) {
        tell(message);
        return ExitCode::usage;
    }
    const HostFacts facts = probe_host({});
    const bool incomplete = is_incomplete(facts, line.options) && !line.allow_incomplete;
    if (!json.is_stdout()) {
        std::cout << facts_text(facts) << std::flush;
    }
    ConformResult result;
    if (facts.blocked.empty()) {
        ModelWorld world;
        HostSide host({});
        ConformProgress progress;
        result = compare_many(world, host, facts, line.options,
                              [&progress](const ConformResult& now) { progress.tell(now); });
        progress.clear();
        if (!json.is_stdout()) {
            write_conform_text(std::cout, result, line.options.only.has_value());
        }
    }
    if (!json.is_nothing()) {
        json.stream() << conform_json(facts, line.options, result).dump(2) << '\n';
    }
    return or_usage(code_of(result, incomplete), json.finish());
}

int run_conform_program(int argc, const char* const* argv) {
    std::signal(SIGINT, on_end_wanted);
    std::signal(SIGTERM, on_end_wanted);
    try {
        const auto parsed = parse_conform_options(argc, argv);
        const auto* line = std::get_if<ConformCommandLine>(&parsed);
        const ExitCode code = line == nullptr ? std::get<ExitCode>(parsed) : run_conform(*line);
        std::cout.flush();
        return static_cast<int>(
            or_usage(code, std::cout ? "" : "cannot write the results to stdout"));
    } catch (const std::exception& error) {
        tell(std::string("internal error: ") + error.what());
        return static_cast<int>(ExitCode::internal);
    }
}

}  // namespace heddle
