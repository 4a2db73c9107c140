// SPDX-License-Identifier: Apache-2.0
// Prints programs, and makes them smaller.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "tests/random_programs.h"

namespace heddle {

namespace {

constexpr const char* action_names[] = {"load",
                                        "store",
                                        "add",
                                        "add_return",
                                        "cmpxchg",
                                        "exchange",
                                        "await",
                                        "load_pair",
                                        "store_half",
                                        "plain_load",
                                        "plain_store",
                                        "load_flags",
                                        "store_flags",
                                        "set_bit",
                                        "clear_bit",
                                        "test_bit",
                                        "test_and_set_bit",
                                        "test_and_clear_bit",
                                        "lock",
                                        "trylock",
                                        "unlock",
                                        "choose",
                                        "forget",
                                        "preempt_disable",
                                        "preempt_enable"};

constexpr const char* lock_names[] = {"spin", "mutex", "other mutex", "read", "write"};

std::string object_text(const Statement& statement) {
    if (statement.action <= Action::await) {
        return " w" + std::to_string(statement.object);
    }
    const bool is_of_bit =
        statement.action >= Action::set_bit && statement.action <= Action::test_and_clear_bit;
    if (is_of_bit || statement.action == Action::store_half) {
        return " " + std::to_string(statement.object);
    }
    const bool is_of_lock = statement.action >= Action::lock && statement.action <= Action::unlock;
    return is_of_lock ? std::string(" ") + lock_names[statement.object] : "";
}

bool has_value(Action action) {
    switch (action) {
        case Action::store:
        case Action::add:
        case Action::add_return:
        case Action::cmpxchg:
        case Action::exchange:
        case Action::await:
        case Action::store_half:
        case Action::plain_store:
        case Action::store_flags:
        case Action::choose:
            return true;
        default:
            return false;
    }
}

std::string statement_text(const Statement& statement) {
    std::string text = "  ";
    if (statement.guard.from != no_register) {
        text += "if r" + std::to_string(statement.guard.from) +
                (statement.guard.equal ? " == " : " != ") + std::to_string(statement.guard.value) +
                ": ";
    }
    if (statement.result != no_register) {
        text += "r" + std::to_string(statement.result) + " = ";
    }
    text += action_names[static_cast<std::size_t>(statement.action)] + object_text(statement);
    if (statement.action == Action::cmpxchg) {
        text += ", " + std::to_string(statement.expected);
    }
    if (has_value(statement.action)) {
        text += ", " + std::to_string(statement.value) +
                (statement.source == no_register ? "" : " + r" + std::to_string(statement.source));
    }
    return text + "\n";
}

std::string side_text(ProgramClaim::Side side) {
    const std::string object = side.object < program_words
                                   ? "w" + std::to_string(side.object)
                                   : (side.object == program_words ? "plain" : "flags");
    return object + " == " + std::to_string(side.value);
}

std::string claim_text(const ProgramClaim& claim) {
    const char* when = claim.moment == Moment::always    ? "never"
                       : claim.moment == Moment::finally ? "never at the end"
                                                         : "sometimes";
    return std::string(when) + " " + side_text(claim.one) +
           (claim.other == claim.one ? "" : " and " + side_text(claim.other)) + "\n";
}

// ---- smaller ones

// Programs that are a little smaller than `program`, the much smaller ones first.
class Smaller {
  public:
    explicit Smaller(const Program& program) : program_(program) {}

    std::vector<Program> all() {
        for (std::size_t i = 0; program_.tasks.size() > 1 && i < program_.tasks.size(); ++i) {
            add([i](Program& other) { erase(other.tasks, i); });
        }
        for (std::size_t task = 0; task < program_.tasks.size(); ++task) {
            leave_out_statements(task);
        }
        for (std::size_t i = 0; i < program_.claims.size(); ++i) {
            add([i](Program& other) { erase(other.claims, i); });
            add([i](Program& other) { other.claims[i].other = other.claims[i].one; });
            add([i](Program& other) { other.claims[i].one = other.claims[i].other; });
        }
        add([](Program& other) { other.records = false; });
        for (std::size_t task = 0; task < program_.tasks.size(); ++task) {
            add([task](Program& other) { other.tasks[task].kind = TaskKind::ordinary; });
            add([task](Program& other) { other.tasks[task].cpu = static_cast<unsigned>(task); });
            for (std::size_t i = 0; i < program_.tasks[task].statements.size(); ++i) {
                simplify(task, i);
            }
        }
        return std::move(smaller_);
    }

  private:
    template <class T>
    static void erase(std::vector<T>& elements, std::size_t at) {
        elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(at));
    }

    template <class Change>
    void add(Change change) {
        Program other = program_;
        change(other);
        if (other != program_) {
            smaller_.push_back(std::move(other));
        }
    }

    // One statement, or two at a time: a lock goes with its unlock.
    void leave_out_statements(std::size_t task) {
        const std::size_t count = program_.tasks[task].statements.size();
        for (std::size_t one = 0; one < count; ++one) {
            add([=](Program& other) { erase(other.tasks[task].statements, one); });
            for (std::size_t second = one + 1; second < count; ++second) {
                add([=](Program& other) {
                    erase(other.tasks[task].statements, second);
                    erase(other.tasks[task].statements, one);
                });
            }
        }
    }

    void simplify(std::size_t task, std::size_t i) {
        const auto change = [this, task, i](auto make_simpler) {
            add([=](Program& other) { make_simpler(other.tasks[task].statements[i]); });
        };
        change([](Statement& statement) { statement.guard = {}; });
        change([](Statement& statement) { statement.source = no_register; });
        change([](Statement& statement) { statement.result = no_register; });
        change([](Statement& statement) { statement.expected = 0; });
        change([](Statement& statement) {
            statement.action =
                statement.action == Action::trylock ? Action::lock : statement.action;
        });
        change([](Statement& statement) {
            const bool is_lock =
                statement.action >= Action::lock && statement.action <= Action::unlock;
            statement.object = is_lock ? statement.object : std::uint8_t{0};
        });
        change([](Statement& statement) {
            const int least = statement.action == Action::choose ? 2 : 0;
            statement.value = static_cast<std::uint8_t>(std::max(least, statement.value - 1));
        });
    }

    const Program& program_;
    std::vector<Program> smaller_ = {};
};

}  // namespace

std::string text_of(const Program& program) {
    std::string text;
    for (std::size_t task = 0; task < program.tasks.size(); ++task) {
        text += "t" + std::to_string(task) + " on CPU " + std::to_string(program.tasks[task].cpu) +
                (program.tasks[task].kind == TaskKind::interrupt ? ", an interrupt\n" : "\n");
        for (const Statement& statement : program.tasks[task].statements) {
            text += statement_text(statement);
        }
    }
    for (const ProgramClaim& claim : program.claims) {
        text += claim_text(claim);
    }
    return text + (program.records ? "registers are kept\n" : "");
}

Program shrink(Program program, const std::function<bool(const Program&)>& is_wanted) {
    for (bool again = true; again;) {
        again = false;
        for (Program& smaller : Smaller(program).all()) {
            if (is_wanted(smaller)) {
                program = std::move(smaller);
                again = true;
                break;
            }
        }
    }
    return program;
}

}  // namespace heddle
