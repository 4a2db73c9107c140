// SPDX-License-Identifier: Apache-2.0
#include "scenarios/shm_builder.h"

#include <algorithm>

#include "scenarios/shm_words.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

struct user_struct* user_of(const ScenarioWords& words, const struct machine& machine,
                            const Word& name) {
    return name.text.empty() ? nullptr : machine.shm.users + index_of(words.users, name.text);
}

void build_creds(Setup& setup, const ScenarioWords& words, struct machine& machine) {
    machine.shm.creds = setup.array<struct task_cred>(words.tasks.size());
    for (std::size_t i = 0; i < words.tasks.size(); ++i) {
        struct task_cred& cred = machine.shm.creds[i];
        cred.user = user_of(words, machine, words.tasks[i].user);
        if (cred.user != nullptr) {
            ++cred.user->ghost.processes;
            ++cred.user->__count.counter;
        }
    }
}

void build_page_tree(const ScenarioWords& words, const std::vector<std::string>& entries,
                     struct machine& machine, struct address_space& mapping) {
    std::fill(std::begin(mapping.page_tree), std::end(mapping.page_tree), page_tree_entry{0});
    mapping.page_tree_end = static_cast<unsigned char>(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i] == "swap") {
            mapping.page_tree[i] = swap_entry;
        } else if (entries[i] != "none") {
            const int pfn = index_of(words.pages, entries[i]);
            mapping.page_tree[i] = static_cast<page_tree_entry>(pfn + 1);
            machine.mem_map[pfn].index = static_cast<unsigned char>(i);
        }
    }
}

void lock(struct shmid_kernel& shp, struct user_struct* user) {
    struct inode* inode = shp.shm_file->f_inode;
    shp.mlock_user = user;
    inode->ghost.locked_for = user;
    ++user->__count.counter;
    user->locked_shm.value += inode->i_size / PAGE_SIZE;
    if (!shp.shm_file->huge) {
        shp.shm_perm.mode = SHM_LOCKED;
        SHMEM_I(inode)->flags = VM_LOCKED;
        inode->i_mapping->flags |= bit_mask(AS_UNEVICTABLE);
    }
}

void build_segment(const ScenarioWords& words, const SegmentWords& from, struct machine& machine,
                   unsigned nr) {
    const std::vector<std::string> entries = entries_of(words, from);
    struct shmid_kernel& shp = machine.shm.segments[nr];
    struct inode& inode = machine.shm.inodes[nr].vfs_inode;
    const std::size_t pages =
        from.pages != 0 ? from.pages : std::max(entries.size(), std::size_t{1});
    inode.i_size = pages * PAGE_SIZE;
    if (!from.huge) {
        inode.i_mapping = machine.mappings + index_of(words.mappings, from.mapping.text);
        build_page_tree(words, entries, machine, *inode.i_mapping);
    }
    shp.shm_file = &machine.shm.files[nr];
    shp.shm_file->f_count.counter = 1;
    shp.shm_file->f_inode = &inode;
    shp.shm_file->huge = from.huge;
    shp.shm_perm.uid = user_of(words, machine, from.owner);
    shp.shm_perm.cuid = user_of(words, machine, from.creator);
    shp.shm_perm.deleted = from.not_yet;
    if (struct user_struct* user = user_of(words, machine, from.locked_by)) {
        lock(shp, user);
    }
}

}  // namespace

void build_shm(Setup& setup, const ScenarioWords& words, struct machine& machine) {
    struct shm_globals& shm = machine.shm;
    shm.nr_users = static_cast<unsigned>(words.users.size());
    shm.nr_segments = static_cast<unsigned>(words.segments.size());
    if (words.users.empty()) {
        return;
    }
    shm.users = setup.array<struct user_struct>(shm.nr_users);
    shm.segments = setup.array<struct shmid_kernel>(shm.nr_segments);
    shm.files = setup.array<struct file>(shm.nr_segments);
    shm.inodes = setup.array<struct shmem_inode_info>(shm.nr_segments);
    build_creds(setup, words, machine);
    for (unsigned i = 0; i < shm.nr_segments; ++i) {
        build_segment(words, words.segments[i], machine, i);
    }
}

void name_shm(Setup& setup, const ScenarioWords& words, const struct machine& machine) {
    const auto name = [&setup](const auto& object, const std::string& text) {
        setup.name({&object, sizeof(object), text, {}});
    };
    const struct shm_globals& shm = machine.shm;
    name(machine.state->shmlock_user_lock, "shmlock_user_lock");
    name(machine.state->shm_ids_rwsem, "shm_ids.rwsem");
    for (unsigned i = 0; i < shm.nr_users; ++i) {
        const std::string& user = words.users[i].name.text;
        name(shm.users[i].locked_shm, user + ".locked_shm");
        name(shm.users[i].__count, user + ".__count");
    }
    for (unsigned i = 0; i < shm.nr_segments; ++i) {
        const std::string& segment = words.segments[i].name.text;
        const struct shmid_kernel& shp = shm.segments[i];
        name(shp.shm_perm.lock, segment + ".shm_perm.lock");
        name(shp.shm_perm.deleted, segment + ".shm_perm.deleted");
        name(shp.shm_perm.mode, segment + ".shm_perm.mode");
        name(shp.mlock_user, segment + ".mlock_user");
        name(shm.files[i].f_count, segment + ".f_count");
        name(shm.inodes[i].lock, segment + ".info.lock");
        name(shm.inodes[i].flags, segment + ".info.flags");
    }
}

std::string describe_shm(const ScenarioWords& words) {
    const struct shm_globals& shm = this_machine().shm;
    std::string text;
    for (unsigned i = 0; i < shm.nr_users; ++i) {
        text += "user " + words.users[i].name.text + ": locked_shm " +
                std::to_string(shm.users[i].locked_shm.peek()) + " count " +
                std::to_string(shm.users[i].__count.counter) + "\n";
    }
    for (unsigned i = 0; i < shm.nr_segments; ++i) {
        const struct shmid_kernel& shp = shm.segments[i];
        const bool charged = shp.mlock_user != nullptr;
        text +=
            "segment " + words.segments[i].name.text + (shp.shm_perm.deleted ? " (no id)" : "") +
            ((shp.shm_perm.mode & SHM_LOCKED) != 0 ? " SHM_LOCKED" : "") +
            ((shm.inodes[i].flags & VM_LOCKED) != 0 ? " VM_LOCKED" : "") +
            (charged
                 ? " mlock_user " +
                       words.users[static_cast<std::size_t>(shp.mlock_user - shm.users)].name.text
                 : "") +
            "\n";
    }
    return text;
}

}  // namespace heddle
