// SPDX-License-Identifier: Apache-2.0
// Small pointers, and fields that others may look at without a lock while they are written.
#pragma once

#include "checker/sync/sync.h"

namespace heddle {

// A pointer to an element of one of the machine's arrays, or null, in one byte. Most of a world
// would otherwise be empty slots and addresses, to be copied and hashed in every step: see
// README.md for what that cost.
template <class T>
class slot {
  public:
    slot() = default;
    slot(T* element);
    operator T*() const;
    T* operator->() const { return *this; }

    // The byte, for slots that tasks read and write at the same time.
    using index = by_build_t<unsigned char, unsigned short>;
    index& raw() { return index_plus_1_; }
    const index& raw() const { return index_plus_1_; }
    static slot of_raw(index raw) {
        slot of = {};
        of.index_plus_1_ = raw;
        return of;
    }

  private:
    index index_plus_1_;  // 0: null
};

// A number that others may look at without a lock while it is written.
template <class T>
class lockless {
  public:
    lockless() = default;
    lockless(T value) : value_(value) {}
    lockless(const lockless& other) : value_(peek(other.value_)) {}
    lockless& operator=(const lockless& other) {
        poke(value_, peek(other.value_));
        return *this;
    }
    operator T() const { return peek(value_); }

    T& raw() { return value_; }
    const T& raw() const { return value_; }

  private:
    T value_;
};

// The same of a slot.
template <class T>
class shared_slot {
  public:
    shared_slot() = default;
    shared_slot(T* element) : slot_(element) {}
    shared_slot(const shared_slot& other) : slot_(slot<T>::of_raw(peek(other.raw()))) {}
    shared_slot& operator=(const shared_slot& other) {
        poke(raw(), peek(other.raw()));
        return *this;
    }
    operator T*() const { return slot<T>::of_raw(peek(raw())); }
    T* operator->() const { return *this; }

    typename slot<T>::index& raw() { return slot_.raw(); }
    const typename slot<T>::index& raw() const { return slot_.raw(); }

  private:
    slot<T> slot_;
};

}  // namespace heddle
