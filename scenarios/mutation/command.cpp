// SPDX-License-Identifier: Apache-2.0
#include "scenarios/mutation/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "scenarios/catalogue.h"
#include "scenarios/mutation/equivalent.h"
#include "scenarios/mutation/score.h"
#include "scenarios/program/command.h"
#include "scenarios/program/output.h"

namespace heddle {

namespace {

std::vector<std::string> patterns_of(const MutationOptions& options) {
    if (options.all) {
        return {"*"};
    }
    if (options.patterns.empty()) {
        return default_patterns();
    }
    return options.patterns;
}

// Those that match, each N-th.
std::vector<const Mutant*> selected(const std::vector<Mutant>& mutants,
                                    const MutationOptions& options) {
    const std::vector<std::string> patterns = patterns_of(options);
    std::vector<const Mutant*> chosen;
    unsigned matching = 0;
    for (const Mutant& mutant : mutants) {
        const bool fits = std::any_of(
            patterns.begin(), patterns.end(),
            [&mutant](const std::string& pattern) { return matches(pattern, mutant.name); });
        if (fits && matching++ % options.every == options.seed % options.every) {
            chosen.push_back(&mutant);
        }
    }
    return chosen;
}

std::vector<std::string> names_of(const std::vector<Mutant>& mutants) {
    std::vector<std::string> names;
    names.reserve(mutants.size());
    for (const Mutant& mutant : mutants) {
        names.push_back(mutant.name);
    }
    return names;
}

ExitCode tell_all(const std::vector<std::string>& errors) {
    for (const std::string& error : errors) {
        tell(error);
    }
    return errors.empty() ? ExitCode::met : ExitCode::usage;
}

void tell_census(const Census& census, std::size_t mutants) {
    std::cerr << fmt::format("{} scenarios, {} sites, {} mutants\n", census.scenarios.size(),
                             census.sites.size(), mutants);
    if (!census.left_out.empty()) {
        std::cerr << "left out as too large: " << fmt::format("{}", fmt::join(census.left_out, " "))
                  << '\n';
    }
    for (const std::string& scenario : census.unmet) {
        tell("left out: " + scenario + " does not meet its expectation without a mutant");
    }
}

void list_mutants(const std::vector<const Mutant*>& mutants) {
    for (const Mutant* mutant : mutants) {
        std::cout << fmt::format("{}  {}  {} scenarios\n", mutant->name, mutant->place,
                                 mutant->scenarios.size());
    }
}

ExitCode run_mutants(const Census& census, const std::vector<const Mutant*>& mutants,
                     const EquivalentMutants& equivalent, const MutationOptions& options,
                     Destination& json) {
    Score score(equivalent.reasons);
    try_mutants(census, mutants, options.limits, options.jobs,
                [&](const Mutant& mutant, const Trial& trial) {
                    const std::string line = score.add(mutant, trial);
                    if (!json.is_stdout()) {
                        std::cout << line << std::endl;
                    }
                });
    if (!json.is_stdout()) {
        std::cout << score.text();
    }
    ExitCode code = tell_all(score.errors());
    if (!score.is_reached(options.score_min)) {
        code = more_important(code, ExitCode::not_met);
    }
    if (!json.is_nothing()) {
        score.write_json(json.stream());
    }
    return or_usage(code, json.finish());
}

}  // namespace

ExitCode run_mutation(const MutationOptions& options) {
    Destination json;
    if (const std::string message = json.open(options.json); !message.empty()) {
        tell(message);
        return ExitCode::usage;
    }
    const Catalogue catalogue = load_catalogue(options.catalogue);
    ExitCode code = tell_all(catalogue.errors);
    const Census census = take_census(catalogue.scenarios, options.scenario_states_max);
    const std::vector<Mutant> mutants = mutants_of(census);
    tell_census(census, mutants.size());
    const std::vector<const Mutant*> chosen = selected(mutants, options);
    if (chosen.empty()) {
        tell("no mutant matches; `heddle_mutate list --all` shows those there are");
        return more_important(code, ExitCode::nothing);
    }
    if (options.list) {
        list_mutants(chosen);
        return code;
    }
    const EquivalentMutants equivalent = load_equivalent(options.equivalent, names_of(mutants));
    code = more_important(code, tell_all(equivalent.errors));
    if (code == ExitCode::usage) {
        return code;
    }
    return more_important(code, run_mutants(census, chosen, equivalent, options, json));
}

}  // namespace heddle
