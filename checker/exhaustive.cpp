// SPDX-License-Identifier: Apache-2.0
#include "checker/exhaustive.h"

#include <algorithm>
#include <optional>

#include "checker/engine_mutations.h"
#include "checker/lock_graph.h"
#include "checker/partial_order.h"
#include "checker/search_path.h"
#include "checker/sometimes.h"
#include "checker/visited.h"

namespace heddle {

namespace {

// What a search that broke no claim says at its end.
Verdict verdict_without_violation(bool complete, const LockGraph& locks, const Sometimes& sometimes,
                                  const Budget& budget) {
    if (locks.finding()) {
        return Verdict::fail(locks.finding()->violation, locks.finding()->schedule);
    }
    return complete ? sometimes.verdict_if_complete() : Verdict::unknown(budget.exhausted());
}

// The search from the start to its end, once.
class Pass {
  public:
    struct Context {
        Execution& execution;
        Budget& budget;
        Summary& summary;
        Sometimes& sometimes;
        PartialOrder* order;  // null: no reduction by it
        const Exhaustive::OnFinal& on_final;
    };

    explicit Pass(const Context& context)
        : execution_(context.execution),
          budget_(context.budget),
          summary_(context.summary),
          sometimes_(context.sometimes),
          locks_(context.execution.lock_graph()),
          order_(context.order),
          on_final_(context.on_final),
          path_(context.execution),
          estimate_(context.budget.estimate()),
          claims_(context.execution) {}

    // False if a claim was broken: the summary has the verdict.
    bool run() {
        const std::size_t mark_bytes = execution_.mark_bytes();
        const Fingerprint start = execution_.fingerprint();
        visited_.insert(start);
        estimate_ = {};
        bool clean = visit(start);
        while (clean && !path_.empty() && !is_in_vain()) {
            Frame& frame = path_.top();
            if (frame.next == frame.limit && !widen(frame)) {
                path_.pop();
                estimate_.pop();
                continue;
            }
            if (!budget_.allows(visited_.size(), visited_.bytes() + path_.depth() * mark_bytes,
                                path_.depth())) {
                break;
            }
            clean = advance(frame);
        }
        summary_.states = visited_.size();
        summary_.visited_bytes = visited_.bytes();
        return clean;
    }

  private:
    // The pass must be done again in any case.
    bool is_in_vain() const { return execution_.reductions_are_wrong(); }

    // Takes the next choice of the frame.
    bool advance(Frame& frame) {
        if (frame.next > 0) {
            execution_.rewind(frame.mark);
        }
        const Choice choice = frame.open[frame.next++];
        const bool was_idle = execution_.idle(choice.task);
        execution_.take(choice);
        estimate_.advance(frame.limit);
        ++summary_.transitions;
        if (order_ != nullptr) {
            order_->learn();
        }
        if (locks_.has_news()) {
            locks_.keep_news(path_.schedule());
        }
        summary_.depth_max = std::max<std::uint64_t>(summary_.depth_max, path_.depth());
        const Fingerprint state = execution_.fingerprint();
        const bool is_new = visited_.insert(state);
        if (frame.limit < frame.open.size()) {
            const bool is_visible =
                claims_.may_tell(frame.world, choice.task, was_idle, sometimes_) &&
                !engine_mutated(EngineMutation::visible_steps_hidden);
            const bool is_back =
                !is_new && path_.has(state) && !engine_mutated(EngineMutation::cycles_not_widened);
            if (is_visible) {
                order_->note_visible(frame.locals[choice.task]);
            }
            if (is_visible || is_back) {
                explore_all(frame);
            }
        }
        return !is_new || visit(state);
    }

    // Looks at a state that was not seen before. False if it breaks a claim.
    bool visit(Fingerprint state) {
        sometimes_.look();
        if (const std::optional<Violation> violation = execution_.violation()) {
            ++summary_.executions;
            summary_.verdict = Verdict::fail(*violation, path_.schedule());
            return false;
        }
        if (execution_.finished()) {
            ++summary_.executions;
            if (on_final_) {
                on_final_(execution_);
            }
        }
        Frame& frame = path_.push(state);
        estimate_.push();
        if (order_ != nullptr && frame.open.size() > 1) {
            begin_with_a_part(frame);
        }
        return true;
    }

    // ---- partial order

    void begin_with_a_part(Frame& frame) {
        order_->read(frame.locals);
        frame.world = execution_.last_world_fingerprint();
        frame.version = order_->version();
        frame.tasks = order_->pick(frame.locals, frame.open);
        frame.limit = count_of(frame.open, frame.tasks);
    }

    void explore_all(Frame& frame) {
        frame.limit = frame.open.size();
        frame.tasks = all_tasks;
    }

    // Called when all choices up to the limit have been taken: what was learnt meanwhile may want
    // more of them. False if not.
    bool widen(Frame& frame) {
        if (frame.limit == frame.open.size()) {
            return false;
        }
        if (frame.version != order_->version() &&
            !engine_mutated(EngineMutation::learnt_too_late)) {
            frame.version = order_->version();
            const TaskSet now = order_->closure(frame.locals, frame.tasks);
            if (now != frame.tasks) {
                // Those taken stay in front: they are of the smaller set.
                move_to_front(frame.open, frame.tasks);
                std::stable_partition(
                    frame.open.begin() + static_cast<std::ptrdiff_t>(frame.next), frame.open.end(),
                    [now](Choice choice) { return (now & set_of(choice.task)) != 0; });
                frame.tasks = now;
                frame.limit = count_of(frame.open, now);
                return frame.next < frame.limit || widen(frame);
            }
        }
        if (!engine_mutated(EngineMutation::nothing_relied_on)) {
            order_->rely(frame.locals, frame.tasks);
        }
        return false;
    }

    Execution& execution_;
    Budget& budget_;
    Summary& summary_;
    Sometimes& sometimes_;
    LockGraph& locks_;
    PartialOrder* order_;
    const Exhaustive::OnFinal& on_final_;
    VisitedStates visited_;
    Path path_;
    Estimate& estimate_;
    const ClaimsOfStates claims_;
};

}  // namespace

ExecutionOptions execution_options(ExecutionOptions options, const Reductions& reductions) {
    options.await = reductions.await;
    return options;
}

// Passes until none relied on something wrong. False if a claim was broken.
bool Exhaustive::run_passes(Execution& execution, Budget& budget, Summary& summary,
                            Sometimes& sometimes) {
    const bool orders = reductions_.partial_order || reductions_.private_objects;
    const LocalNumbers numbers = numbers_for(reductions_);
    const Symmetry* symmetry = execution.use_symmetry(reductions_.symmetry);
    Mark start = execution.mark();
    std::optional<PartialOrder> order;
    const auto begin_anew = [&] {
        execution.number_local_states(numbers);
        start = execution.mark();
        order.reset();
        if (orders && !execution.has_ghosts()) {
            order.emplace(execution, reductions_, symmetry);
        }
    };
    begin_anew();
    for (;;) {
        Pass pass({execution, budget, summary, sometimes, order ? &*order : nullptr, on_final_});
        ++summary.passes;
        if (!pass.run()) {
            return false;
        }
        const bool wrong_reductions = execution.reductions_are_wrong();
        const bool wrong_order =
            order && order->was_wrong() && !engine_mutated(EngineMutation::wrong_pass_kept);
        if ((!wrong_reductions && !wrong_order) || !budget.exhausted().empty()) {
            return true;
        }
        execution.rewind(start);
        if (wrong_reductions) {
            begin_anew();
        } else {
            order->begin_again();
        }
    }
}

void Exhaustive::run(Execution& execution, Budget& budget, Summary& summary) {
    Sometimes sometimes(execution);
    LockGraph& locks = execution.lock_graph();
    locks.clear();
    const bool clean = run_passes(execution, budget, summary, sometimes);
    execution.use_symmetry(false);
    execution.number_local_states(LocalNumbers::off);
    if (clean) {
        summary.verdict =
            verdict_without_violation(budget.exhausted().empty(), locks, sometimes, budget);
        const bool is_cut = !budget.exhausted().empty();
        const Estimate& estimate = budget.estimate();
        const bool says_more = estimate.states() > static_cast<double>(summary.states);
        summary.coverage = is_cut && says_more ? estimate.text() : "";
    }
}

}  // namespace heddle
