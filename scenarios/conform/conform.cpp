// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/conform.h"

#include <algorithm>
#include <chrono>

#include "checker/budget.h"
#include "scenarios/conform/known_changes.h"
#include "scenarios/conform/model_side.h"
#include "scenarios/conform/syscall_random.h"
#include "scenarios/conform/syscall_shrink.h"

namespace heddle {

namespace {

constexpr std::size_t unexplained_max = 5;

class ManySequences {
  public:
    ManySequences(ModelWorld& world, ConformSide& host, const HostFacts& facts,
                  const ConformOptions& options)
        : world_(world), host_(host), facts_(facts), options_(options) {}

    ConformResult run(const std::function<void(const ConformResult&)>& told) {
        std::mt19937_64 random(options_.seed);
        const std::uint64_t wanted = options_.only ? 1 : options_.sequences;
        while (result_.sequences < wanted && !is_over()) {
            ++result_.sequences;
            take(options_.only ? *options_.only
                               : random_sequence(random, options_.calls_max, window_pages));
            result_.seconds = seconds();
            told(result_);
        }
        return result_;
    }

  private:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

    bool is_over() {
        result_.interrupted = searches_are_interrupted();
        return result_.interrupted || result_.unexplained.size() == unexplained_max ||
               (options_.seconds_max > 0 && seconds() >= options_.seconds_max);
    }

    Comparison compare(const SyscallSequence& sequence) {
        return compare_sides(fit_to_host(sequence, facts_), model_, host_, facts_.tells_onfault);
    }

    void take(const SyscallSequence& sequence) {
        const Comparison comparison = compare(sequence);
        result_.calls += comparison.calls;
        if (!comparison.broken.empty()) {
            result_.broken.push_back(comparison.broken);
        }
        for (const Difference& difference : comparison.differences) {
            const std::optional<ConformReason> reason = reason_of(difference);
            if (!reason) {
                add_unexplained(sequence, comparison);
                return;
            }
            ConformResult::Known& known = result_.known[reason->name];
            if (known.count++ == 0) {
                known.reason = *reason;
                known.first = difference;
            }
        }
    }

    // The first that nothing explains; null if there is none.
    const Difference* unexplained_of(const Comparison& comparison) {
        const auto found =
            std::find_if(comparison.differences.begin(), comparison.differences.end(),
                         [this](const auto& one) { return !reason_of(one); });
        return found == comparison.differences.end() ? nullptr : &*found;
    }

    void add_unexplained(const SyscallSequence& sequence, const Comparison& comparison) {
        const SyscallSequence small = shrink_sequence(
            unexplained_of(comparison)->sequence, [this](const SyscallSequence& smaller) {
                return unexplained_of(compare(smaller)) != nullptr;
            });
        const Comparison again = compare(small);
        const Difference& difference = *unexplained_of(again);
        const std::string text = difference_text(difference);
        const bool is_new = std::none_of(
            result_.unexplained.begin(), result_.unexplained.end(),
            [&text](const auto& other) { return difference_text(other.difference) == text; });
        if (is_new) {
            result_.unexplained.push_back({result_.sequences, sequence.calls.size(), difference});
        }
    }

    std::optional<ConformReason> reason_of(const Difference& difference) {
        if (const KnownChange* change = explanation_of(difference)) {
            return ConformReason{change->name, change->version, change->upstream, change->what};
        }
        // An old kernel, or one that has taken a change back: the model without it agrees.
        for (const FixInfo& info : fix_table) {
            const unsigned long bit = fix_bit(info.fix);
            if ((modern_fixes() & ~seed_fixes() & bit) != 0) {
                ModelSide older(world_, modern_fixes() & ~bit);
                if (agrees(older.run(difference.sequence), difference)) {
                    return ConformReason{std::string("without-") + info.name, "", info.upstream,
                                         "the host does without: " + std::string(info.what)};
                }
            }
        }
        return std::nullopt;
    }

    bool agrees(const SideRun& run, const Difference& difference) const {
        if (run.steps.size() != difference.sequence.calls.size()) {
            return false;
        }
        SideStep last = run.steps.back();
        if (!facts_.tells_onfault) {
            forget_onfault(last.state);
        }
        return last.result == difference.host.result && last.state == difference.host.state;
    }

    ModelWorld& world_;
    ConformSide& host_;
    const HostFacts& facts_;
    const ConformOptions& options_;
    ModelSide model_{world_, modern_fixes()};
    ConformResult result_ = {};
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

ConformResult compare_many(ModelWorld& world, ConformSide& host, const HostFacts& facts,
                           const ConformOptions& options,
                           const std::function<void(const ConformResult&)>& told) {
    return ManySequences(world, host, facts, options).run(told);
}

}  // namespace heddle
