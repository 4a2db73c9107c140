// SPDX-License-Identifier: Apache-2.0
// Rounds on real threads: how they end, and what they leave for the next.
#include "scenarios/stress/crew.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

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
    void add(const char* name, std::function<void()> body) { setup_.task(name, std::move(body)); }

    RoundEnd play(double hang_seconds = 30) {
        image_.keep();
        if (!crew_) {
            crew_.emplace(setup_.tasks(), hang_seconds);
        }
        return crew_->run(1, {}, [this] { after_ += 1; });
    }

    WorldImage image_;
    heddle::Setup setup_{image_, {}};
    World& world_ = setup_.world<World>();
    std::optional<Crew> crew_ = std::nullopt;
    int after_ = 0;
};

TEST_F(Rounds, EndWhenAllTasksHaveAndRunWhatComesAfterwards) {
    add("one", [this] { set_bit(1, &world_.word); });
    add("two", [this] { set_bit(2, &world_.word); });
    EXPECT_EQ(play(), RoundEnd::finished);
    EXPECT_EQ(after_, 1);
    EXPECT_EQ(world_.word, 0b110U);
    image_.restore();
    EXPECT_EQ(world_.word, 0U);
}

TEST_F(Rounds, EndAtADeadlockAndSayWhoWaitsForWhat) {
    setup_.name(world_.first, "first");
    setup_.name(world_.second, "second");
    const auto lock_both = [this](struct mutex* own, struct mutex* other, unsigned bit) {
        mutex_lock(own);
        set_bit(bit, &world_.turn);
        while (READ_ONCE(world_.turn) != 0b11) {
            cpu_relax();
        }
        mutex_lock(other);
    };
    add("up", [=, this] { lock_both(&world_.first, &world_.second, 0); });
    add("down", [=, this] { lock_both(&world_.second, &world_.first, 1); });
    EXPECT_EQ(play(), RoundEnd::stuck);
    EXPECT_EQ(after_, 0);
    const std::string text = waiters(*crew_, setup_);
    EXPECT_NE(text.find("up: mutex_lock(second), held by down"), std::string::npos) << text;
    EXPECT_NE(text.find("down: mutex_lock(first), held by up"), std::string::npos) << text;
    // The same threads go on with the next.
    image_.restore();
    EXPECT_EQ(play(), RoundEnd::stuck);
}

TEST_F(Rounds, EndForAllTasksWithTheFirstAssertion) {
    add("waits", [this] { wait_on_bit(&world_.word, 0); });
    world_.word = 1;
    add("fails", [] { BUG_ON(true); });
    EXPECT_EQ(play(), RoundEnd::failed);
    EXPECT_STREQ(crew_->failure().claim, "BUG_ON");
    EXPECT_EQ(crew_->failed_task(), 1U);
    EXPECT_FALSE(crew_->has_finished(0));
}

TEST_F(Rounds, EndWithALockLeftBehind) {
    add("keeps it", [this] { mutex_lock(&world_.first); });
    image_.keep();
    Crew crew(setup_.tasks(), 30);
    EXPECT_EQ(crew.run(1, {}, [this] { mutex_lock(&world_.first); }), RoundEnd::stuck);
}

TEST_F(Rounds, EndWhenTheyTakeTooLong) {
    add("looks for ever", [this] {
        while (READ_ONCE(world_.word) == 0) {
        }
    });
    EXPECT_EQ(play(0.1), RoundEnd::endless);
}

TEST_F(Rounds, EndWhenDaemonsHaveNothingLeftToDo) {
    INIT_WORK(&world_.work);
    setup_.daemon("worker", 1, [this] {
        for (;;) {
            wait_for_work(&world_.work);
            set_bit(0, &world_.word);
            finish_work(&world_.work);
        }
    });
    add("asks", [this] { queue_work(&world_.work); });
    EXPECT_EQ(play(), RoundEnd::finished);
    EXPECT_EQ(world_.word, 1U);
    EXPECT_TRUE(crew_->has_finished(0));
}

TEST_F(Rounds, KeepTheLastOperationsInTheOrderOfTime) {
    setup_.name(world_.word, "word");
    add("many", [this] {
        for (unsigned long i = 0; i < StressedTask::events_max + 10; ++i) {
            WRITE_ONCE(world_.word, i);
        }
    });
    EXPECT_EQ(play(), RoundEnd::finished);
    const EventLog log = log_of(*crew_, setup_);
    EXPECT_EQ(log.forgotten, 10U);
    ASSERT_EQ(log.events.size(), StressedTask::events_max);
    EXPECT_EQ(log.events.front().value, 10U);
    EXPECT_EQ(log.events.back().object, "word");
    EXPECT_EQ(log.events.back().name, "WRITE_ONCE");
    EXPECT_GE(log.events.back().ns, log.events.front().ns);
    EXPECT_EQ(json_of(log)["events"].size(), StressedTask::events_max);
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
