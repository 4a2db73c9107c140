// SPDX-License-Identifier: Apache-2.0
// Preemption, interrupts, sleeping, guarded and per-CPU data under the engine.
#include <gtest/gtest.h>

#include "tests/small_scenarios.h"

namespace heddle::context_test {
namespace {

using Kind = Verdict::Kind;

struct World {
    spinlock_t lock;
    struct rw_semaphore sem;
    struct mutex mutex;
    unsigned long word;
    int x;
    int y;
    per_cpu<int> counters;
};

spinlock_t* lock_of_guarded(const void* field);

struct Guarded {
    spinlock_t lock;
    guarded<int, lock_of_guarded> value;
};

spinlock_t* lock_of_guarded(const void* field) {
    return &reinterpret_cast<Guarded*>(reinterpret_cast<std::uintptr_t>(field) -
                                       offsetof(Guarded, value))
                ->lock;
}

std::string broken_claim(const Scenario& scenario) {
    const Summary summary = check(scenario);
    return summary.verdict.violation ? summary.verdict.violation->claim
                                     : name_of(summary.verdict.kind);
}

// x is raised and lowered again by a task that another one of the same CPU may interrupt.
std::string seen_in_between(bool masked, unsigned observer_cpu, bool interrupt) {
    return broken_claim(scenario_of([=](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("writer", 0, [&world, masked, interrupt] {
            if (masked && interrupt) {
                local_irq_disable();
            } else if (masked) {
                preempt_disable();
            }
            WRITE_ONCE(world.x, 1);
            WRITE_ONCE(world.x, 0);
            if (masked && interrupt) {
                local_irq_enable();
            } else if (masked) {
                preempt_enable();
            }
        });
        const auto observe_x = [&world] { BUG_ON(READ_ONCE(world.x) == 1); };
        if (interrupt) {
            setup.interrupt("observer", observer_cpu, observe_x);
        } else {
            setup.task("observer", observer_cpu, observe_x);
        }
    }));
}

TEST(Context, KeepsOtherTasksOfTheCpuAwayWhilePreemptionIsOff) {
    EXPECT_EQ(seen_in_between(false, 0, false), "BUG_ON");
    EXPECT_EQ(seen_in_between(true, 0, false), "PASS");
    EXPECT_EQ(seen_in_between(true, 1, false), "BUG_ON");
}

TEST(Context, KeepsInterruptsOfTheCpuAwayWhileTheyAreOff) {
    EXPECT_EQ(seen_in_between(false, 0, true), "BUG_ON");
    EXPECT_EQ(seen_in_between(true, 0, true), "PASS");
    EXPECT_EQ(seen_in_between(true, 1, true), "BUG_ON");
}

TEST(Context, LetsInterruptsInWhilePreemptionIsOff) {
    EXPECT_EQ(broken_claim(scenario_of([](heddle::Setup& setup) {
                  World& world = setup.world<World>();
                  setup.task("task", 0, [&world] {
                      preempt_disable();
                      WRITE_ONCE(world.x, 1);
                      WRITE_ONCE(world.x, 0);
                      preempt_enable();
                  });
                  setup.interrupt("irq", 0, [&world] { BUG_ON(READ_ONCE(world.x) == 1); });
              })),
              "BUG_ON");
}

TEST(Context, RunsAnInterruptToItsEndOnTopOfItsCpu) {
    EXPECT_EQ(broken_claim(scenario_of([](heddle::Setup& setup) {
                  World& world = setup.world<World>();
                  setup.interrupt("irq", 0, [&world] {
                      WRITE_ONCE(world.x, 1);
                      WRITE_ONCE(world.x, 0);
                  });
                  setup.task("task", 0, [&world] { BUG_ON(READ_ONCE(world.x) == 1); });
              })),
              "PASS");
}

// The lock is held with interrupts on when the handler comes and wants it too.
TEST(Context, FindsTheDeadlockOfAnInterruptWithItsOwnCpu) {
    const auto build = [](bool irq) {
        return scenario_of([irq](heddle::Setup& setup) {
            World& world = setup.world<World>();
            setup.task("task", 0, [&world, irq] {
                if (irq) {
                    spin_lock_irq(&world.lock);
                    spin_unlock_irq(&world.lock);
                } else {
                    spin_lock(&world.lock);
                    spin_unlock(&world.lock);
                }
            });
            setup.interrupt("irq", 0, [&world] {
                spin_lock(&world.lock);
                spin_unlock(&world.lock);
            });
        });
    };
    EXPECT_EQ(broken_claim(build(false)), "deadlock");
    EXPECT_EQ(broken_claim(build(true)), "PASS");
}

TEST(Context, FindsSleepingWhileAtomic) {
    for (void (*sleep)(World&) : {+[](World& world) { mutex_lock(&world.mutex); },
                                  +[](World& world) { down_read(&world.sem); },
                                  +[](World& world) { down_write(&world.sem); },
                                  +[](World& world) { wait_on_bit_lock(&world.word, 0); }}) {
        EXPECT_EQ(broken_claim(scenario_of([sleep](heddle::Setup& setup) {
                      World& world = setup.world<World>();
                      setup.task("sleeper", [&world, sleep] {
                          spin_lock(&world.lock);
                          sleep(world);
                      });
                  })),
                  "sleeping-while-atomic");
    }
}

// Only waiting sleeps.
TEST(Context, LetsASemaphoreGoWhileAtomic) {
    EXPECT_EQ(broken_claim(scenario_of([](heddle::Setup& setup) {
                  World& world = setup.world<World>();
                  setup.task("reader", [&world] {
                      down_read(&world.sem);
                      spin_lock(&world.lock);
                      up_read(&world.sem);
                      if (down_write_trylock(&world.sem)) {
                          up_write(&world.sem);
                      }
                      spin_unlock(&world.lock);
                  });
              })),
              "PASS");
}

TEST(Context, FindsAnAccessWithoutTheGuardingLock) {
    const auto build = [](bool locks) {
        return scenario_of([locks](heddle::Setup& setup) {
            Guarded& world = setup.world<Guarded>();
            setup.task("writer", [&world, locks] {
                if (locks) {
                    spin_lock(&world.lock);
                }
                world.value.locked() = 1;
                if (locks) {
                    spin_unlock(&world.lock);
                }
            });
        });
    };
    EXPECT_EQ(broken_claim(build(false)), "guarded-by");
    EXPECT_EQ(broken_claim(build(true)), "PASS");
}

TEST(Context, FindsPerCpuDataTouchedWhilePreemptible) {
    EXPECT_EQ(broken_claim(scenario_of([](heddle::Setup& setup) {
                  World& world = setup.world<World>();
                  world.counters.of = setup.array<int>(1);
                  setup.task("task", [&world] { *this_cpu_ptr(&world.counters) = 1; });
              })),
              "context");
}

TEST(Context, FindsTheIrqEnablingUnlockInTheWrongPlace) {
    EXPECT_EQ(broken_claim(scenario_of([](heddle::Setup& setup) {
                  World& world = setup.world<World>();
                  setup.task("task", [&world] {
                      local_irq_disable();
                      spin_lock_irq(&world.lock);
                  });
              })),
              "context");
}

TEST(Context, FindsAnUnlockByAnother) {
    EXPECT_EQ(broken_claim(scenario_of([](heddle::Setup& setup) {
                  World& world = setup.world<World>();
                  setup.task("thief", [&world] { spin_unlock(&world.lock); });
              })),
              "unlock");
}

TEST(Context, AdmitsReadersTogetherAndAWriterAlone) {
    const auto build = [](bool writer) {
        return scenario_of([writer](heddle::Setup& setup) {
            World& world = setup.world<World>();
            setup.task("reader", [&world] {
                down_read(&world.sem);
                WRITE_ONCE(world.x, 1);
                WRITE_ONCE(world.x, 0);
                up_read(&world.sem);
            });
            setup.task("other", [&world, writer] {
                if (writer) {
                    down_write(&world.sem);
                } else {
                    down_read(&world.sem);
                }
                BUG_ON(READ_ONCE(world.x) == 1);
                if (writer) {
                    up_write(&world.sem);
                } else {
                    up_read(&world.sem);
                }
            });
        });
    };
    EXPECT_EQ(broken_claim(build(false)), "BUG_ON");
    EXPECT_EQ(broken_claim(build(true)), "PASS");
}

// __clear_bit loads and stores the whole word: an atomic update in between is lost.
TEST(Context, LosesAnUpdateBetweenTheHalvesOfANonAtomicOperation) {
    const auto build = [](bool atomic) {
        return scenario_of([atomic](heddle::Setup& setup) {
            World& world = setup.world<World>();
            world.word = 1;
            setup.task("clearer", [&world, atomic] {
                if (atomic) {
                    clear_bit(0, &world.word);
                } else {
                    __clear_bit(0, &world.word);
                }
            });
            setup.task("setter", [&world] { set_bit(5, &world.word); });
            setup.finally("both updates are there", [&world] { return world.word == 1U << 5; });
        });
    };
    EXPECT_EQ(broken_claim(build(true)), "PASS");
    EXPECT_EQ(broken_claim(build(false)), "both updates are there");
}

TEST(Context, HandsWorkToADaemonAndWaitsForIt) {
    struct Works {
        struct work_struct work;
        int done;
    };
    EXPECT_EQ(broken_claim(scenario_of([](heddle::Setup& setup) {
                  Works& world = setup.world<Works>();
                  INIT_WORK(&world.work);
                  setup.daemon("kworker", 1, [&world] {
                      for (;;) {
                          forget(0);
                          wait_for_work(&world.work);
                          WRITE_ONCE(world.done, 1);
                          finish_work(&world.work);
                      }
                  });
                  setup.task("queuer", [&world] {
                      queue_work(&world.work);
                      flush_work(&world.work);
                      BUG_ON(READ_ONCE(world.done) != 1);
                  });
              })),
              "PASS");
}

}  // namespace
}  // namespace heddle::context_test
