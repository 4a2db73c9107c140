// SPDX-License-Identifier: Apache-2.0
#include "checker/sampling.h"

#include <cmath>
#include <cstdio>
#include <numeric>
#include <utility>

#include "checker/engine_mutations.h"
#include "checker/random.h"
#include "checker/sampled_runs.h"

namespace heddle {

namespace {

class UniformChoices {
  public:
    explicit UniformChoices(std::uint64_t seed) : random_(seed) {}

    std::size_t pick(std::span<const Choice> open) {
        const std::size_t picked = random_.below(open.size());
        return engine_mutated(EngineMutation::random_takes_the_first) ? 0 : picked;
    }
    void taken(unsigned, Fingerprint) {}

  private:
    Random random_;
};

// Notices that a run has come back to one of its states, in constant memory.
// Source: Brent, An Improved Monte Carlo Factorization Algorithm, BIT 1980, section 3.
class CycleDetector {
  public:
    bool is_back_at(Fingerprint state) {
        if (state == kept_) {
            return true;
        }
        if (++steps_ == steps_kept_) {
            kept_ = state;
            steps_ = 0;
            steps_kept_ *= 2;
        }
        return false;
    }

  private:
    Fingerprint kept_ = {};
    std::uint64_t steps_ = 0;
    std::uint64_t steps_kept_ = 1;
};

// The priorities of one run after another: the higher runs first.
class Priorities {
  public:
    Priorities(std::uint64_t seed, std::size_t tasks, unsigned depth)
        : random_(seed), of_task_(tasks), change_points_(depth - 1) {}

    // For a run of at most `steps` steps.
    void draw(std::size_t steps) {
        std::iota(of_task_.begin(), of_task_.end(), std::int64_t{1});
        const bool in_order = engine_mutated(EngineMutation::pct_priorities_in_order);
        for (std::size_t i = of_task_.size(); i > 1 && !in_order; --i) {
            std::swap(of_task_[i - 1], of_task_[random_.below(i)]);
        }
        for (std::uint64_t& point : change_points_) {
            point = 1 + random_.below(steps);
        }
        cycles_ = {};
        lowest_ = -static_cast<std::int64_t>(change_points_.size());
        step_ = 0;
    }

    std::size_t pick(std::span<const Choice> open) {
        std::size_t best = 0;
        std::size_t alternatives = 0;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (of_task_[open[i].task] > of_task_[open[best].task]) {
                best = i;
                alternatives = 0;
            }
            alternatives += open[i].task == open[best].task ? 1 : 0;
        }
        if (alternatives == 1) {
            return best;
        }
        chose_ = true;
        return best + random_.below(alternatives);
    }

    void taken(unsigned task, Fingerprint state) {
        ++step_;
        for (std::size_t i = 0; i < change_points_.size(); ++i) {
            if (change_points_[i] == step_ &&
                !engine_mutated(EngineMutation::pct_priorities_stay)) {
                of_task_[task] = -static_cast<std::int64_t>(i);
            }
        }
        if (cycles_.is_back_at(state)) {
            of_task_[task] = --lowest_;
            cycles_ = {};
            fell_behind_ = true;
        }
    }

    // Whether any run so far had a choose(), or a task that led back to a state of its run.
    bool chose() const { return chose_; }
    bool fell_behind() const { return fell_behind_; }

  private:
    Random random_;
    std::vector<std::int64_t> of_task_;         // at first 1 to the number of tasks
    std::vector<std::uint64_t> change_points_;  // steps, from 1; the i-th lowers a task to -i
    CycleDetector cycles_;
    std::int64_t lowest_ = 0;  // the lowest priority so far
    std::uint64_t step_ = 0;
    bool chose_ = false;
    bool fell_behind_ = false;
};

// What takes from the promise, each with a "; " before it.
std::string caveats(const Priorities& priorities, std::size_t steps, std::size_t steps_max) {
    std::string text;
    if (steps_max > steps) {
        text += "; the chance may be less: a run took " + std::to_string(steps_max) + " steps";
    }
    if (priorities.chose()) {
        text += "; the chance is that of bugs that come whatever choose() picks";
    }
    if (priorities.fell_behind()) {
        text += "; the chance may be less: a task that looped in vain fell behind";
    }
    return text;
}

}  // namespace

void RandomWalk::run(Execution& execution, Budget& budget, Summary& summary) {
    SampledRuns sampled(execution, budget, summary);
    UniformChoices choices(seed_);
    while (sampled.completed() < runs_ && sampled.take(choices)) {
    }
    sampled.conclude("random runs prove nothing");
    summary.coverage = sampled.text(seed_);
}

void Pct::run(Execution& execution, Budget& budget, Summary& summary) {
    SampledRuns sampled(execution, budget, summary);
    UniformChoices choices(seed_);
    const bool measured = sampled.take(choices);
    const std::size_t steps = std::max<std::size_t>(sampled.steps(), 1);
    const std::size_t tasks = std::max<std::size_t>(execution.tasks().size(), 1);
    Priorities priorities(seed_, tasks, depth_);
    std::uint64_t runs = 0;
    priorities.draw(steps);
    while (measured && runs < runs_ && sampled.take(priorities)) {
        ++runs;
        priorities.draw(steps);
    }
    const double chance = chance_in_any(pct_chance_min(tasks, steps, depth_), runs);
    sampled.conclude("no run breaks a claim; the chance to find a bug of depth " +
                     std::to_string(depth_) + " was at least " + lower_bound_text(chance));
    summary.coverage = sampled.text(seed_);
    if (summary.verdict.kind != Verdict::Kind::fail) {
        summary.coverage += "; " + std::to_string(tasks) + " tasks, " + std::to_string(steps) +
                            " steps" + caveats(priorities, steps, sampled.steps_max());
    }
}

double pct_chance_min(std::uint64_t tasks, std::uint64_t steps, unsigned depth) {
    if (engine_mutated(EngineMutation::pct_chance_without_steps)) {
        steps = 1;
    }
    return 1.0 / (static_cast<double>(tasks) * std::pow(static_cast<double>(steps), depth - 1.0));
}

double chance_in_any(double chance, std::uint64_t runs) {
    return runs == 0 ? 0.0 : -std::expm1(static_cast<double>(runs) * std::log1p(-chance));
}

std::string lower_bound_text(double chance) {
    if (chance <= 0) {
        return "0";
    }
    const double unit = std::pow(10.0, std::floor(std::log10(chance)) - 2);
    // What a power of ten loses to binary fractions must not cost a digit.
    const double digits = std::floor(chance / unit * (1 + 1e-12));
    char text[32];
    std::snprintf(text, sizeof(text), "%.3g", digits * unit);
    return text;
}

}  // namespace heddle
