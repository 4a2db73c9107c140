// SPDX-License-Identifier: Apache-2.0
// The acquisitions met so far: a lock, and a place in the source that takes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/scenario.h"
#include "checker/sync/task_state.h"

namespace heddle {

// A lock class in one of its two modes: twice the number of the class, plus 1 for shared.
using ClassMode = std::uint8_t;
constexpr unsigned lock_classes_max = 126;
constexpr ClassMode no_class = 255;

struct Acquisition {
    const void* object = nullptr;
    std::uint64_t bits = 0;  // of the object
    Where where;
    // no_class for a lock that a task has allocated: in another run it may be another lock.
    ClassMode mode = no_class;

    unsigned lowest_bit() const { return static_cast<unsigned>(__builtin_ctzll(bits)); }
};

// Numbers acquisitions as they are met. A number stays valid as long as the table, so that
// rewinding may bring it back.
class Acquisitions {
  public:
    // `world` is what the scenario has built.
    Acquisitions(const Setup& setup, std::span<const std::byte> world);

    // The number of an acquisition by the running task, from 1. A violation if there are too
    // many. Constant time on average.
    std::uint16_t number_of(const LockTaken& lock) {
        std::size_t slot = home_of(lock);
        while (slots_[slot] != 0) {
            if (is(lock, all_[slots_[slot]])) {
                return slots_[slot];
            }
            slot = (slot + 1) % slots;
        }
        return add(lock, slot);
    }

    const Acquisition& operator[](std::size_t number) const { return all_[number]; }

    // 0: none.
    unsigned level_of(ClassMode mode) const { return classes_[mode / 2].level; }

    // What reports call a class, and a lock of it: "lru_lock (node1.lru_lock)".
    std::string class_name(ClassMode mode) const;
    std::string lock_name(const Acquisition& acquisition) const;

  private:
    // A class is named, or is the one lock at these bits.
    struct Class {
        std::string_view name;
        const void* object = nullptr;
        unsigned bit = 0;
        unsigned subclass = 0;
        unsigned level = 0;

        bool operator==(const Class&) const = default;
    };

    static constexpr std::size_t acquisitions_max = 4096;
    static constexpr std::size_t slots = 2 * acquisitions_max;

    static std::size_t home_of(const LockTaken& lock) {
        const auto address = reinterpret_cast<std::uintptr_t>(lock.object);
        return ((address >> 2) * 31 + lock.where.line()) % slots;
    }

    static bool is(const LockTaken& lock, const Acquisition& acquisition) {
        return acquisition.object == lock.object && acquisition.bits == lock.bits &&
               acquisition.where.line() == lock.where.line() &&
               acquisition.where.file() == lock.where.file();
    }

    std::uint16_t add(const LockTaken& lock, std::size_t slot);
    ClassMode mode_of(const LockTaken& lock);
    std::string own_name(const void* object, unsigned bit) const;

    const Setup& setup_;
    std::span<const std::byte> world_;
    std::vector<Acquisition> all_ = std::vector<Acquisition>(1);
    std::vector<std::uint16_t> slots_ = std::vector<std::uint16_t>(slots);  // 0 is empty
    std::vector<Class> classes_ = {};
};

}  // namespace heddle
