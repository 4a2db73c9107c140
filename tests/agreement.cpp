// SPDX-License-Identifier: Apache-2.0
#include "tests/agreement.h"

#include <algorithm>

#include "checker/schedule.h"

namespace heddle {

namespace {

std::string list(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text.empty() ? "nothing" : text;
}

}  // namespace

Trials::Trials(const Scenario& scenario, const ExecutionOptions& options)
    : scenario_([&] {
          Scenario watched = scenario;
          watched.build = [build = scenario.build, seen = seen_](Setup& setup) {
              build(setup);
              setup.finally("", [seen] {
                  note_final(*seen);
                  return true;
              });
          };
          return watched;
      }()),
      execution_(scenario_, options),
      start_(execution_.mark()) {
    seen_->execution = &execution_;
}

void Trials::note_final(Seen& seen) {
    const auto [known, is_new] = seen.known.try_emplace(seen.execution->world_fingerprint());
    if (is_new) {
        known->second = seen.execution->world_fingerprint_up_to_symmetry();
    }
    seen.finals.insert(known->second);
}

const BruteForce& Trials::ask_brute_force(std::uint64_t transitions_max, unsigned preemptions_max) {
    execution_.rewind(start_);
    seen_->finals.clear();
    oracle_ = brute_force(execution_, preemptions_max, transitions_max);
    oracle_.finals = seen_->finals;  // as the searches tell it, after the epilogue
    return oracle_;
}

Trials::Answer Trials::run(const std::string& search, const SearchOptions& how,
                           const Limits& limits) {
    Answer answer;
    execution_.rewind(start_);
    seen_->finals.clear();
    Budget budget(limits);
    find_search(search)->make(how)->run(execution_, budget, answer.summary);
    answer.finals = seen_->finals;
    return answer;
}

Trials::Answer Trials::ask(const std::string& search, const SearchOptions& how) {
    Answer answer = run(search, how, {.states = 10'000'000});
    const Verdict& verdict = answer.summary.verdict;
    answer.disagreement = verdict.kind == Verdict::Kind::fail ? compare_failure(verdict)
                                                              : compare_end(verdict, answer.finals);
    return answer;
}

std::string Trials::compare_failure(const Verdict& verdict) {
    const std::string& claim = verdict.violation->claim;
    if (!oracle_.violations.contains(claim)) {
        return "fails by " + claim + ", brute force by " + list(oracle_.violations);
    }
    execution_.rewind(start_);
    unsigned preemptions = 0;
    unsigned last = no_task;
    for (const Choice choice : verdict.schedule) {
        const std::span<const Choice> open = execution_.choices();
        if (std::find(open.begin(), open.end(), choice) == open.end()) {
            return "fails by " + claim + ", with a schedule that does not fit: " +
                   schedule_text(scenario_, verdict.schedule);
        }
        const bool preempts =
            last != no_task && last != choice.task && execution_.is_runnable(last);
        preemptions += preempts ? 1 : 0;
        last = choice.task;
        execution_.take(choice);
    }
    const std::optional<Violation> violation = execution_.violation();
    if (!violation || violation->claim != claim) {
        return "fails by " + claim + ", with a schedule that leads to " +
               (violation ? violation->claim : "nothing") + ": " +
               schedule_text(scenario_, verdict.schedule);
    }
    const std::pair cost = {preemptions, static_cast<unsigned>(verdict.schedule.size())};
    if (verdict.minimal && oracle_.simplest != cost) {
        return "calls " + std::to_string(cost.first) + " preemptions and " +
               std::to_string(cost.second) + " steps minimal, brute force needs " +
               std::to_string(oracle_.simplest->first) + " and " +
               std::to_string(oracle_.simplest->second);
    }
    return "";
}

std::string Trials::compare_end(const Verdict& verdict, const std::set<Fingerprint>& finals) const {
    if (verdict.kind == Verdict::Kind::unknown) {
        const bool real = std::includes(oracle_.finals.begin(), oracle_.finals.end(),
                                        finals.begin(), finals.end());
        return real ? "" : "ends in worlds that no run ends in";
    }
    if (!oracle_.violations.empty()) {
        return "is " + std::string(name_of(verdict.kind)) + ", brute force fails by " +
               list(oracle_.violations);
    }
    if ((verdict.kind == Verdict::Kind::vacuous) == oracle_.unreached.empty()) {
        return "is " + std::string(name_of(verdict.kind)) + " " + verdict.reason +
               ", brute force does not reach " + list(oracle_.unreached);
    }
    if (finals != oracle_.finals) {
        return "ends in " + std::to_string(finals.size()) + " worlds, brute force in " +
               std::to_string(oracle_.finals.size());
    }
    return "";
}

Scenario without_claims(const Scenario& scenario) {
    Scenario silent = scenario;
    silent.build = [build = scenario.build](Setup& setup) {
        build(setup);
        setup.drop_claims();
    };
    return silent;
}

Reductions reductions_of(unsigned subset) {
    Reductions reductions;
    for (const ReductionKind& kind : reduction_kinds()) {
        reductions.*kind.on = (subset & 1) != 0;
        subset /= 2;
    }
    return reductions;
}

}  // namespace heddle
