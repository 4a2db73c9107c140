// SPDX-License-Identifier: Apache-2.0
// Rounds on real threads: how they end, and what they leave for the next.
#include "scenarios/stress/crew.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <optional>
#include <set>
#include <string>

#include "checker/sync/sync.h"
#include "model/invariants.h"
#include "scenarios/stress/event_log.h"
#include "scenarios/stress/silent_claims.h"
#include "scenarios/stress/world_image.h"

namespace heddle::crew_test {
namespace {

struct World {
    struct mutex first;
    struct mutex second;
    struct work_struct work;
    unsigned long word;
    unsigned long turn;
};

// A world, its tasks and rounds of them.
class Rounds : public testing::Test {
  protected:
    void add(const char* name, std::function<void()> body) { setup.task(name, std::move(body)); }

    RoundEnd play(double hang_seconds = 30) {
        image.keep();
        if (!crew) {
            crew.emplace(setup.tasks(), hang_seconds);
        }
        return crew->run(1, {}, [this] { after += 1; });
    }

    WorldImage image;
    heddle::Setup setup{image, {}};
    World& world = setup.world<World>();
    std::optional<Crew> crew = std::nullopt;
    int after = 0;
};

TEST_F(Rounds, EndWhenAllTasksHaveAndRunWhatComesAfterwards) {
    add("one", [this] { set_bit(1, &world.word); });
    add("two", [this] { set_bit(2, &world.word); });
    EXPECT_EQ(play(), RoundEnd::finished);
    EXPECT_EQ(after, 1);
    EXPECT_EQ(world.word, 0b110U);
    image.restore();
    EXPECT_EQ(world.word, 0U);
}

TEST_F(Rounds, EndAtADeadlockAndSayWhoWaitsForWhat) {
    setup.name(world.first, "first");
    setup.name(world.second, "second");
    const auto lock_both = [this](struct mutex* own, struct mutex* other, unsigned bit) {
        mutex_lock(own);
        set_bit(bit, &world.turn);
        while (READ_ONCE(world.turn) != 0b11) {
            cpu_relax();
        }
        mutex_lock(other);
    };
    add("up", [=, this] { lock_both(&world.first, &world.second, 0); });
    add("down", [=, this] { lock_both(&world.second, &world.first, 1); });
    EXPECT_EQ(play(), RoundEnd::stuck);
    EXPECT_EQ(after, 0);
    const std::string text = waiters(*crew, setup);
    EXPECT_NE(text.find("up: mutex_lock(second), held by down"), std::string::npos) << text;
    EXPECT_NE(text.find("down: mutex_lock(first), held by up"), std::string::npos) << text;
    // The same threads go on with the next.
    image.restore();
    EXPECT_EQ(play(), RoundEnd::stuck);
}

TEST_F(Rounds, EndForAllTasksWithTheFirstAssertion) {
    add("waits", [this] { wait_on_bit(&world.word, 0); });
    world.word = 1;
    add("fails", [] { BUG_ON(true); });
    EXPECT_EQ(play(), RoundEnd::failed);
    EXPECT_STREQ(crew->failure().claim, "BUG_ON");
    EXPECT_EQ(crew->failed_task(), 1U);
    EXPECT_FALSE(crew->has_finished(0));
}

TEST_F(Rounds, EndWithALockLeftBehind) {
    add("keeps it", [this] { mutex_lock(&world.first); });
    image.keep();
    Crew crew(setup.tasks(), 30);
    EXPECT_EQ(crew.run(1, {}, [this] { mutex_lock(&world.first); }), RoundEnd::stuck);
}

TEST_F(Rounds, EndWhenTheyTakeTooLong) {
    add("looks for ever", [this] {
        while (READ_ONCE(world.word) == 0) {
        }
    });
    EXPECT_EQ(play(0.1), RoundEnd::endless);
}

// For the rest of the process, which is one of its own here.
TEST_F(Rounds, EndWhenInterruptedThoughTheyHang) {
    add("looks for ever", [this] {
        interrupt_rounds();
        while (READ_ONCE(world.word) == 0) {
        }
    });
    constexpr double longer_than_any_test = 100'000;
    EXPECT_EXIT(std::_Exit(static_cast<int>(play(longer_than_any_test))),
                testing::ExitedWithCode(static_cast<int>(RoundEnd::interrupted)), "");
}

TEST_F(Rounds, EndWhenDaemonsHaveNothingLeftToDo) {
    INIT_WORK(&world.work);
    setup.daemon("worker", 1, [this] {
        for (;;) {
            wait_for_work(&world.work);
            set_bit(0, &world.word);
            finish_work(&world.work);
        }
    });
    add("asks", [this] { queue_work(&world.work); });
    EXPECT_EQ(play(), RoundEnd::finished);
    EXPECT_EQ(world.word, 1U);
    EXPECT_TRUE(crew->has_finished(0));
}

TEST_F(Rounds, KeepTheLastOperationsInTheOrderOfTime) {
    setup.name(world.word, "word");
    add("many", [this] {
        for (unsigned long i = 0; i < StressedTask::events_max + 10; ++i) {
            WRITE_ONCE(world.word, i);
        }
    });
    EXPECT_EQ(play(), RoundEnd::finished);
    const EventLog log = log_of(*crew, setup);
    EXPECT_EQ(log.forgotten, 10U);
    ASSERT_EQ(log.events.size(), StressedTask::events_max);
    EXPECT_EQ(log.events.front().value, 10U);
    EXPECT_EQ(log.events.back().object, "word");
    EXPECT_EQ(log.events.back().name, "WRITE_ONCE");
    EXPECT_GE(log.events.back().ns, log.events.front().ns);
    EXPECT_EQ(json_of(log)["events"].size(), StressedTask::events_max);
}

TEST(SilentClaims, LeaveBehindWhatThreadsSee) {
    EXPECT_TRUE(may_end_in("C1'", "C1"));
    EXPECT_TRUE(may_end_in("D6", "deadlock"));
    EXPECT_FALSE(may_end_in("C1'", "B1"));
    EXPECT_FALSE(may_end_in("C1", "C1'"));
}

TEST(SilentClaims, AreInvariantsThatThereAre) {
    std::set<std::string> known;
    for (const Invariant& invariant : invariants()) {
        known.insert(invariant.id);
    }
    for (const SilentClaim& silent : silent_invariants()) {
        EXPECT_EQ(known.erase(silent.id), 1U) << silent.id;
        EXPECT_STREQ(why_silent(silent.id), silent.why);
    }
    // Those that remain are asked, and are most.
    EXPECT_GT(known.size(), silent_invariants().size());
    for (const std::string& asked : known) {
        EXPECT_EQ(why_silent(asked), nullptr) << asked;
    }
    for (const char* of_paths : invariants_of_paths()) {
        const std::string id = of_paths;
        const bool is_asked = id == "B8" || id == "D3" || id == "L8" || id == "L9";
        EXPECT_EQ(why_silent(id) == nullptr, is_asked) << id;
    }
}

}  // namespace
}  // namespace heddle::crew_test
