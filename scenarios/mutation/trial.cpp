// SPDX-License-Identifier: Apache-2.0
#include "scenarios/mutation/trial.h"

#include <fmt/format.h>
#include <sys/poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cassert>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "checker/search.h"

namespace heddle {

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string finding_of(const Summary& summary) {
    if (summary.verdict.kind == Verdict::Kind::fail) {
        return summary.verdict.violation->claim;
    }
    // An expected failure that does not come, or a `sometimes` that is not reached.
    return name_of(summary.verdict.kind);
}

bool is_named(const Mutant& mutant, const std::string& finding) {
    std::istringstream breaks(mutant.by_hand == nullptr ? "" : mutant.by_hand->breaks);
    for (std::string id; breaks >> id;) {
        if (id == finding) {
            return true;
        }
    }
    return false;
}

// ---- in the process of its own

void write_line(int pipe, const std::string& text) {
    const std::string line = text + '\n';
    for (std::size_t done = 0; done < line.size();) {
        const ssize_t written = write(pipe, line.data() + done, line.size() - done);
        if (written <= 0) {
            _exit(1);
        }
        done += static_cast<std::size_t>(written);
    }
}

// Counts a search in. True if the trial is over.
bool is_over(const Mutant& mutant, const Summary& summary, double seconds, Trial& trial) {
    ++trial.tried;
    trial.states += trial.killed ? 0 : summary.states;
    if (summary.verdict.kind == Verdict::Kind::unknown) {
        trial.unfinished = fmt::format("{}: {}", summary.scenario, summary.verdict.reason);
        return false;
    }
    if (summary.met()) {
        return false;
    }
    // A `sometimes` that is not reached is weaker than a failure, which another scenario may show.
    const std::string weak = name_of(Verdict::Kind::vacuous);
    const std::string finding = finding_of(summary);
    if (!trial.killed || (trial.finding == weak && finding != weak)) {
        trial.killed = true;
        trial.scenario = summary.scenario;
        trial.finding = finding;
        trial.states = summary.states;
        trial.seconds = seconds;
    }
    ++trial.findings[finding];
    if (trial.named_scenario.empty() && is_named(mutant, finding)) {
        trial.named_scenario = summary.scenario;
        trial.named_finding = finding;
    }
    return mutant.by_hand == nullptr && finding != weak;
}

Trial run_trial(const Census& census, const Mutant& mutant, const TrialLimits& limits, int pipe) {
    Trial trial;
    const Clock::time_point start = Clock::now();
    activate(mutant);
    for (const std::size_t i : mutant.scenarios) {
        const double left = limits.seconds - since(start);
        const Scenario& scenario = census.scenarios[i].scenario;
        if (left <= 0) {
            trial.unfinished =
                fmt::format("{:g} s are over before {}", limits.seconds, scenario.name);
            break;
        }
        write_line(pipe, scenario.name);
        CheckOptions options;
        options.limits.states = limits.states;
        options.limits.seconds = left;
        options.minimise_limits.states = 1;
        if (is_over(mutant, check(scenario, options), since(start), trial)) {
            break;
        }
    }
    if (!trial.killed) {
        trial.seconds = since(start);
    }
    return trial;
}

std::string text_of(const Trial& trial) {
    return nlohmann::json{{"killed", trial.killed},
                          {"scenario", trial.scenario},
                          {"finding", trial.finding},
                          {"states", trial.states},
                          {"seconds", trial.seconds},
                          {"tried", trial.tried},
                          {"unfinished", trial.unfinished},
                          {"findings", trial.findings},
                          {"named_scenario", trial.named_scenario},
                          {"named_finding", trial.named_finding}}
        .dump();
}

Trial trial_of(const std::string& text) {
    const nlohmann::json json = nlohmann::json::parse(text);
    Trial trial;
    json.at("killed").get_to(trial.killed);
    json.at("scenario").get_to(trial.scenario);
    json.at("finding").get_to(trial.finding);
    json.at("states").get_to(trial.states);
    json.at("seconds").get_to(trial.seconds);
    json.at("tried").get_to(trial.tried);
    json.at("unfinished").get_to(trial.unfinished);
    json.at("findings").get_to(trial.findings);
    json.at("named_scenario").get_to(trial.named_scenario);
    json.at("named_finding").get_to(trial.named_finding);
    return trial;
}

// ---- in the process that waits

// What is left to a process that does not look at its clock, in an endless step.
constexpr double grace_seconds = 5;

struct Process {
    std::size_t mutant;
    pid_t pid;
    int pipe;
    Clock::time_point start;
    std::string said = {};  // names of scenarios, then the trial; each a line
};

Process start_process(const Census& census, const Mutant& mutant, std::size_t number,
                      const TrialLimits& limits) {
    int ends[2];
    const int made = pipe(ends);
    assert(made == 0);
    static_cast<void>(made);
    std::fflush(nullptr);
    const pid_t pid = fork();
    assert(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        std::signal(SIGABRT, SIG_DFL);
        write_line(ends[1], text_of(run_trial(census, mutant, limits, ends[1])));
        _exit(0);
    }
    close(ends[1]);
    return {number, pid, ends[0], Clock::now()};
}

// The lines that are complete.
std::vector<std::string> lines_said(const std::string& said) {
    std::vector<std::string> lines;
    std::istringstream stream(said);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

// What a process that has ended has found; `hung` if it had to be killed.
Trial result_of(const Process& process, bool hung) {
    int status = 0;
    waitpid(process.pid, &status, 0);
    close(process.pipe);
    const std::vector<std::string> lines = lines_said(process.said);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !lines.empty()) {
        return trial_of(lines.back());
    }
    Trial trial;
    trial.tried = static_cast<unsigned>(lines.size());
    trial.seconds = since(process.start);
    const std::string scenario = lines.empty() ? "" : lines.back();
    if (hung) {
        trial.unfinished = scenario + ": a step does not come to an end";
        return trial;
    }
    trial.killed = true;
    trial.scenario = scenario;
    trial.finding =
        WIFSIGNALED(status) ? fmt::format("checker: signal {}", WTERMSIG(status)) : "checker: exit";
    return trial;
}

// False at the end of what the process says.
bool read_some(Process& process) {
    char buffer[4096];
    const ssize_t bytes = read(process.pipe, buffer, sizeof(buffer));
    if (bytes > 0) {
        process.said.append(buffer, static_cast<std::size_t>(bytes));
    }
    return bytes > 0;
}

// Those that say something or end; the results of those that have ended.
std::vector<std::pair<std::size_t, Trial>> wait_for_some(std::vector<Process>& running,
                                                         const TrialLimits& limits) {
    std::vector<pollfd> pipes;
    pipes.reserve(running.size());
    for (const Process& process : running) {
        pipes.push_back({process.pipe, POLLIN, 0});
    }
    constexpr int poll_ms = 500;
    poll(pipes.data(), pipes.size(), poll_ms);
    std::vector<std::pair<std::size_t, Trial>> ended;
    for (std::size_t i = running.size(); i-- > 0;) {
        Process& process = running[i];
        const bool said = pipes[i].revents != 0;
        const bool hung = since(process.start) > limits.seconds + grace_seconds;
        if (hung) {
            kill(process.pid, SIGKILL);
        }
        if (hung || (said && !read_some(process))) {
            ended.emplace_back(process.mutant, result_of(process, hung));
            running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
    return ended;
}

}  // namespace

void try_mutants(const Census& census, const std::vector<const Mutant*>& mutants,
                 const TrialLimits& limits, unsigned jobs,
                 const std::function<void(const Mutant&, const Trial&)>& report) {
    std::vector<std::optional<Trial>> trials(mutants.size());
    std::vector<Process> running;
    std::size_t started = 0;
    std::size_t reported = 0;
    while (reported < mutants.size()) {
        while (running.size() < jobs && started < mutants.size()) {
            running.push_back(start_process(census, *mutants[started], started, limits));
            ++started;
        }
        for (auto& [number, trial] : wait_for_some(running, limits)) {
            trials[number] = std::move(trial);
        }
        for (; reported < mutants.size() && trials[reported]; ++reported) {
            report(*mutants[reported], *trials[reported]);
        }
    }
}

}  // namespace heddle
