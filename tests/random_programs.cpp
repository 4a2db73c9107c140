// SPDX-License-Identifier: Apache-2.0
// Makes programs.
#include "tests/random_programs.h"

#include <algorithm>
#include <random>
#include <utility>

namespace heddle {

namespace {

// A statement family, and how often it is drawn against the others.
struct Family {
    unsigned weight;
    std::vector<Action> actions;
};

const std::vector<Family> families = {
    {10,
     {Action::load, Action::load, Action::store, Action::store, Action::add, Action::add_return,
      Action::cmpxchg, Action::exchange}},
    {6,
     {Action::set_bit, Action::set_bit, Action::clear_bit, Action::test_bit,
      Action::test_and_set_bit, Action::test_and_clear_bit, Action::load_flags,
      Action::store_flags}},
    {4, {Action::load_pair, Action::store_half, Action::store_half}},
    {2, {Action::plain_load, Action::plain_store}},
    {1, {Action::await}},
    {2, {Action::choose}},
    {2, {Action::forget}},
};

// Interleavings of runs of these lengths, if nobody waits.
double interleavings(const std::vector<unsigned>& lengths) {
    double count = 1;
    unsigned steps = 0;
    for (const unsigned length : lengths) {
        for (unsigned i = 1; i <= length; ++i) {
            count *= static_cast<double>(++steps) / i;
        }
    }
    return count;
}

class Maker {
  public:
    explicit Maker(std::uint64_t seed) : random_(seed * 0x9e3779b97f4a7c15ULL + 1) {}

    Program make() {
        draw_families();
        words_ = 1 + below(program_words);
        has_locks_ = chance(45);
        has_semaphore_ = has_locks_ && chance(30);
        has_spin_lock_ = has_locks_ && !has_semaphore_ && chance(30);
        crosses_ = has_locks_ && !has_spin_lock_ && chance(40);
        shares_cpu_ = chance(15);
        Program program;
        program.records = chance(75);
        for (const unsigned length : lengths()) {
            program.tasks.push_back(task(length, static_cast<unsigned>(program.tasks.size())));
        }
        if (shares_cpu_ && chance(30)) {
            make_interrupt(program.tasks.back());
        }
        while (program.claims.size() < 2 && chance(35)) {
            program.claims.push_back(claim());
        }
        return program;
    }

  private:
    unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }
    bool chance(unsigned percent) { return below(100) < percent; }
    std::uint8_t small(unsigned end) { return static_cast<std::uint8_t>(below(end)); }

    void draw_families() {
        for (const Family& family : families) {
            if (chance(40)) {
                for (unsigned i = 0; i < family.weight; ++i) {
                    drawn_.push_back(&family);
                }
            }
        }
        if (drawn_.empty()) {
            drawn_.push_back(&families.front());
        }
    }

    std::vector<unsigned> lengths() {
        const double interleavings_max = has_locks_ ? 1'000 : 400;  // locks leave fewer
        const unsigned dice = below(100);
        std::vector<unsigned> lengths(dice < 45 || crosses_ ? 2 : dice < 85 ? 3 : 4);
        for (unsigned& length : lengths) {
            length = crosses_ ? 5 + below(2) : has_locks_ ? 3 + below(4) : 2 + below(4);
        }
        while (interleavings(lengths) > interleavings_max) {
            --*std::max_element(lengths.begin(), lengths.end());
        }
        return lengths;
    }

    ProgramTask task(unsigned length, unsigned number) {
        ProgramTask task;
        task.cpu = shares_cpu_ && number > 0 && chance(60) ? number - 1 : number;
        registers_ = 0;
        const bool locks = has_locks_ && length >= 3 && chance(80);
        const bool crosses = locks && crosses_ && length >= 4 && chance(95);
        const unsigned in_pairs = crosses ? 4 : locks ? 2 : 0;
        while (task.statements.size() + in_pairs < length) {
            add_statement(task);
        }
        if (locks) {
            const unsigned first = below(2);
            insert_locked(task, lock(first));
            if (crosses) {
                insert_locked(task, lock(1 - first));
            }
        } else if (shares_cpu_ && chance(40)) {
            insert_pair(task, {.action = Action::preempt_disable},
                        {.action = Action::preempt_enable});
        }
        return task;
    }

    void add_statement(ProgramTask& task) {
        const std::vector<Action>& actions =
            drawn_[below(static_cast<unsigned>(drawn_.size()))]->actions;
        Statement statement;
        statement.action = actions[below(static_cast<unsigned>(actions.size()))];
        statement.object = object_of(statement.action);
        statement.value = value_of(statement.action);
        statement.expected = small(2);
        if (registers_ > 0 && chance(25)) {
            statement.guard = {small(registers_), small(2), chance(50)};
        }
        if (registers_ > 0 && chance(25) && statement.action != Action::choose) {
            statement.source = small(registers_);
        }
        if (returns_something(statement.action)) {
            statement.result = static_cast<std::uint8_t>(registers_++);
        }
        task.statements.push_back(statement);
    }

    std::uint8_t value_of(Action action) {
        if (action == Action::choose) {
            return 2;
        }
        return action == Action::await && chance(80) ? std::uint8_t{1} : small(3);
    }

    std::uint8_t object_of(Action action) {
        if (action <= Action::await) {
            return small(words_);
        }
        return small(2);
    }

    static bool returns_something(Action action) {
        switch (action) {
            case Action::load:
            case Action::add_return:
            case Action::cmpxchg:
            case Action::exchange:
            case Action::load_pair:
            case Action::plain_load:
            case Action::load_flags:
            case Action::test_bit:
            case Action::test_and_set_bit:
            case Action::test_and_clear_bit:
            case Action::trylock:
            case Action::choose:
                return true;
            default:
                return false;
        }
    }

    // Those of one program are two, so that its tasks meet; a semaphore is taken in either mode.
    LockOf lock(unsigned number) {
        if (has_semaphore_ && number == 1) {
            return chance(60) ? LockOf::read : LockOf::write;
        }
        if (has_spin_lock_) {
            return LockOf::spin;
        }
        return number == 0 ? LockOf::mutex : LockOf::other_mutex;
    }

    void insert_locked(ProgramTask& task, LockOf lock) {
        Statement take = {.action = Action::lock, .object = static_cast<std::uint8_t>(lock)};
        Statement give = {.action = Action::unlock, .object = take.object};
        if (chance(20) && registers_ < program_registers) {
            take.action = Action::trylock;
            take.result = static_cast<std::uint8_t>(registers_++);
            give.guard = {take.result, 0, false};
        }
        insert_pair(task, take, give);
    }

    // Two pairs are one inside the other or crossed; what stands between may be left out if the
    // lock was not to be had. A task forgets only where it holds nothing.
    void insert_pair(ProgramTask& task, Statement first, Statement second) {
        std::vector<Statement>& statements = task.statements;
        const auto is_lock = [](const Statement& statement) {
            return statement.action >= Action::lock && statement.action <= Action::unlock;
        };
        const auto size = static_cast<unsigned>(statements.size());
        const auto begin = std::find_if(statements.begin(), statements.end(), is_lock);
        const auto place = static_cast<unsigned>(begin - statements.begin());
        const unsigned from = place == size ? below(size + 1) : place + 1;
        const unsigned to = from + below(size - from + 1);
        for (unsigned i = from; i < to; ++i) {
            if (first.action == Action::trylock && statements[i].guard.from == no_register &&
                !is_lock(statements[i]) && chance(50)) {
                statements[i].guard = second.guard;
            }
            if (statements[i].action == Action::forget) {
                statements[i] = {.action = Action::store, .value = small(3)};
            }
        }
        statements.insert(statements.begin() + to, second);
        statements.insert(statements.begin() + from, first);
    }

    // A handler does not sleep.
    static void make_interrupt(ProgramTask& task) {
        task.kind = TaskKind::interrupt;
        std::erase_if(task.statements, [](const Statement& statement) {
            return statement.action >= Action::lock || statement.action == Action::await;
        });
    }

    ProgramClaim claim() {
        ProgramClaim claim;
        const unsigned dice = below(10);
        claim.moment = dice < 4 ? Moment::always : dice < 9 ? Moment::finally : Moment::sometimes;
        const auto side = [this] { return ProgramClaim::Side{small(program_words + 2), small(3)}; };
        claim.one = side();
        claim.other = chance(50) ? claim.one : side();
        return claim;
    }

    std::mt19937_64 random_;
    std::vector<const Family*> drawn_ = {};
    unsigned words_ = 1;
    unsigned registers_ = 0;
    bool has_locks_ = false;
    bool has_semaphore_ = false;
    bool has_spin_lock_ = false;
    bool crosses_ = false;  // tasks take two locks, maybe in different orders
    bool shares_cpu_ = false;
};

}  // namespace

Program random_program(std::uint64_t seed) { return Maker(seed).make(); }

}  // namespace heddle
