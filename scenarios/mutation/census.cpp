// SPDX-License-Identifier: Apache-2.0
#include "scenarios/mutation/census.h"

#include <bit>

#include "checker/search.h"

namespace heddle {

namespace {

// What is behind the last dot of a name: the field, of whichever page or process.
std::string field_of(const std::string& name) { return name.substr(name.rfind('.') + 1); }

std::string object_of(const Site& site, const std::vector<ObjectName>& names) {
    const ObjectName* name = find_name(names, site.object);
    if (name == nullptr) {
        return "";
    }
    const auto bit = static_cast<std::size_t>(std::countr_zero(site.bits));
    const bool is_one_bit = std::popcount(site.bits) == 1;
    return is_one_bit && bit < name->bits.size() ? name->bits[bit] : field_of(name->name);
}

// Copies the sites that are new, whose objects are those of this scenario's world.
void add_new_sites(Census& census, const std::vector<ObjectName>& names) {
    for (std::size_t i = census.sites.size(); i < collected_sites().size(); ++i) {
        const Site& site = collected_sites()[i];
        census.sites.push_back({site, object_of(site, names)});
    }
}

CountedScenario executions_of(const Scenario& scenario, std::uint64_t states) {
    CountedScenario counted = {scenario, states, {}, std::vector<bool>(switches_max)};
    for (const Site& site : collected_sites()) {
        counted.sites.push_back(site.executed);
    }
    for (unsigned number = 0; number < switches_max; ++number) {
        counted.switches[number] = switch_was_asked(number);
    }
    return counted;
}

}  // namespace

Census take_census(const std::vector<Scenario>& scenarios, std::uint64_t states_max) {
    Census census;
    collect_sites("model/");
    for (const Scenario& scenario : scenarios) {
        std::vector<ObjectName> names;
        Scenario listening = scenario;
        listening.build = [&](Setup& setup) {
            scenario.build(setup);
            names = setup.names();
        };
        forget_executions();
        CheckOptions options;
        options.limits.states = states_max;
        options.minimise_limits.states = 1;
        const Summary summary = check(listening, options);
        add_new_sites(census, names);
        if (summary.verdict.kind == Verdict::Kind::unknown) {
            census.left_out.push_back(scenario.name);
        } else if (!summary.met()) {
            census.unmet.push_back(scenario.name);
        } else {
            census.scenarios.push_back(executions_of(scenario, summary.states));
        }
    }
    collect_sites(nullptr);
    // What later scenarios have shown of assertions.
    for (std::size_t i = 0; i < census.sites.size(); ++i) {
        census.sites[i].site.is_of_assertion = collected_sites()[i].is_of_assertion;
    }
    for (CountedScenario& counted : census.scenarios) {
        counted.sites.resize(census.sites.size());
    }
    return census;
}

}  // namespace heddle
