// SPDX-License-Identifier: Apache-2.0
#include "checker/acquisitions.h"

#include <algorithm>

#include "checker/engine_mutations.h"
#include "checker/sync/operation.h"

namespace heddle {

// All room is taken in advance: what a running task allocates would go to its arena.
Acquisitions::Acquisitions(const Setup& setup, std::span<const std::byte> world)
    : setup_(setup), world_(world) {
    all_.reserve(acquisitions_max);
    classes_.reserve(lock_classes_max);
}

std::uint16_t Acquisitions::add(const LockTaken& lock, std::size_t slot) {
    if (all_.size() == acquisitions_max) {
        fail({.claim = "lock-places",
              .formula = "locks are taken in fewer than 4096 pairs of lock and place",
              .object = lock.object,
              .where = lock.where});
    }
    const auto number = static_cast<std::uint16_t>(all_.size());
    all_.push_back({lock.object, lock.bits, lock.where, mode_of(lock)});
    slots_[slot] = number;
    return number;
}

ClassMode Acquisitions::mode_of(const LockTaken& lock) {
    const auto* object = static_cast<const std::byte*>(lock.object);
    if (object < world_.data() || object >= world_.data() + world_.size()) {
        return no_class;
    }
    const auto named =
        std::find_if(setup_.lock_classes().begin(), setup_.lock_classes().end(),
                     [&lock](const LockClass& row) { return row.lock == lock.object; });
    Class wanted;
    wanted.subclass = lock.subclass;
    if (named != setup_.lock_classes().end() &&
        !engine_mutated(EngineMutation::lock_classes_ignored)) {
        wanted.name = named->name;
        wanted.level = named->level;
    } else {
        wanted.object = lock.object;
        wanted.bit = lock.shared ? 0 : static_cast<unsigned>(__builtin_ctzll(lock.bits));
    }
    auto found = std::find(classes_.begin(), classes_.end(), wanted);
    if (found == classes_.end()) {
        if (classes_.size() == lock_classes_max) {
            fail({.claim = "lock-classes",
                  .formula = "there are at most 126 classes of locks (Setup::lock_class())",
                  .object = lock.object,
                  .where = lock.where});
        }
        found = classes_.insert(classes_.end(), wanted);
    }
    return static_cast<ClassMode>((found - classes_.begin()) * 2 + (lock.shared ? 1 : 0));
}

// The name of the lock's word, with that of the bit if the word's bits have names.
std::string Acquisitions::own_name(const void* object, unsigned bit) const {
    const ObjectName* name = find_name(setup_.names(), object);
    if (name == nullptr) {
        const auto offset = static_cast<const std::byte*>(object) - world_.data();
        return "lock at world+" + std::to_string(offset);
    }
    const bool has_bit = bit < name->bits.size() && !name->bits[bit].empty();
    return has_bit ? name->name + "." + name->bits[bit] : name->name;
}

std::string Acquisitions::class_name(ClassMode mode) const {
    const Class& of = classes_[mode / 2];
    const std::string name = of.name.empty() ? own_name(of.object, of.bit) : std::string(of.name);
    return of.subclass == 0 ? name : name + "/" + std::to_string(of.subclass);
}

std::string Acquisitions::lock_name(const Acquisition& acquisition) const {
    const std::string of_class = class_name(acquisition.mode);
    const bool shared = acquisition.mode % 2 != 0;
    const std::string own = own_name(acquisition.object, shared ? 0 : acquisition.lowest_bit());
    return own == of_class ? own : of_class + " (" + own + ")";
}

}  // namespace heddle
