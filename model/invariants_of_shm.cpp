// SPDX-License-Identifier: Apache-2.0
// Invariants F.
#include "model/invariant_checks.h"

namespace heddle {

namespace {

std::span<struct user_struct> users() {
    return {this_machine().shm.users, this_machine().shm.nr_users};
}
std::span<struct shmid_kernel> segments() {
    return {this_machine().shm.segments, this_machine().shm.nr_segments};
}

std::string name(const struct user_struct& user) {
    return "user#" + number(&user - this_machine().shm.users);
}
std::string name(const struct shmid_kernel& shp) {
    return "segment#" + number(&shp - this_machine().shm.segments);
}

const struct inode& inode_of(const struct shmid_kernel& shp) { return *shp.shm_file->f_inode; }

const struct shmem_inode_info& info_of(const struct shmid_kernel& shp) {
    return *SHMEM_I(shp.shm_file->f_inode);
}

// True while nobody is about to change the charge or VM_LOCKED. Where no info->lock is taken (huge
// segments, and shmem_lock() with its fix) the task inside stands for it.
bool info_lock_is_free(const struct shmid_kernel& shp) {
    return !spin_is_locked(&info_of(shp).lock) && inode_of(shp).ghost.changing == 0;
}

// False once shm_destroy() has come to its end: what is charged from then on is charged for
// nothing.
bool exists(const struct shmid_kernel& shp) { return !inode_of(shp).ghost.gone; }

bool is_locked(const struct shmid_kernel& shp) {
    return shp.shm_file->huge ? inode_of(shp).ghost.locked_for != nullptr
                              : (info_of(shp).flags & VM_LOCKED) != 0;
}

// Until the locker has stored mlock_user only he knows.
const struct user_struct* charged_user(const struct shmid_kernel& shp) {
    return shp.mlock_user != nullptr ? shp.mlock_user : inode_of(shp).ghost.locked_for;
}

bool charges_are_settled() {
    bool settled = !spin_is_locked(&this_machine().state->shmlock_user_lock);
    for (const struct shmid_kernel& shp : segments()) {
        settled = settled && info_lock_is_free(shp);
    }
    return settled;
}

struct Charge {
    unsigned long pages = 0;
    int segments = 0;
};

Charge charge_of(const struct user_struct& user) {
    Charge charge;
    for (const struct shmid_kernel& shp : segments()) {
        if (exists(shp) && is_locked(shp) && charged_user(shp) == &user) {
            charge.pages += (inode_of(shp).i_size + PAGE_SIZE - 1) / PAGE_SIZE;
            ++charge.segments;
        }
    }
    return charge;
}

}  // namespace

bool locked_shm_counts_locked_segments(std::string* sides) {
    for (const struct user_struct& user : users()) {
        const unsigned long locked_shm = user.locked_shm.peek();
        if (charges_are_settled() && locked_shm != charge_of(user).pages) {
            return violated(sides, name(user) + ": locked_shm = " + std::to_string(locked_shm) +
                                       ", pages of segments locked for it = " +
                                       std::to_string(charge_of(user).pages));
        }
    }
    return true;
}

bool locked_files_are_unevictable(std::string* sides) {
    for (const struct shmid_kernel& shp : segments()) {
        if (shp.shm_file->huge || !info_lock_is_free(shp)) {
            continue;
        }
        const bool unevictable = (inode_of(shp).i_mapping->flags & bit_mask(AS_UNEVICTABLE)) != 0;
        if (is_locked(shp) != unevictable) {
            return violated(sides, name(shp) + ": VM_LOCKED = " + number(is_locked(shp)) +
                                       ", AS_UNEVICTABLE = " + number(unevictable));
        }
    }
    return true;
}

bool locked_segments_have_locked_files(std::string* sides) {
    for (const struct shmid_kernel& shp : segments()) {
        // shm_destroy() leaves the mode as it is.
        if (shp.shm_file->huge || shp.shm_perm.deleted || spin_is_locked(&shp.shm_perm.lock)) {
            continue;
        }
        const bool locked = (shp.shm_perm.mode & SHM_LOCKED) != 0;
        if (locked != is_locked(shp) || (locked && shp.mlock_user == nullptr)) {
            return violated(sides, name(shp) + ": SHM_LOCKED = " + number(locked) +
                                       ", VM_LOCKED = " + number(is_locked(shp)) + ", mlock_user " +
                                       (shp.mlock_user == nullptr ? "NULL" : "set"));
        }
    }
    return true;
}

bool users_have_a_reference_per_locked_segment(std::string* sides) {
    for (const struct user_struct& user : users()) {
        const int expected = user.ghost.processes + charge_of(user).segments;
        if (charges_are_settled() && user.__count.counter != expected) {
            return violated(sides, name(user) + ": __count = " + number(user.__count.counter) +
                                       ", processes and locked segments = " + number(expected));
        }
    }
    return true;
}

bool unlocked_segments_have_no_stranded_page(std::string* sides) {
    for (const struct shmid_kernel& shp : segments()) {
        for (const struct page& page : pages()) {
            if (inode_of(shp).ghost.unlocked && !page.ghost.free &&
                page.mapping == inode_of(shp).i_mapping && is_stranded(page)) {
                return violated(sides, heddle::name(page) + " of unlocked " + name(shp) +
                                           ": evictable, on the unevictable list");
            }
        }
    }
    return true;
}

}  // namespace heddle
