// SPDX-License-Identifier: Apache-2.0
// Runs programs: each task interprets its statements on its fiber.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "checker/sync/sync.h"
#include "tests/random_programs.h"

namespace heddle {

namespace {

struct ProgramWorld {
    atomic_t word[program_words];
    int plain;
    unsigned long flags;
    alignas(8) std::uint32_t pair[2];
    spinlock_t spin;
    struct mutex mutex[2];
    struct rw_semaphore semaphore;
    int registers[program_tasks_max][program_registers];
};

int act_on_word(atomic_t* word, const Statement& statement, int value) {
    switch (statement.action) {
        case Action::load:
            return atomic_read(word);
        case Action::store:
            atomic_set(word, value);
            return 0;
        case Action::add:
            atomic_add(value, word);
            return 0;
        case Action::add_return:
            return atomic_add_return(value, word);
        case Action::cmpxchg:
            return atomic_cmpxchg(word, statement.expected, value);
        case Action::exchange:
            return atomic_xchg(word, value);
        default:
            while (READ_ONCE(word->counter) != value) {
                cpu_relax();
            }
            return 0;
    }
}

int act_on_memory(ProgramWorld& world, const Statement& statement, int value) {
    switch (statement.action) {
        case Action::load_pair: {
            Operation both = operation_on(world.pair[0], OperationKind::read, Ordering::none,
                                          "load_pair", Where::here());
            both.size = sizeof(world.pair);
            announce(both);
            const std::uint32_t seen = world.pair[0] * 16 + world.pair[1];
            observe(seen);
            return static_cast<int>(seen);
        }
        case Action::store_half:
            WRITE_ONCE(world.pair[statement.object], static_cast<std::uint32_t>(value));
            return 0;
        case Action::plain_load:
            return plain_load(world.plain);
        default:
            plain_store(world.plain, value);
            return 0;
    }
}

int act_on_flags(unsigned long* flags, const Statement& statement, int value) {
    const unsigned bit = statement.object;
    switch (statement.action) {
        case Action::load_flags:
            return static_cast<int>(READ_ONCE(*flags));
        case Action::store_flags:
            WRITE_ONCE(*flags, static_cast<unsigned long>(value));
            return 0;
        case Action::set_bit:
            set_bit(bit, flags);
            return 0;
        case Action::clear_bit:
            clear_bit(bit, flags);
            return 0;
        case Action::test_bit:
            return test_bit(bit, flags);
        case Action::test_and_set_bit:
            return test_and_set_bit(bit, flags);
        default:
            return test_and_clear_bit(bit, flags);
    }
}

void take(ProgramWorld& world, LockOf lock) {
    switch (lock) {
        case LockOf::spin:
            return spin_lock(&world.spin);
        case LockOf::mutex:
            return mutex_lock(&world.mutex[0]);
        case LockOf::other_mutex:
            return mutex_lock(&world.mutex[1]);
        case LockOf::read:
            return down_read(&world.semaphore);
        case LockOf::write:
            return down_write(&world.semaphore);
    }
}

bool try_to_take(ProgramWorld& world, LockOf lock) {
    switch (lock) {
        case LockOf::spin:
            return spin_trylock(&world.spin);
        case LockOf::mutex:
            return mutex_trylock(&world.mutex[0]);
        case LockOf::other_mutex:
            return mutex_trylock(&world.mutex[1]);
        case LockOf::read:
            return down_read_trylock(&world.semaphore);
        case LockOf::write:
            break;
    }
    return down_write_trylock(&world.semaphore);
}

void give_back(ProgramWorld& world, LockOf lock) {
    switch (lock) {
        case LockOf::spin:
            return spin_unlock(&world.spin);
        case LockOf::mutex:
            return mutex_unlock(&world.mutex[0]);
        case LockOf::other_mutex:
            return mutex_unlock(&world.mutex[1]);
        case LockOf::read:
            return up_read(&world.semaphore);
        case LockOf::write:
            return up_write(&world.semaphore);
    }
}

// What a task keeps on its stack. Which locks it holds is part of it, because a semaphore does not
// tell who its readers are.
struct TaskLocals {
    int registers[program_registers + 1] = {};  // the last is 0, for statements without a source
    std::uint64_t taken = 0;                    // less given back, four bits a lock

    void note(std::uint8_t lock, std::int64_t change) {
        taken += static_cast<std::uint64_t>(change) << (4 * lock);
    }
};

int act_on_context(ProgramWorld& world, const Statement& statement, TaskLocals& locals) {
    const auto lock = static_cast<LockOf>(statement.object);
    switch (statement.action) {
        case Action::lock:
            take(world, lock);
            locals.note(statement.object, 1);
            return 0;
        case Action::trylock: {
            const bool taken = try_to_take(world, lock);
            locals.note(statement.object, taken ? 1 : 0);
            return taken;
        }
        case Action::unlock:
            give_back(world, lock);
            locals.note(statement.object, -1);
            return 0;
        case Action::choose:
            return static_cast<int>(choose(statement.value));
        case Action::preempt_disable:
            preempt_disable();
            return 0;
        default:
            preempt_enable();
            return 0;
    }
}

int act(ProgramWorld& world, const Statement& statement, TaskLocals& locals) {
    const int value = statement.value + locals.registers[statement.source];
    if (statement.action <= Action::await) {
        return act_on_word(&world.word[statement.object], statement, value);
    }
    if (statement.action <= Action::plain_store) {
        return act_on_memory(world, statement, value);
    }
    if (statement.action <= Action::test_and_clear_bit) {
        return act_on_flags(&world.flags, statement, value);
    }
    return act_on_context(world, statement, locals);
}

bool lets_through(const Guard& guard, const TaskLocals& locals) {
    return guard.from == no_register ||
           (locals.registers[guard.from] == guard.value) == guard.equal;
}

void run(ProgramWorld& world, const Program& program, unsigned number) {
    TaskLocals locals;
    const std::vector<Statement>& statements = program.tasks[number].statements;
    for (std::size_t at = 0; at < statements.size(); ++at) {
        const Statement& statement = statements[at];
        if (!lets_through(statement.guard, locals)) {
            continue;
        }
        if (statement.action == Action::forget) {
            std::fill(std::begin(locals.registers), std::end(locals.registers), 0);
            forget(locals.taken * 256 + at + 1);
            continue;
        }
        const int result = act(world, statement, locals);
        if (statement.result != no_register) {
            locals.registers[statement.result] = result;
        }
    }
    if (program.records) {
        tally([&] { std::copy_n(locals.registers, program_registers, world.registers[number]); });
    }
}

bool is_so(const ProgramWorld& world, ProgramClaim::Side side) {
    const int value = side.object < program_words    ? world.word[side.object].counter
                      : side.object == program_words ? world.plain
                                                     : static_cast<int>(world.flags);
    return value == side.value;
}

Claim claim_of(const ProgramWorld& world, ProgramClaim claim, std::size_t number) {
    Claim made;
    made.name = "claim " + std::to_string(number);
    made.moment = claim.moment;
    made.holds = [&world, claim] {
        const bool both = is_so(world, claim.one) && is_so(world, claim.other);
        return claim.moment == Moment::sometimes ? both : !both;
    };
    return made;
}

}  // namespace

Scenario scenario_of_program(const Program& program) {
    Scenario scenario;
    scenario.name = "random program";
    scenario.build = [made = std::make_shared<const Program>(program)](Setup& setup) {
        ProgramWorld& world = setup.world<ProgramWorld>();
        setup.switch_off(lock_order_rule);
        setup.switch_off(lock_irq_rule);
        for (unsigned i = 0; i < made->tasks.size(); ++i) {
            const std::string name = "t" + std::to_string(i);
            const ProgramTask& task = made->tasks[i];
            const auto body = [&world, made, i] { run(world, *made, i); };
            if (task.kind == TaskKind::interrupt) {
                setup.interrupt(name, task.cpu, body);
            } else {
                setup.task(name, task.cpu, body);
            }
        }
        for (const ProgramClaim& claim : made->claims) {
            setup.claim(claim_of(world, claim, setup.claims().size()));
        }
    };
    return scenario;
}

}  // namespace heddle
