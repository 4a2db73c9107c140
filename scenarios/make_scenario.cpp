// SPDX-License-Identifier: Apache-2.0
#include "scenarios/make_scenario.h"

#include <algorithm>
#include <memory>

#include "model/describe.h"
#include "model/invariants.h"
#include "model/swap.h"
#include "model/vmscan.h"
#include "scenarios/alike_tasks.h"
#include "scenarios/expression.h"
#include "scenarios/model_names.h"
#include "scenarios/shm_builder.h"
#include "scenarios/steps.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

// A scenario file's words with everything looked up, alive as long as its scenario.
struct Prepared {
    ScenarioWords words;
    unsigned long fixes = 0;
    std::vector<std::vector<PreparedStep>> steps;  // by task
    std::vector<Claim> claims;
};

// The values of an invariant with pages by name: "page#0" becomes "page P".
std::string with_page_names(std::string text, const std::vector<std::string>& names) {
    for (std::size_t at = text.find("page#"); at != std::string::npos; at = text.find("page#")) {
        const std::size_t digits = text.find_first_not_of("0123456789", at + 5) - (at + 5);
        const std::size_t pfn = std::stoul(text.substr(at + 5, digits));
        text.replace(at, 5 + std::min(digits, text.size() - at - 5), "page " + names[pfn]);
    }
    return text;
}

bool watches(const Invariant& invariant, const void* object, std::uint64_t bits) {
    const struct machine& machine = this_machine();
    for (unsigned pfn = 0; pfn < machine.nr_pages; ++pfn) {
        if (object == &machine.mem_map[pfn].flags) {
            return (invariant.flags & bits) != 0;
        }
    }
    return is_one_of(invariant.words, object);
}

using PageNames = std::shared_ptr<const std::vector<std::string>>;

// The claim of an invariant at one of the moments at which it must hold.
Claim claim_of(const Invariant& invariant, Moment moment, const PageNames& names) {
    Claim claim;
    claim.name = invariant.id;
    claim.formula = invariant.formula;
    claim.moment = moment;
    const bool drained = invariant.moment == InvariantMoment::drained;
    if (moment == Moment::idle) {
        claim.holds = [&invariant, drained] {
            return !is_quiescent() || (drained && !is_drained()) || invariant.holds(nullptr);
        };
    } else {
        claim.holds = [&invariant] { return invariant.holds(nullptr); };
    }
    claim.sides = [&invariant, names] {
        std::string sides;
        invariant.holds(&sides);
        return with_page_names(sides, *names);
    };
    claim.watches = [&invariant](const void* object, std::uint64_t bits) {
        return watches(invariant, object, bits);
    };
    if (invariant.words != Words::none) {
        claim.values = [&invariant] { return values_of(invariant.words); };
    }
    return claim;
}

bool is_off(const ScenarioWords& words, const char* id) {
    return std::any_of(words.invariants_off.begin(), words.invariants_off.end(),
                       [id](const Word& word) { return word.text == id; });
}

// Invariants E are of processes, F of segments, some of huge pages: without any they say nothing,
// and would be asked in every state.
bool has_a_subject(const ScenarioWords& words, const Invariant& invariant) {
    return (invariant.id[0] != 'E' || !words.processes.empty()) &&
           (invariant.id[0] != 'F' || !words.segments.empty()) &&
           (invariant.subject == Subject::any ||
            (invariant.subject == Subject::huge_pages) == has_huge_pages(words));
}

void add_invariants(Prepared& prepared) {
    const auto names = std::make_shared<const std::vector<std::string>>(page_names(prepared.words));
    for (const Invariant& invariant : invariants()) {
        if (is_off(prepared.words, invariant.id) || !has_a_subject(prepared.words, invariant)) {
            continue;
        }
        if (invariant.moment == InvariantMoment::always) {
            prepared.claims.push_back(claim_of(invariant, Moment::always, names));
        } else if (invariant.moment == InvariantMoment::culled) {
            prepared.claims.push_back(claim_of(invariant, Moment::finally, names));
        } else {
            prepared.claims.push_back(claim_of(invariant, Moment::idle, names));
            prepared.claims.push_back(claim_of(invariant, Moment::finally, names));
        }
    }
}

// A rule of the engine that a scenario can switch off.
bool is_rule(const Word& word) {
    return std::find(rules_with_a_switch.begin(), rules_with_a_switch.end(), word.text) !=
           rules_with_a_switch.end();
}

std::optional<FileError> check_invariants_off(const ScenarioWords& words) {
    for (const Word& word : words.invariants_off) {
        const std::span<const Invariant> known = invariants();
        if (std::none_of(known.begin(), known.end(),
                         [&word](const Invariant& row) { return word.text == row.id; }) &&
            !is_rule(word) && word.text != "D6") {
            return FileError{words.file, word.place,
                             "unknown invariant '" + word.text +
                                 "'; expected one such as B1, C1' or D6, or one of the rules " +
                                 lock_order_rule + ", " + lock_irq_rule + " and " + livelock_rule};
        }
    }
    return std::nullopt;
}

std::optional<FileError> add_expression(Prepared& prepared, const std::string& name,
                                        const Word& condition, Moment moment) {
    auto parsed = Expression::parse(prepared.words.file, condition,
                                    [&prepared](const std::vector<std::string>& path) {
                                        return look_up_name(prepared.words, path);
                                    });
    if (auto* error = std::get_if<FileError>(&parsed)) {
        return *error;
    }
    auto expression = std::make_shared<Expression>(std::move(std::get<Expression>(parsed)));
    Claim claim;
    claim.name = name;
    claim.formula = condition.text;
    claim.moment = moment;
    claim.holds = [expression] { return expression->holds(); };
    claim.sides = [expression] { return expression->values(); };
    prepared.claims.push_back(std::move(claim));
    return std::nullopt;
}

std::optional<FileError> prepare_claims(Prepared& prepared) {
    if (std::optional<FileError> error = check_invariants_off(prepared.words)) {
        return error;
    }
    add_invariants(prepared);
    for (const ClaimWords& claim : prepared.words.claims) {
        if (auto error = add_expression(prepared, claim.name, claim.condition, claim.moment)) {
            return error;
        }
    }
    for (const Word& condition : prepared.words.sometimes) {
        if (auto error = add_expression(prepared, condition.text, condition, Moment::sometimes)) {
            return error;
        }
    }
    return std::nullopt;
}

std::optional<FileError> prepare_tasks(Prepared& prepared) {
    for (const PageWords& page : prepared.words.pages) {
        if (std::optional<FileError> error = check_page(prepared.words, page)) {
            return error;
        }
    }
    for (const TaskWords& task : prepared.words.tasks) {
        std::vector<PreparedStep>& steps = prepared.steps.emplace_back();
        for (const StepWords& words : task.steps) {
            auto step = prepare_step(prepared.words, task, words);
            if (auto* error = std::get_if<FileError>(&step)) {
                return *error;
            }
            steps.push_back(std::move(std::get<PreparedStep>(step)));
        }
    }
    return std::nullopt;
}

bool has_workers(const ScenarioWords& words) {
    for (const TaskWords& task : words.tasks) {
        if (std::any_of(task.steps.begin(), task.steps.end(), needs_workers)) {
            return true;
        }
    }
    return false;
}

void run_steps(const std::vector<PreparedStep>& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        forget(i);
        steps[i]();
    }
}

void run_task(const Prepared& prepared, std::size_t i) {
    const TaskWords& task = prepared.words.tasks[i];
    if (task.work) {
        start_work_item(task.cpu);
    }
    run_steps(prepared.steps[i]);
    if (task.work) {
        finish_work_item(task.cpu);
    }
}

// Moment Q1.
void drain(unsigned cpus) {
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        set_cpu(cpu);
        lru_add_drain();
    }
}

// Moment Q2. Pages on the unevictable list stay, so that what must hold of them at Q1 can still be
// seen to fail.
void cull() {
    for (unsigned pfn = 0; pfn < this_machine().nr_pages; ++pfn) {
        struct page* page = pfn_to_page(pfn);
        if (!is_free(pfn) && !PageTail(page) && !PageUnevictable(page) &&
            isolate_lru_page(page) == 0) {
            putback_lru_page(page);
        }
    }
}

void build(const std::shared_ptr<const Prepared>& prepared, Setup& setup) {
    const ScenarioWords& words = prepared->words;
    const struct machine& machine = build_machine(setup, words, prepared->fixes);
    name_objects(setup, words, machine);
    name_lock_classes(setup, machine);
    for (std::size_t i = 0; i < words.tasks.size(); ++i) {
        const TaskWords& task = words.tasks[i];
        const auto body = [prepared, i] { run_task(*prepared, i); };
        if (task.interrupt) {
            setup.interrupt(task.name.text, task.cpu, body);
        } else {
            setup.task(task.name.text, task.cpu, body);
        }
    }
    if (!has_workers(words)) {
        declare_alike_tasks(setup, words, machine);
    } else {
        for (unsigned cpu = 0; cpu < words.machine.cpus; ++cpu) {
            setup.daemon("kworker/" + std::to_string(cpu), cpu,
                         [cpu] { lru_add_drain_worker(cpu); });
        }
    }
    for (const Claim& claim : prepared->claims) {
        setup.claim(claim);
    }
    for (const Word& word : words.invariants_off) {
        if (is_rule(word)) {
            setup.switch_off(word.text);
        }
    }
    const unsigned cpus = words.machine.cpus;
    setup.epilogue([cpus] {
        drain(cpus);
        cull();
        drain(cpus);
    });
    setup.describe([prepared, names = page_names(words)] {
        return describe_machine(names) + describe_shm(prepared->words);
    });
}

}  // namespace

std::variant<Scenario, FileError> make_scenario(const ScenarioWords& words) {
    auto prepared = std::make_shared<Prepared>();
    prepared->words = words;
    auto fixes = fixes_of(words);
    if (auto* error = std::get_if<FileError>(&fixes)) {
        return *error;
    }
    prepared->fixes = std::get<unsigned long>(fixes);
    std::optional<FileError> error = prepare_tasks(*prepared);
    if (!error) {
        error = prepare_claims(*prepared);
    }
    if (error) {
        return *error;
    }
    Scenario scenario;
    scenario.name = words.name;
    scenario.story = words.story;
    scenario.expect = words.expect;
    scenario.hash = words.hash;
    scenario.labels = words.labels;
    scenario.build = [prepared](Setup& setup) { build(prepared, setup); };
    return scenario;
}

}  // namespace heddle
