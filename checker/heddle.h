// SPDX-License-Identifier: Apache-2.0
// All that a program outside this repository needs. CMake: find_package(heddle) and
// target_link_libraries(... heddle::checker). Everything is in namespace heddle.
//
// A Scenario has a name and a function that is given a Setup. The function makes a world (a plain
// aggregate, zeroed, that all tasks share), adds tasks (functions that run concurrently), and
// states claims. check() runs the tasks in every order in which their operations on the world can
// happen, and returns a Summary, with a Verdict: PASS, FAIL and the simplest schedule that fails,
// UNKNOWN if a limit was reached, VACUOUS if nothing failed but a `sometimes` claim never held.
//
//   struct World { atomic_t hits; };
//
//   const Scenario scenario = {
//       .name = "hits",
//       .story = "Two tasks count a hit each.",
//       .build = [](Setup& setup) {
//           World& world = setup.world<World>();
//           setup.name(world.hits, "hits");
//           for (const char* task : {"left", "right"}) {
//               setup.task(task, [&world] {
//                   const int seen = atomic_read(&world.hits);
//                   atomic_set(&world.hits, seen + 1);
//               });
//           }
//           setup.finally("both count", [&world] { return world.hits.counter == 2; });
//       },
//   };
//   std::cout << text_of(scenario, check(scenario));
//
// The header for each part:
//   checker/scenario.h   Scenario, Setup: world(), task(), always(), finally(), sometimes(), name()
//   checker/search.h     check(), CheckOptions (which search, limits), Summary, Verdict
//   checker/text.h       text_of(): what was found, and a line per step
//   checker/schedule.h   schedules as text, replay()
//   checker/gtest.h      passes() and fails() for EXPECT_TRUE; not included here
//   checker/sync/sync.h  what tasks do, in the names of the Linux kernel:
//     READ_ONCE, WRITE_ONCE               a load, a store that may meet others
//     smp_load_acquire, smp_store_release the same, ordered
//     plain_load, plain_store             one that must not: two at once are a data race
//     atomic_t, atomic_long_t             atomic_read, _set, _add, _add_return, _xchg, _cmpxchg ...
//     cmpxchg; test_bit, set_bit, test_and_set_bit, clear_bit ...
//     smp_mb, smp_rmb, smp_wmb            barriers
//     spinlock_t, struct mutex, struct rw_semaphore
//     cpu_relax                           in a loop that waits for what another task does
//     choose(n)                           one of n alternatives, each of which is tried
//     BUG_ON                              a claim where it stands
//     tally                               counts for claims, in the step of what stands before
//     ghost                               the same with assertions; orders are not left out then
//
// What a task must keep to:
//   - What tasks share lies in the world, or comes from `new` in a task. It is touched by the
//     names above; anything else happens unseen, in the step of the operation before it. Claims
//     read it directly.
//   - Nothing outside matters to a task and nothing outside is changed by it: no files, no clock,
//     no statics, no real threads or locks. Runs are abandoned without running destructors.
//   - Each task comes to its end. A loop that waits calls cpu_relax(), and then needs no bound.
//   - Orders are sequentially consistent; weaker ones are recorded and without effect.
//
// One execution at a time per process, on Linux x86-64. Addresses must not change between runs:
// heddle::checker has programs compiled and linked without PIE, and keeps assert() on in them.
#pragma once

#include "checker/scenario.h"
#include "checker/schedule.h"
#include "checker/search.h"
#include "checker/sync/sync.h"
#include "checker/text.h"
