// SPDX-License-Identifier: Apache-2.0
// A parallel search as a whole: passes over the states, each with what was learnt before.
#include <algorithm>

#include "checker/coordinator.h"

namespace heddle {

Coordinator::Coordinator(Execution& execution, Budget& budget, Summary& summary,
                         const ParallelOptions& options)
    : execution_(execution),
      budget_(budget),
      summary_(summary),
      options_(options),
      built_(execution.mark()),
      mark_bytes_(execution.mark_bytes()),
      table_(std::in_place),
      board_(std::in_place, std::max(options.jobs, 1U)),
      locks_(execution.lock_graph()),
      sometimes_(execution),
      processes_(board_->workers()) {
    locks_.clear();
}

// What is shared with others is about to go.
Coordinator::~Coordinator() {
    stop_workers();
    execution_.use_symmetry(false);
    execution_.number_local_states(LocalNumbers::off);
}

void Coordinator::run() {
    number_local_states();
    first_state_ = execution_.fingerprint();
    if (options_.resume.empty()) {
        visit_start();
    } else {
        resume();
    }
    if (!ended_ && !options_.checkpoint.empty()) {
        write_checkpoint_now();  // so that a file that cannot be written is no late surprise
    }
    while (!ended_) {
        run_pass();
        if (!ended_ && must_search_again()) {
            begin_again();
        } else if (!ended_) {
            complete_ = true;
            ended_ = true;
        }
    }
    conclude();
}

// From the first state on, and forgets what was known by other numbers.
void Coordinator::number_local_states() {
    const Reductions& reductions = options_.reductions;
    const bool orders = reductions.partial_order || reductions.private_objects;
    const LocalNumbers numbers = numbers_for(reductions);
    execution_.rewind(built_);
    const Symmetry* symmetry = execution_.use_symmetry(reductions.symmetry);
    order_.reset();
    if (numbers == LocalNumbers::off) {
        execution_.number_local_states(numbers);
    } else {
        knowledge_.emplace(board_->workers());
        execution_.number_local_states(numbers, &knowledge_->locals);
    }
    start_ = execution_.mark();
    if (orders && !execution_.has_ghosts()) {
        order_.emplace(execution_, reductions, symmetry);
        order_->share(knowledge_->logs, board_->workers());
    }
}

void Coordinator::visit_start() {
    table_->insert(execution_.fingerprint());
    states_before_ = 1;
    sometimes_.look();
    if (execution_.violation()) {
        tell_violation({});
        return;
    }
    if (execution_.finished()) {
        ++summary_.executions;
        if (options_.on_final) {
            options_.on_final(execution_);
        }
    }
    const std::span<const Choice> choices = execution_.choices();
    Schedule open(choices.begin(), choices.end());
    TaskSet tasks = all_tasks;
    if (order_ && open.size() > 1) {
        Locals locals;
        order_->read(locals);
        tasks = order_->pick(locals, open);
        open.resize(count_of(open, tasks));
    }
    append_frame(queue_.emplace_back(), open, 0, tasks);
}

void Coordinator::run_pass() {
    ++summary_.passes;
    is_done_ = false;
    for (unsigned worker = 0; worker < board_->workers() && !ended_; ++worker) {
        start_worker(worker);
    }
    for (std::size_t claim = 0; claim < execution_.claims().size(); ++claim) {
        if (!sometimes_.is_missing(&execution_.claims()[claim])) {
            board_->note_reached(claim);
        }
    }
    while (!ended_ && !is_done_ && !in_vain_) {
        look_around();
    }
    stop_workers();
}

// Whether something that the workers relied on in this pass was wrong.
bool Coordinator::must_search_again() { return in_vain_ || (order_ && order_->were_wrong()); }

void Coordinator::begin_again() {
    summary_.transitions += sum(&WorkerState::transitions);
    summary_.executions += sum(&WorkerState::executions);
    summary_.depth_max = depth_max();
    if (in_vain_) {
        in_vain_ = false;
        number_local_states();
    } else {
        order_->begin_again();
    }
    const unsigned workers = board_->workers();
    table_.emplace();
    board_.emplace(workers);
    queue_.clear();
    states_at_last_death_ = 0;
    deaths_ = 0;
    execution_.rewind(start_);
    visit_start();
}

}  // namespace heddle
