// SPDX-License-Identifier: Apache-2.0
// What a parallel search writes down, and how it goes on from there.
#include <cstdio>

#include "checker/coordinator.h"

#include "checker/engine_mutations.h"

namespace heddle {

CheckpointIdentity Coordinator::identity() const {
    char first_state[40];
    std::snprintf(first_state, sizeof(first_state), "%016llx%016llx",
                  static_cast<unsigned long long>(first_state_.high),
                  static_cast<unsigned long long>(first_state_.low));
    return {{"scenario", options_.scenario},
            {"set of options", options_.how},
            {"build of the program", program_digest()},
            {"world to begin with", first_state}};
}

void Coordinator::resume() {
    const auto read = read_checkpoint(options_.resume, identity(), *table_);
    if (const auto* reason = std::get_if<std::string>(&read)) {
        end(Verdict::error(*reason));
        return;
    }
    const auto& checkpoint = std::get<Checkpoint>(read);
    states_before_ = table_->count();
    summary_.transitions = checkpoint.transitions;
    if (!engine_mutated(EngineMutation::checkpoint_without_counts)) {
        summary_.executions = checkpoint.executions;
    }
    summary_.depth_max = checkpoint.depth_max;
    for (const std::uint64_t claim : checkpoint.reached) {
        sometimes_.reach(&execution_.claims()[claim]);
    }
    wait_runs_ = checkpoint.wait_runs;
    for (const PathImage& run : wait_runs_) {
        in_vain_ = true;  // so that it is not noted again
        follow(schedule_of(run));
        in_vain_ = false;
    }
    if (!wait_runs_.empty()) {
        number_local_states();
    }
    if (knowledge_) {
        knowledge_->restore(checkpoint.knowledge);
    }
    lock_runs_ = checkpoint.lock_runs;
    for (const PathImage& run : lock_runs_) {
        follow(schedule_of(run));
    }
    queue_.assign(checkpoint.work.begin(), checkpoint.work.end());
}

void Coordinator::write_checkpoint_if_due() {
    if (ended_ || options_.checkpoint.empty() || budget_.seconds() < checkpoint_at_) {
        return;
    }
    if (pause_workers() && !in_vain_) {
        write_checkpoint_now();
    }
    end_pause();
}

// While the workers rest.
void Coordinator::write_checkpoint_now() {
    const std::string problem =
        write_checkpoint(options_.checkpoint, identity(), checkpoint(), *table_);
    if (!problem.empty()) {
        end(Verdict::error(problem));
    }
    checkpoint_at_ = budget_.seconds() + options_.checkpoint_seconds;
}

Checkpoint Coordinator::checkpoint() {
    Checkpoint checkpoint;
    checkpoint.transitions = summary_.transitions + sum(&WorkerState::transitions);
    checkpoint.executions = summary_.executions + sum(&WorkerState::executions);
    checkpoint.depth_max = depth_max();
    checkpoint.lock_runs = lock_runs_;
    checkpoint.wait_runs = wait_runs_;
    if (knowledge_) {
        checkpoint.knowledge = knowledge_->rows();
    }
    for (std::size_t i = 0; i < execution_.claims().size(); ++i) {
        if (!sometimes_.is_missing(&execution_.claims()[i]) &&
            !engine_mutated(EngineMutation::checkpoint_without_claims_reached)) {
            checkpoint.reached.push_back(i);
        }
    }
    checkpoint.work.assign(queue_.begin(), queue_.end());
    for (unsigned offer = 0; offer <= board_->workers(); ++offer) {
        if (!engine_mutated(EngineMutation::checkpoint_without_offers)) {
            checkpoint.work.push_back(board_->offered(offer));
        }
    }
    for (unsigned worker = 0; worker < board_->workers(); ++worker) {
        WorkerState& state = board_->state(worker);
        if (state.turns.load() % 2 != 0) {
            // One that waits for room has begun a choice and not finished it.
            const SharedPath path(state.depth, board_->path_words(worker));
            checkpoint.work.push_back(path.image(state.needs_room.load() != 0));
        }
    }
    std::erase_if(checkpoint.work, [](const PathImage& image) { return image.empty(); });
    return checkpoint;
}

}  // namespace heddle
