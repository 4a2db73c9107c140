// SPDX-License-Identifier: Apache-2.0
#include "scenarios/mutation/mutants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>

namespace heddle {

namespace {

constexpr std::array all_rules = {Rule::drop_lock, Rule::answer_false, Rule::answer_true,
                                  Rule::split,     Rule::skip,         Rule::hold_back};

std::string file_of(const Site& site) {
    const std::string path = site.where.file();
    return path.substr(path.rfind('/') + 1);
}

std::string site_text(const Site& site) {
    return fmt::format("{}:{}", file_of(site), site.where.line());
}

// "test_bit(lru)" of one bit, otherwise "spin_lock".
std::string operation_of(const CollectedSite& collected) {
    const bool is_one_bit = std::popcount(collected.site.bits) == 1;
    return is_one_bit ? fmt::format("{}({})", collected.site.name, collected.object)
                      : collected.site.name;
}

// By place in the source.
std::vector<std::size_t> in_order(const std::vector<CollectedSite>& sites) {
    std::vector<std::size_t> order(sites.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto key = [&sites](std::size_t i) {
        const Site& site = sites[i].site;
        return std::tuple<std::string_view, unsigned, std::string_view, std::string_view,
                          std::uint64_t>(site.where.file(), site.where.line(),
                                         site.where.function(), site.name, site.bits);
    };
    std::sort(order.begin(), order.end(),
              [&key](std::size_t one, std::size_t other) { return key(one) < key(other); });
    return order;
}

template <class Comes>
std::vector<std::size_t> scenarios_that(const Census& census, Comes comes_by) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < census.scenarios.size(); ++i) {
        if (comes_by(census.scenarios[i])) {
            found.push_back(i);
        }
    }
    std::stable_sort(found.begin(), found.end(), [&census](std::size_t one, std::size_t other) {
        return census.scenarios[one].states < census.scenarios[other].states;
    });
    return found;
}

std::vector<Mutant> mutants_by_hand(const Census& census) {
    std::vector<Mutant> mutants;
    for (const MutationInfo& info : mutation_table) {
        Mutant mutant;
        mutant.name = fmt::format("M:{}", info.name);
        mutant.place = info.what;
        mutant.by_hand = &info;
        mutant.scenarios = scenarios_that(census, [&info](const CountedScenario& counted) {
            return counted.switches[static_cast<unsigned>(info.mutation)];
        });
        mutants.push_back(std::move(mutant));
    }
    return mutants;
}

RuleSet rules_at(const Site& site, const std::set<std::string>& places_of_calls) {
    RuleSet rules = site.rules;
    if (site.is_of_assertion) {
        rules &= ~rules_of_tests;
    }
    if (site.bits != 0 && places_of_calls.count(site_text(site)) != 0) {
        rules &= ~rules_of_updates;
    }
    return rules;
}

}  // namespace

const char* name_of(Rule rule) {
    switch (rule) {
        case Rule::drop_lock:
            return "drop-lock";
        case Rule::answer_false:
            return "answer-false";
        case Rule::answer_true:
            return "answer-true";
        case Rule::split:
            return "split";
        case Rule::skip:
            return "skip";
        case Rule::hold_back:
            return "hold-back";
        case Rule::none:
            break;
    }
    return "none";
}

std::vector<Mutant> mutants_of(const Census& census) {
    std::vector<Mutant> mutants = mutants_by_hand(census);
    std::set<std::string> places_of_calls;
    for (const CollectedSite& collected : census.sites) {
        if (collected.site.bits == 0) {
            places_of_calls.insert(site_text(collected.site));
        }
    }
    std::map<std::string, unsigned> numbers;
    for (const std::size_t i : in_order(census.sites)) {
        const CollectedSite& collected = census.sites[i];
        const Site& site = collected.site;
        const std::string operation = operation_of(collected);
        const std::string of = fmt::format("{}:{}:", file_of(site), site.where.function());
        const unsigned number = ++numbers[of + operation];
        const std::vector<std::size_t> scenarios = scenarios_that(
            census, [i](const CountedScenario& counted) { return counted.sites[i]; });
        for (const Rule rule : all_rules) {
            if ((rules_at(site, places_of_calls) & only(rule)) != 0 && !scenarios.empty()) {
                Mutant mutant;
                mutant.name = fmt::format("{}{}:{}#{}", of, name_of(rule), operation, number);
                mutant.place = site_text(site);
                mutant.site = site;
                mutant.rule = rule;
                mutant.scenarios = scenarios;
                mutants.push_back(std::move(mutant));
            }
        }
    }
    return mutants;
}

void activate(const Mutant& mutant) {
    if (mutant.by_hand != nullptr) {
        activate_switch(static_cast<unsigned>(mutant.by_hand->mutation));
    } else {
        activate(mutant.site, mutant.rule);
    }
}

}  // namespace heddle
