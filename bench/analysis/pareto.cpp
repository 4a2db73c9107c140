// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/pareto.h"

#include <algorithm>
#include <map>
#include <set>

namespace heddle::bench {

namespace {

using Verdicts = std::map<std::string, CheckedVerdict>;

const CheckedVerdict* find(const Verdicts& verdicts, const std::string& name) {
    const auto found = verdicts.find(name);
    return found == verdicts.end() ? nullptr : &found->second;
}

bool passes(const CheckedVerdict* verdict) {
    return verdict != nullptr && verdict->kind == CheckedVerdict::Kind::passes;
}

// The words of a name but for layout and lock.
std::string work_of(const BenchmarkName& name) {
    std::string work;
    for (const auto& [key, value] : name.words) {
        if (key != "layout" && key != "lock") {
            work += work.empty() ? "" : ", ";
            work += key;
            work += " ";
            work += value;
        }
    }
    return work.empty() ? "all" : work;
}

const Measurement* with_threads(const Series& series, unsigned threads) {
    const auto found = std::find_if(
        series.points.begin(), series.points.end(),
        [threads](const Measurement* point) { return point->name.threads == threads; });
    return found == series.points.end() ? nullptr : *found;
}

// The most threads with which all were measured; 0 if there is no such number.
unsigned threads_of_all(const std::vector<const Series*>& all, unsigned cores) {
    for (auto point = all.front()->points.rbegin(); point != all.front()->points.rend(); ++point) {
        const unsigned threads = (*point)->name.threads;
        const bool in_all = std::all_of(all.begin(), all.end(), [threads](const Series* series) {
            return with_threads(*series, threads) != nullptr;
        });
        if (in_all && (cores == 0 || threads <= cores)) {
            return threads;
        }
    }
    return 0;
}

double wait_p99_ns(const Candidate& candidate) {
    const auto found = candidate.measured->counters.find("wait_p99_ns");
    return found == candidate.measured->counters.end() ? 0 : found->second;
}

// Sorts by speed and tells the fastest and the front.
void judge(std::vector<Candidate>& candidates) {
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return a.measured->rate() > b.measured->rate();
    });
    const Candidate* quickest = nullptr;  // of those before, which are faster
    for (Candidate& candidate : candidates) {
        if (!candidate.passes) {
            continue;
        }
        candidate.is_fastest = quickest == nullptr;
        candidate.is_on_front =
            quickest == nullptr || wait_p99_ns(candidate) < wait_p99_ns(*quickest);
        if (candidate.is_on_front) {
            quickest = &candidate;
        }
    }
}

std::string part_text(const std::string& what, const CheckedVerdict* verdict) {
    if (verdict == nullptr) {
        return "not checked: " + what;
    }
    if (verdict->kind == CheckedVerdict::Kind::broken) {
        return "broken: " + what + ": " + verdict->failures.front().invariant + " in " +
               verdict->failures.front().scenario;
    }
    return "not known: " + what + ": " + verdict->why;
}

}  // namespace

std::vector<Contest> contests_of(const std::vector<Series>& series, unsigned cores,
                                 const CheckedVerdicts& verdicts) {
    std::map<std::string, std::vector<const Series*>> by_work;
    std::vector<std::string> order;
    for (const Series& each : series) {
        if (each.name().word("layout").empty()) {
            continue;
        }
        const std::string work = work_of(each.name());
        if (by_work[work].empty()) {
            order.push_back(work);
        }
        by_work[work].push_back(&each);
    }
    std::vector<Contest> contests;
    for (const std::string& work : order) {
        Contest contest{.name = work, .threads = threads_of_all(by_work[work], cores)};
        for (const Series* each : by_work[work]) {
            Candidate candidate{.measured = with_threads(*each, contest.threads),
                                .layout = find(verdicts.layouts, each->name().word("layout")),
                                .lock = find(verdicts.locks, each->name().word("lock"))};
            if (candidate.measured != nullptr) {
                candidate.passes = passes(candidate.layout) && passes(candidate.lock) &&
                                   !candidate.measured->broken;
                contest.candidates.push_back(candidate);
            }
        }
        judge(contest.candidates);
        contests.push_back(std::move(contest));
    }
    return contests;
}

std::string verdict_text(const Candidate& candidate) {
    const BenchmarkName& name = candidate.measured->name;
    if (candidate.passes) {
        return candidate.layout->nr_vacuous == 0
                   ? "passes"
                   : "passes (" + std::to_string(candidate.layout->nr_vacuous) + " of " +
                         std::to_string(candidate.layout->nr_scenarios) + " scenarios vacuous)";
    }
    if (candidate.measured->broken) {
        const std::string& label = candidate.measured->label;
        return label.starts_with("broken") ? label : "broken when it was measured";
    }
    // What is broken says more than what was not checked.
    const std::string layout = "layout " + name.word("layout");
    const std::string lock = "lock " + name.word("lock");
    const bool lock_is_broken =
        candidate.lock != nullptr && candidate.lock->kind == CheckedVerdict::Kind::broken;
    const bool layout_is_broken =
        candidate.layout != nullptr && candidate.layout->kind == CheckedVerdict::Kind::broken;
    if (passes(candidate.layout) || (lock_is_broken && !layout_is_broken)) {
        return part_text(lock, candidate.lock);
    }
    return part_text(layout, candidate.layout);
}

}  // namespace heddle::bench
