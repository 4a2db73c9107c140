// SPDX-License-Identifier: Apache-2.0
#include "scenarios/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "checker/execution.h"
#include "model/fixes.h"
#include "model/invariants.h"
#include "scenarios/invariant_sources.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

constexpr unsigned kernel_pagevec_size = 14;
constexpr unsigned kernel_hpage_pmd_nr = 512;

// The engine's own rules, which every scenario has.
constexpr std::array rule_table = {
    InvariantSource{"deadlock", "some task can run, or all have finished", "always",
                    "nobody may hang"},
    InvariantSource{lock_order_rule, "the order in which locks are taken has no cycle",
                    "over all runs together", "lockdep"},
    InvariantSource{lock_irq_rule,
                    "no lock that an interrupt may have to wait for is held with interrupts on",
                    "over all runs together", "lockdep"},
    InvariantSource{"data-race", "a plain access is ordered with every other, one of which writes",
                    "always", "the C11 and the kernel's memory model; KCSAN"},
    InvariantSource{"guarded-by", "guarded data is accessed by the holder of its lock",
                    "at each access", "the comments beside the data; lockdep_assert_held()"},
    InvariantSource{"context", "per-CPU data, and what turns interrupts on, in the right context",
                    "at each access", "CONFIG_DEBUG_PREEMPT, lockdep"},
    InvariantSource{"sleeping-while-atomic", "nothing sleeps in atomic context",
                    "where it may sleep", "CONFIG_DEBUG_ATOMIC_SLEEP: might_sleep()"},
    InvariantSource{"lock-held-at-exit", "a task ends without a lock", "when a task ends",
                    "lockdep"},
    InvariantSource{"VM_BUG_ON", "the paths' own assertions", "there", "CONFIG_DEBUG_VM"},
    InvariantSource{"BUG_ON", "the paths' own assertions", "there", "the kernel"},
    InvariantSource{livelock_rule, "somebody does what the others look for",
                    "always; of runs without an end by --search liveness", "nobody may hang"},
    InvariantSource{"crash", "no access to memory that is not there, no abort, no endless step",
                    "at each step", "the machine"},
};

// What a scenario's build gives, as long as its world is there.
struct Built {
    std::vector<TaskSpec> tasks;
    std::vector<Claim> claims;
    std::vector<const char*> rules_off;
};

Built built(const Scenario& scenario) {
    Built facts;
    Scenario listening = scenario;
    listening.build = [&](Setup& setup) {
        scenario.build(setup);
        facts.tasks = setup.tasks();
        facts.claims = setup.claims();
        for (const char* rule : rules_with_a_switch) {
            if (!setup.is_on(rule)) {
                facts.rules_off.push_back(rule);
            }
        }
    };
    const Execution execution(listening);
    for (TaskSpec& task : facts.tasks) {
        task.body = nullptr;
    }
    return facts;
}

// ---- tasks

const char* kind_name(TaskKind kind) {
    switch (kind) {
        case TaskKind::interrupt:
            return "interrupt";
        case TaskKind::daemon:
            return "daemon";
        default:
            return "task";
    }
}

std::string step_text(const StepWords& step) {
    std::string text;
    for (const Word& word : step.words) {
        text += (text.empty() ? "" : " ") + word.text;
    }
    return text;
}

std::vector<ExplainedTask> tasks_of(const Built& facts, const ScenarioWords* words) {
    std::vector<ExplainedTask> tasks;
    for (const TaskSpec& spec : facts.tasks) {
        ExplainedTask& task = tasks.emplace_back();
        task.name = spec.name;
        task.cpu = spec.cpu;
        task.kind = kind_name(spec.kind);
        const int index = words == nullptr ? -1 : index_of(words->tasks, spec.name);
        if (index >= 0) {
            const TaskWords& told = words->tasks[static_cast<std::size_t>(index)];
            task.process = told.process.text;
            std::transform(told.steps.begin(), told.steps.end(), std::back_inserter(task.steps),
                           step_text);
        }
    }
    return tasks;
}

// ---- versions

std::vector<ExplainedChange> changes_of(const ScenarioWords& own,
                                        const std::vector<ScenarioWords>& file) {
    const auto fixes = [](const ScenarioWords& words) {
        const auto bits = fixes_of(words);
        return std::holds_alternative<FileError>(bits) ? seed_fixes()
                                                       : std::get<unsigned long>(bits);
    };
    const unsigned long mine = fixes(own);
    unsigned long differ = mine ^ seed_fixes();
    for (const ScenarioWords& variant : file) {
        differ |= mine ^ fixes(variant);
    }
    std::vector<ExplainedChange> changes;
    for (const FixInfo& info : fix_table) {
        if ((differ & fix_bit(info.fix)) != 0) {
            changes.push_back({info.name, info.upstream, info.what, (mine & fix_bit(info.fix)) != 0,
                               info.in_seed});
        }
    }
    return changes;
}

// The words of twelve hexadecimal digits or more, each once.
std::vector<std::string> commits_in(const std::string& text) {
    constexpr std::size_t digits_min = 12;
    std::vector<std::string> commits;
    const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    const auto is_digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
    for (auto at = text.begin(); at != text.end();) {
        at = std::find_if(at, text.end(), is_word);
        const auto end = std::find_if_not(at, text.end(), is_word);
        const std::string word(at, end);
        const bool is_new = std::find(commits.begin(), commits.end(), word) == commits.end();
        if (word.size() >= digits_min && std::all_of(at, end, is_digit) && is_new) {
            commits.push_back(word);
        }
        at = end;
    }
    return commits;
}

// ---- claims

const char* moment_text(Moment moment) {
    switch (moment) {
        case Moment::always:
            return "always";
        case Moment::idle:
            return "whenever no task is inside a call";
        case Moment::finally:
            return "at the end of each run";
        case Moment::sometimes:
            return "in some state, or the scenario is vacuous";
        case Moment::eventually:
            break;
    }
    return "at some moment of each run";
}

class Claims {
  public:
    explicit Claims(const std::string& expect) : expect_(expect) {}

    // Of two of one name and formula the first.
    void add(ExplainedClaim claim) {
        claim.is_expected_to_break = expect_ == "fail:" + claim.name;
        const bool is_known =
            std::any_of(claims_.begin(), claims_.end(), [&](const ExplainedClaim& other) {
                return other.name == claim.name && other.formula == claim.formula;
            });
        if (!is_known) {
            claims_.push_back(std::move(claim));
        }
    }

    void add_source(const InvariantSource& source) {
        add({source.id, source.statement, source.moment, source.authority});
    }

    // The one that is to break first, then those without an authority: the scenario's own.
    std::vector<ExplainedClaim> sorted() {
        std::stable_sort(claims_.begin(), claims_.end(),
                         [](const ExplainedClaim& one, const ExplainedClaim& other) {
                             return rank(one) < rank(other);
                         });
        return std::move(claims_);
    }

  private:
    static int rank(const ExplainedClaim& claim) {
        if (claim.is_expected_to_break) {
            return 0;
        }
        return claim.authority.empty() ? 1 : 2;
    }

    std::string expect_;
    std::vector<ExplainedClaim> claims_;
};

bool is_off(const ScenarioWords* words, const std::string& name) {
    return words != nullptr &&
           std::any_of(words->invariants_off.begin(), words->invariants_off.end(),
                       [&](const Word& word) { return word.text == name; });
}

std::vector<ExplainedClaim> claims_of(const Scenario& scenario, const Built& facts,
                                      const ScenarioWords* words) {
    Claims claims(scenario.expect);
    for (const Claim& claim : facts.claims) {
        const InvariantSource* source = words == nullptr ? nullptr : source_of(claim.name);
        if (source != nullptr) {
            claims.add({claim.name, claim.formula, source->moment, source->authority});
        } else {
            claims.add({claim.name, claim.formula, moment_text(claim.moment), ""});
        }
    }
    for (const char* id : invariants_of_paths()) {
        if (words != nullptr && !is_off(words, id)) {
            claims.add_source(*source_of(id));
        }
    }
    if (words != nullptr) {
        claims.add({"result", "each call returns what its step says", "when a call returns", ""});
    }
    for (const InvariantSource& rule : rule_table) {
        if (std::find(facts.rules_off.begin(), facts.rules_off.end(), std::string_view(rule.id)) ==
            facts.rules_off.end()) {
            claims.add_source(rule);
        }
    }
    return claims.sorted();
}

// ---- what is not checked

bool has_step(const ScenarioWords& words, std::initializer_list<std::string_view> names) {
    return std::any_of(words.tasks.begin(), words.tasks.end(), [&](const TaskWords& task) {
        return std::any_of(task.steps.begin(), task.steps.end(), [&](const StepWords& step) {
            return std::find(names.begin(), names.end(), step.words.front().text) != names.end();
        });
    });
}

bool is_about(const ScenarioWords& words, Topic topic) {
    switch (topic) {
        case Topic::any:
            return true;
        case Topic::process:
            return !words.processes.empty();
        case Topic::huge:
            return has_huge_pages(words);
        case Topic::ksm:
            return has_ksm(words);
        case Topic::swap:
            return words.machine.swap_slots > 0;
        case Topic::shm:
            return !words.segments.empty();
        case Topic::migration:
            return has_step(words, {"migrate_pages", "compact", "do_huge_pmd_numa_page"});
        case Topic::compaction:
            return has_step(words, {"compact"});
        case Topic::reclaim:
            return has_step(words, {"shrink_inactive_list", "shrink_active_list", "kswapd",
                                    "isolate_lru_pages"});
        case Topic::truncation:
            return has_step(words, {"truncate"});
        case Topic::drain_all:
            return has_step(words, {"lru_add_drain_all", "mlock", "mlock2", "mlockall"});
        case Topic::memory_failure:
            break;
    }
    return has_step(words, {"memory_failure"});
}

std::vector<LeftOut> left_out_of(const ScenarioWords& words) {
    std::vector<LeftOut> rows;
    std::copy_if(left_out().begin(), left_out().end(), std::back_inserter(rows),
                 [&](const LeftOut& row) { return is_about(words, row.topic); });
    return rows;
}

void add_machine_bounds(std::vector<std::string>& bounds, const ScenarioWords& words) {
    const MachineWords& machine = words.machine;
    bounds.push_back(fmt::format(
        "Sizes: {} CPUs, {} node(s) of {} zone(s), {} named page(s) and {} for the allocator, {} "
        "swap slot(s). What takes more of them is not met.",
        machine.cpus, machine.nodes, machine.zones, words.pages.size(), machine.free_pages,
        machine.swap_slots));
    bounds.push_back(fmt::format("Pagevecs of {} page(s); the kernel's have {}.",
                                 machine.pagevec_size, kernel_pagevec_size));
    if (has_huge_pages(words)) {
        bounds.push_back(fmt::format("Huge pages of {} pages; the kernel's have {}.",
                                     machine.hpage_pmd_nr, kernel_hpage_pmd_nr));
    }
    if (!words.processes.empty()) {
        bounds.push_back(fmt::format(
            "Address spaces of {} pages, and page tables of eight entries.", machine.user_pages));
    }
}

std::vector<std::string> bounds_of(const Scenario& scenario, const ScenarioWords* words) {
    std::vector<std::string> bounds = {
        "Memory model: sequential consistency only. What a store buffer or a reordering of loads "
        "could show, as on x86 and ARM, is not met."};
    if (words != nullptr) {
        add_machine_bounds(bounds, *words);
        bounds.emplace_back(
            "Tasks do the calls above once, from the state that the file describes; other states "
            "and calls are other scenarios.");
    } else {
        bounds.emplace_back("The tasks above, each once; more of them are not met.");
        bounds.emplace_back(
            "Preemption comes at operations of the facade only: plain code between two of them is "
            "one step with the first.");
    }
    for (const Parameter& parameter : scenario.parameters) {
        bounds.push_back(fmt::format("{} = {} ({}); other values up to {} by --param.",
                                     parameter.name, parameter.value, parameter.help,
                                     parameter.max));
    }
    return bounds;
}

}  // namespace

Explanation explain(const Scenario& scenario, const std::vector<ScenarioWords>& file) {
    const auto own = std::find_if(file.begin(), file.end(), [&](const ScenarioWords& words) {
        return words.name == scenario.name;
    });
    const ScenarioWords* words = own == file.end() ? nullptr : &*own;
    const Built facts = built(scenario);
    Explanation told;
    told.name = scenario.name;
    told.story = scenario.story;
    told.expect = scenario.expect;
    told.labels = scenario.labels;
    told.tasks = tasks_of(facts, words);
    told.commits = commits_in(scenario.story);
    told.claims = claims_of(scenario, facts, words);
    told.bounds = bounds_of(scenario, words);
    told.not_asked.assign(facts.rules_off.begin(), facts.rules_off.end());
    if (words != nullptr) {
        told.kernel =
            "mm/mlock.c of commit a52633d8e9 (July 2016, between v4.7 and v4.8) and the v4.8 "
            "around it: the seed";
        told.changes = changes_of(*words, file);
        told.left_out = left_out_of(*words);
        for (const Word& word : words->invariants_off) {
            if (std::find(told.not_asked.begin(), told.not_asked.end(), word.text) ==
                told.not_asked.end()) {
                told.not_asked.push_back(word.text);
            }
        }
    }
    return told;
}

}  // namespace heddle
