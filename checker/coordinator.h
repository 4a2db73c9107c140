// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "checker/checkpoint.h"
#include "checker/knowledge.h"
#include "checker/lock_graph.h"
#include "checker/parallel.h"
#include "checker/partial_order.h"
#include "checker/shared_table.h"
#include "checker/sometimes.h"
#include "checker/work_board.h"
#include "checker/worker.h"

namespace heddle {

// The process that a parallel search was started in: starts the workers, replaces those that were
// killed, reads their news, gives them pauses in which the table grows, and finds out when nothing
// is left to do. It explores nothing itself and looks around some hundred times a second.
class Coordinator {
  public:
    Coordinator(Execution& execution, Budget& budget, Summary& summary,
                const ParallelOptions& options);
    ~Coordinator();
    Coordinator(const Coordinator&) = delete;
    Coordinator& operator=(const Coordinator&) = delete;

    void run();

  private:
    // ---- workers
    void start_worker(unsigned worker);
    void stop_workers();
    void replace_the_dead();
    void tell_crash(unsigned worker, int status);
    bool pause_workers();
    void end_pause();

    // ---- what they found
    bool read_mail();
    void read_mail_of(unsigned worker);
    void follow(const Schedule& schedule);
    void tell_violation(const Schedule& schedule);

    // ---- checkpoints
    CheckpointIdentity identity() const;
    void resume();
    void write_checkpoint_if_due();
    void write_checkpoint_now();
    Checkpoint checkpoint();

    // ---- passes
    void number_local_states();
    void visit_start();
    void run_pass();
    bool must_search_again();
    void begin_again();

    // ---- the search
    void look_around();
    void stop_at_limit();
    void grow_table();
    bool needs_room();
    std::uint64_t sum(std::atomic<std::uint64_t> WorkerState::*counter);
    std::uint64_t depth_max();
    std::uint64_t memory_bytes();
    void end(Verdict verdict);
    void conclude();

    Execution& execution_;
    Budget& budget_;
    Summary& summary_;
    const ParallelOptions& options_;
    const Mark built_;  // the start, with nothing reduced yet
    const std::size_t mark_bytes_;
    Mark start_;  // of all schedules
    std::optional<Knowledge> knowledge_;
    std::optional<PartialOrder> order_;  // none: no reduction by it
    std::optional<SharedTable> table_;
    std::optional<WorkBoard> board_;
    LockGraph& locks_;
    Sometimes sometimes_;
    std::vector<pid_t> processes_;
    std::deque<PathImage> queue_ = {};  // work that nobody has taken yet
    std::uint64_t states_before_ = 0;   // that no worker counts
    std::uint64_t states_at_last_death_ = 0;
    unsigned deaths_ = 0;  // of workers, all in all
    unsigned vain_deaths_ = 0;
    unsigned quiet_rounds_ = 0;
    std::vector<PathImage> lock_runs_ = {};  // that have shown something new
    std::vector<PathImage> wait_runs_ = {};  // each shows what reductions may not rest on
    Fingerprint first_state_ = {};
    double checkpoint_at_ = 0;  // seconds
    bool in_vain_ = false;      // the pass must be done again in any case
    bool is_done_ = false;      // nothing is left to do in the pass
    bool ended_ = false;
    bool complete_ = false;
};

}  // namespace heddle
