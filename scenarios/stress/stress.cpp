// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/stress.h"

#include <chrono>
#include <string_view>
#include <utility>

#include "scenarios/stress/clock.h"
#include "scenarios/stress/settled_world.h"
#include "scenarios/stress/silent_claims.h"
#include "scenarios/stress/world_image.h"

namespace heddle {

namespace {

// What a claim that is broken says; of several the expected one, else the first.
std::optional<Violation> broken_claim(const Setup& setup, const std::string& expected) {
    std::optional<Violation> broken;
    for (const Claim& claim : setup.claims()) {
        const bool is_asked = claim.moment == Moment::always || claim.moment == Moment::idle ||
                              claim.moment == Moment::finally;
        const bool is_better = !broken || "fail:" + claim.name == expected;
        if (!is_asked || !is_better || why_silent(claim.name) != nullptr || claim.holds()) {
            continue;
        }
        broken = Violation{.claim = claim.name,
                           .formula = claim.formula,
                           .sides = claim.sides ? claim.sides() : "",
                           .where = {},
                           .after_epilogue = true};
    }
    return broken;
}

Violation violation_of(const Failure& failure, unsigned task) {
    Violation violation = {.claim = failure.claim,
                           .formula = failure.formula,
                           .sides = "",
                           .where = failure.where,
                           .task = task,
                           .object = failure.object};
    if (failure.left != 0 || failure.right != 0) {
        violation.sides = std::to_string(static_cast<std::int64_t>(failure.left)) + " against " +
                          std::to_string(static_cast<std::int64_t>(failure.right));
    }
    return violation;
}

// Of an expectation that is not "pass".
std::string claim_of(const std::string& expected) {
    return expected.substr(std::string_view("fail:").size());
}

// Why a round may break the claim without showing it; empty if it cannot.
std::string why_hidden(const Setup& setup, const std::string& expected) {
    if (expected == "pass") {
        return "";
    }
    const std::string name = claim_of(expected);
    if (const char* why = why_silent(name)) {
        return why;
    }
    for (const Claim& claim : setup.claims()) {
        if (claim.name == name && claim.moment == Moment::always) {
            return "it must hold in every state, and is asked in the last";
        }
    }
    return "";
}

// A scenario's world, its tasks on their threads, and how it goes on.
class Stress {
  public:
    Stress(const Selected& selected, const StressOptions& options)
        : options_(options),
          setup_(built(selected.scenario)),
          crew_(setup_.tasks(), options.hang_seconds),
          longest_delay_(ticks_of(options.delay_ns)) {
        result_.selected = selected;
        result_.why_hidden = why_hidden(setup_, selected.scenario.expect);
        image_.keep();
    }

    StressResult run() {
        while (!result_.failed && !result_.interrupted && goes_on()) {
            ++result_.rounds;
            play_round();
        }
        result_.seconds = seconds();
        return std::move(result_);
    }

  private:
    Setup built(const Scenario& scenario) {
        Setup setup(image_, scenario.parameters);
        scenario.build(setup);
        return setup;
    }

    double seconds() const {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
        return spent.count();
    }

    bool goes_on() {
        const double now = seconds();
        const bool rounds_are_over = options_.rounds != 0 && result_.rounds >= options_.rounds;
        const bool time_is_over =
            options_.seconds != 0 && result_.rounds != 0 && now >= options_.seconds;
        if (rounds_are_over || time_is_over) {
            return false;
        }
        result_.interrupted = rounds_are_interrupted();
        if (options_.on_progress && now - told_ >= 0.5) {
            told_ = now;
            options_.on_progress(result_.rounds, now);
        }
        return !result_.interrupted;
    }

    // Some rounds wait long, some not at all: bugs differ in how wide they are.
    Delays delays_of(std::uint64_t round) const {
        constexpr unsigned kinds = 8;
        const auto kind = static_cast<unsigned>(round % kinds);
        return {.longest = kind == kinds - 1 ? 0 : longest_delay_ >> kind};
    }

    void play_round() {
        image_.restore();
        broken_.reset();
        const RoundEnd end = crew_.run(mix(mix(options_.seed) + result_.rounds),
                                       delays_of(result_.rounds), [this] { conclude(); });
        switch (end) {
            case RoundEnd::finished:
                break;
            case RoundEnd::failed:
                broken_ = violation_of(crew_.failure(), crew_.failed_task());
                break;
            case RoundEnd::stuck:
                broken_ = Violation{.claim = "deadlock",
                                    .formula = "some task can go on",
                                    .sides = waiters(crew_, setup_),
                                    .where = {}};
                break;
            case RoundEnd::endless:
                broken_ = Violation{.claim = "livelock",
                                    .formula = "a round comes to its end",
                                    .sides = waiters(crew_, setup_),
                                    .where = {}};
                break;
            case RoundEnd::stalled:
                ++result_.stalled;
                break;
            case RoundEnd::interrupted:
                --result_.rounds;
                result_.interrupted = true;
                break;
        }
        if (broken_) {
            settle_ghosts();
            result_.failed = {result_.rounds, seconds(), *std::move(broken_), log_of(crew_, setup_),
                              setup_.description() ? setup_.description()() : ""};
        }
    }

    // All tasks have come to their ends.
    void conclude() {
        settle_ghosts();
        if (setup_.epilogue()) {
            setup_.epilogue()();
        }
        settle_ghosts();
        broken_ = broken_claim(setup_, result_.selected.scenario.expect);
    }

    const StressOptions options_;
    WorldImage image_ = {};
    const Setup setup_;
    Crew crew_;
    const std::uint64_t longest_delay_;
    const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double told_ = 0;
    std::optional<Violation> broken_ = std::nullopt;
    StressResult result_ = {};
};

}  // namespace

StressVerdict StressResult::verdict() const {
    const std::string& expected = selected.scenario.expect;
    if (interrupted) {
        return StressVerdict::interrupted;
    }
    if (!failed) {
        return expected == "pass" ? StressVerdict::clean : StressVerdict::not_found;
    }
    const std::string& claim = failed->violation.claim;
    if (expected == "fail:" + claim) {
        return StressVerdict::found;
    }
    const bool is_aftermath = !why_hidden.empty() && may_end_in(claim_of(expected), claim);
    return is_aftermath ? StressVerdict::instead : StressVerdict::broken;
}

std::string verdict_text(const StressResult& result) {
    if (result.failed) {
        return "FAIL " + result.failed->violation.claim;
    }
    switch (result.verdict()) {
        case StressVerdict::clean:
            return "clean";
        case StressVerdict::interrupted:
            return "interrupted";
        default:
            return "not found";
    }
}

StressResult stress(const Selected& selected, const StressOptions& options) {
    return Stress(selected, options).run();
}

}  // namespace heddle
