// SPDX-License-Identifier: Apache-2.0
#include "scenarios/shrink.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>

#include "scenarios/make_scenario.h"
#include "scenarios/shrink_edits.h"
#include "scenarios/shrink_names.h"
#include "scenarios/toml_text.h"

namespace heddle {

namespace {

// A counterexample is made simple within this, and tells by then which claim it breaks.
constexpr double minimise_seconds_max = 10;

// How often it is looked whether searches have been interrupted while a process is waited for.
constexpr int look_every_ms = 100;

// The scenario, or what is wrong with the document.
std::variant<Scenario, FileError> scenario_of(const toml::table& document) {
    const auto read = parse_scenario_file("shrunk.toml", toml_text(document));
    if (const auto* error = std::get_if<FileError>(&read)) {
        return *error;
    }
    return make_scenario(std::get<std::vector<ScenarioWords>>(read).front());
}

// What a process of its own answers; false if it ends otherwise, or if searches are interrupted
// here meanwhile, which it need not have heard of.
bool answer_of_process(const std::function<bool()>& question) {
    std::array<int, 2> ends = {};
    if (pipe(ends.data()) != 0) {
        return false;
    }
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        // What it would say of a crash is of no interest.
        static_cast<void>(close(STDERR_FILENO));
        _exit(getppid() == parent && question() ? 0 : 1);
    }
    close(ends[1]);
    // The other end closes with the process.
    pollfd end = {ends[0], POLLIN, 0};
    while (child > 0 && !searches_are_interrupted() && poll(&end, 1, look_every_ms) <= 0) {
    }
    if (child > 0 && searches_are_interrupted()) {
        kill(child, SIGKILL);
    }
    close(ends[0]);
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class Shrinker {
  public:
    explicit Shrinker(const ShrinkOptions& options) : options_(options) {}

    std::variant<Shrunk, NotShrunk> run(const toml::table& document);

  private:
    double seconds_spent() const {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin_;
        return spent.count();
    }

    bool is_over() const {
        return searches_are_interrupted() ||
               (options_.seconds > 0 && seconds_spent() >= options_.seconds);
    }

    Verdict check_it(const Scenario& scenario) const;
    bool still_fails(const toml::table& document) const;
    bool pass_over_edits();

    const ShrinkOptions& options_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    Shrunk shrunk_ = {};
};

Verdict Shrinker::check_it(const Scenario& scenario) const {
    CheckOptions options;
    options.how.reductions = Reductions::all();
    options.limits.states = options_.states;
    options.minimise_limits = {.seconds = minimise_seconds_max};
    if (options_.seconds > 0) {
        options.limits.seconds = std::max(options_.seconds - seconds_spent(), 0.001);
        options.minimise_limits.seconds = std::min(minimise_seconds_max, options.limits.seconds);
    }
    return check(scenario, options).verdict;
}

// In a process of its own: what is left of a scenario may be one that nobody has thought of. What
// it finds once the time is over may be another claim than the one that the simplest run breaks.
bool Shrinker::still_fails(const toml::table& document) const {
    const auto made = scenario_of(document);
    const auto* scenario = std::get_if<Scenario>(&made);
    return scenario != nullptr && answer_of_process([this, scenario] {
               const Verdict verdict = check_it(*scenario);
               return verdict.violation && verdict.violation->claim == shrunk_.claim && !is_over();
           });
}

// Tries each edit once, also those of what the ones before have left. Whether one was taken.
bool Shrinker::pass_over_edits() {
    bool any = false;
    std::vector<ShrinkEdit> edits = shrink_edits(shrunk_.document);
    for (std::size_t i = 0; i < edits.size() && !is_over();) {
        toml::table candidate = shrunk_.document;
        edits[i].apply(candidate);
        remove_empty(candidate);
        ++shrunk_.candidates;
        if (!still_fails(candidate)) {
            ++i;
            continue;
        }
        any = true;
        ++shrunk_.taken;
        if (options_.on_taken) {
            options_.on_taken(edits[i].what);
        }
        shrunk_.document = std::move(candidate);
        // The next one has moved to where this one was.
        edits = shrink_edits(shrunk_.document);
    }
    return any;
}

std::variant<Shrunk, NotShrunk> Shrinker::run(const toml::table& document) {
    shrunk_.document = document;
    remove_empty(shrunk_.document);
    const auto made = scenario_of(document);
    if (const auto* error = std::get_if<FileError>(&made)) {
        return NotShrunk{text_of(*error)};
    }
    const Verdict verdict = check_it(std::get<Scenario>(made));
    if (verdict.kind != Verdict::Kind::fail) {
        return NotShrunk{fmt::format("{}{}; expected a scenario that fails", name_of(verdict.kind),
                                     verdict.reason.empty() ? "" : ", " + verdict.reason),
                         verdict.kind == Verdict::Kind::unknown};
    }
    if (is_over() && !verdict.minimal) {
        return NotShrunk{"FAIL, but not yet known by which claim in the simplest run", true};
    }
    shrunk_.claim = verdict.violation->claim;
    while (pass_over_edits()) {
    }
    shrunk_.complete = !is_over();
    return std::move(shrunk_);
}

}  // namespace

std::variant<Shrunk, NotShrunk> shrink(const toml::table& document, const ShrinkOptions& options) {
    return Shrinker(options).run(document);
}

}  // namespace heddle
