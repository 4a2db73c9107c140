// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "checker/lock_graph.h"
#include "checker/partial_order.h"
#include "checker/path_words.h"
#include "checker/shared_locals.h"
#include "checker/shared_table.h"
#include "checker/sometimes.h"
#include "checker/work_board.h"

namespace heddle {

// What a worker is told once.
struct WorkerOrders {
    unsigned number = 0;
    std::uint64_t steps_of_a_run = 0;  // see Limits
    bool wants_final_states = false;
};

// What the workers of a search have in common.
struct Workplace {
    Execution& execution;
    const Mark& start;  // of all schedules
    WorkBoard& board;
    SharedTable& table;
    const Sometimes& sometimes;  // what is known when a worker begins
    PartialOrder* order;         // null: no reduction by it
    const SharedLocals* locals;  // if there is an order
};

// One process of a parallel search: a depth-first search from a path over the shared table. All
// that it has to do stands on its path in shared memory, so that another process can go on where it
// was killed, and in its offer, which anybody who has nothing to do may take.
class Worker {
  public:
    Worker(const Workplace& workplace, const WorkerOrders& orders);

    // Works until it is killed. If its path has work at the beginning, whoever had it before is
    // dead: the last choice that was begun is done again, and the state it leads to is taken for a
    // fresh one, as the dead may have put it into the table and got no further.
    [[noreturn]] void run();

  private:
    // What belongs to a frame of the path and is of no use to another process.
    struct Frame {
        Mark mark;
        std::size_t marked = 0;  // the deepest frame with a mark, up to this one
        // If choices of a part of the tasks stand for all:
        Schedule open = {};
        Locals locals = {};
        std::uint64_t version = 0;  // of what was known when the part was looked at
        Fingerprint world = {};
    };

    void come_to_pauses();
    void look_for_work();
    void go_to_top();
    Frame& frame_at(std::size_t at);
    void remember(std::size_t at, bool needed);
    void learn();
    void do_again();
    void step();
    void take(Choice choice, bool is_again);
    Insertion insert();
    void visit();
    void look_at_claims();
    void offer_work();

    // ---- partial order
    bool is_part(std::size_t frame) const { return path_.tasks(frame) != all_tasks; }
    void describe(Frame& frame);
    void explore_all_if_need_be(unsigned task, bool was_idle);
    bool widen();
    bool extend(TaskSet tasks);

    void tell(News news, std::uint32_t value);
    [[noreturn]] void rest();

    Execution& execution_;
    const Mark& start_;
    WorkBoard& board_;
    SharedTable& table_;
    const WorkerOrders orders_;
    WorkerState& state_;
    SharedPath path_;
    PartialOrder* order_;
    const SharedLocals* locals_;
    const ClaimsOfStates claims_;
    LockGraph& locks_;
    Sometimes sometimes_;
    std::vector<const Claim*> untold_;  // claims that it has not told to be reached
    std::vector<Frame> frames_ = {};
    std::size_t shallowest_ = 0;  // no frame before it has a choice left
};

}  // namespace heddle
