// SPDX-License-Identifier: Apache-2.0
#include "scenarios/engine/litmus.h"

#include <algorithm>
#include <cctype>

#include "checker/sync/sync.h"

namespace heddle {

namespace {

using World = LitmusWorld;

constexpr LitmusValue final_x = {"x", [](const World& world) { return world.x; }};
constexpr LitmusValue final_y = {"y", [](const World& world) { return world.y; }};
constexpr LitmusValue r0 = {"r0", [](const World& world) { return world.r[0]; }};
constexpr LitmusValue r1 = {"r1", [](const World& world) { return world.r[1]; }};
constexpr LitmusValue r2 = {"r2", [](const World& world) { return world.r[2]; }};
constexpr LitmusValue r3 = {"r3", [](const World& world) { return world.r[3]; }};

template <int value>
void write_x(World& world) {
    WRITE_ONCE(world.x, value);
}

template <int first, int second>
void write_x_write_y(World& world) {
    WRITE_ONCE(world.x, first);
    WRITE_ONCE(world.y, second);
}

template <int first, int second>
void write_y_write_x(World& world) {
    WRITE_ONCE(world.y, first);
    WRITE_ONCE(world.x, second);
}

template <int i>
void write_x_read_y(World& world) {
    WRITE_ONCE(world.x, 1);
    world.r[i] = READ_ONCE(world.y);
}

template <int value, int i>
void write_y_read_x(World& world) {
    WRITE_ONCE(world.y, value);
    world.r[i] = READ_ONCE(world.x);
}

template <int i>
void read_x_write_y(World& world) {
    world.r[i] = READ_ONCE(world.x);
    WRITE_ONCE(world.y, 1);
}

template <int i>
void read_y_write_x(World& world) {
    world.r[i] = READ_ONCE(world.y);
    WRITE_ONCE(world.x, 1);
}

template <int i>
void read_x_read_y(World& world) {
    world.r[i] = READ_ONCE(world.x);
    world.r[i + 1] = READ_ONCE(world.y);
}

template <int i>
void read_y_read_x(World& world) {
    world.r[i] = READ_ONCE(world.y);
    world.r[i + 1] = READ_ONCE(world.x);
}

void read_x_twice(World& world) {
    world.r[0] = READ_ONCE(world.x);
    world.r[1] = READ_ONCE(world.x);
}

void write_y(World& world) { WRITE_ONCE(world.y, 1); }

std::string text_of(const LitmusProgram& program, const std::vector<int>& outcome) {
    std::string text;
    for (std::size_t i = 0; i < outcome.size(); ++i) {
        text += (i > 0 ? " " : "") + std::string(program.values[i].name) + "=" +
                std::to_string(outcome[i]);
    }
    return text;
}

std::vector<int> outcome_of(const LitmusProgram& program, const World& world) {
    std::vector<int> outcome;
    for (const LitmusValue& value : program.values) {
        outcome.push_back(value.of(world));
    }
    return outcome;
}

void build(Setup& setup, const LitmusProgram& program) {
    World& world = setup.world<World>();
    setup.name({&world.x, sizeof(world.x), "x"});
    setup.name({&world.y, sizeof(world.y), "y"});
    for (std::size_t i = 0; i < program.tasks.size(); ++i) {
        setup.task("task " + std::to_string(i), [&world, body = program.tasks[i]] { body(world); });
    }
    setup.finally("not " + text_of(program, program.forbidden),
                  [&world, &program] { return outcome_of(program, world) != program.forbidden; });
    // One after the other, in either order.
    setup.sometimes("something is written", [&world] { return world.x + world.y > 0; });
}

}  // namespace

std::span<const LitmusProgram> litmus_programs() {
    static const std::vector<LitmusProgram> programs = {
        {"SB",
         "x = 1; r0 = y | y = 1; r1 = x",
         {write_x_read_y<0>, write_y_read_x<1, 1>},
         {r0, r1},
         {0, 0}},
        {"MP",
         "x = 1; y = 1 | r0 = y; r1 = x",
         {write_x_write_y<1, 1>, read_y_read_x<0>},
         {r0, r1},
         {1, 0}},
        {"LB",
         "r0 = x; y = 1 | r1 = y; x = 1",
         {read_x_write_y<0>, read_y_write_x<1>},
         {r0, r1},
         {1, 1}},
        {"IRIW",
         "x = 1 | y = 1 | r0 = x; r1 = y | r2 = y; r3 = x",
         {write_x<1>, write_y, read_x_read_y<0>, read_y_read_x<2>},
         {r0, r1, r2, r3},
         {1, 0, 1, 0}},
        {"2+2W",
         "x = 1; y = 2 | y = 1; x = 2",
         {write_x_write_y<1, 2>, write_y_write_x<1, 2>},
         {final_x, final_y},
         {1, 1}},
        {"CoRR", "x = 1 | r0 = x; r1 = x", {write_x<1>, read_x_twice}, {r0, r1}, {1, 0}},
        {"R",
         "x = 1; y = 1 | y = 2; r0 = x",
         {write_x_write_y<1, 1>, write_y_read_x<2, 0>},
         {final_y, r0},
         {2, 0}},
        {"S",
         "x = 2; y = 1 | r0 = y; x = 1",
         {write_x_write_y<2, 1>, read_y_write_x<0>},
         {final_x, r0},
         {2, 1}},
    };
    return programs;
}

std::string outcome_text(const LitmusProgram& program, const LitmusWorld& world) {
    return text_of(program, outcome_of(program, world));
}

Scenario litmus_scenario(const LitmusProgram& program) {
    std::string name = program.name;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return {.name = "litmus-" + name,
            .story = program.story,
            .build = [&program](Setup& setup) { build(setup, program); },
            .labels = {"engine", "litmus"}};
}

}  // namespace heddle
