// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "checker/sync/sync.h"
#include "scenarios/engine/canonical.h"

namespace heddle::engine::filesystem {

namespace {

constexpr unsigned inodes = 32;
constexpr unsigned blocks = 26;

struct World {
    spinlock_t inode_lock[inodes];
    unsigned inode[inodes];  // its block, counted from 1; 0 is none
    spinlock_t block_lock[blocks];
    bool busy[blocks];
};

// False if the block is somebody else's.
bool take_block(World& world, unsigned block) {
    spin_lock(&world.block_lock[block]);
    const bool is_free = !plain_load(world.busy[block]);
    if (is_free) {
        plain_store(world.busy[block], true);
    }
    spin_unlock(&world.block_lock[block]);
    return is_free;
}

// Two tasks look at the same block only if there are 14 or more.
void write_file(World& world, unsigned task) {
    const unsigned i = task % inodes;
    spin_lock(&world.inode_lock[i]);
    if (plain_load(world.inode[i]) == 0) {
        unsigned block = i * 2 % blocks;
        while (!take_block(world, block)) {
            block = (block + 1) % blocks;
        }
        plain_store(world.inode[i], block + 1);
    }
    spin_unlock(&world.inode_lock[i]);
}

bool has_blocks_of_their_own(const World& world, unsigned n) {
    for (unsigned i = 0; i < n; ++i) {
        const unsigned block = world.inode[i];
        if (block == 0 || std::count(world.inode, world.inode + n, block) > 1) {
            return false;
        }
    }
    return true;
}

void build(Setup& setup) {
    World& world = setup.world<World>();
    const unsigned n = setup.parameter("n");
    for (unsigned i = 0; i < n; ++i) {
        const std::string index = "[" + std::to_string(i) + "]";
        setup.name({&world.inode_lock[i], sizeof(spinlock_t), "inode_lock" + index});
        setup.name({&world.inode[i], sizeof(world.inode[i]), "inode" + index});
    }
    for (unsigned i = 0; i < blocks; ++i) {
        const std::string index = "[" + std::to_string(i) + "]";
        setup.name({&world.block_lock[i], sizeof(spinlock_t), "block_lock" + index});
        setup.name({&world.busy[i], sizeof(world.busy[i]), "busy" + index});
    }

    for (unsigned i = 0; i < n; ++i) {
        setup.task("task " + std::to_string(i), [&world, i] { write_file(world, i); });
    }

    setup.finally("each file has a block of its own",
                  [&world, n] { return has_blocks_of_their_own(world, n); });
    setup.sometimes("all files have a block",
                    [&world, n] { return std::count(world.inode, world.inode + n, 0U) == 0; });
}

}  // namespace

Scenario scenario() {
    return {
        .name = "filesystem",
        .story = "Tasks give their files a free block each, under a lock per file and per block.",
        .build = build,
        .labels = {"engine"},
        .parameters = {{.name = "n", .help = "tasks", .value = 3, .max = blocks}}};
}

}  // namespace heddle::engine::filesystem
