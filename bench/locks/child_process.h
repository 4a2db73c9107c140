// SPDX-License-Identifier: Apache-2.0
// Code that may crash or hang runs in a process of its own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <new>
#include <string>

namespace heddle {

// Memory that a child of this process has in common with it, zero at first.
void* share_with_child(std::size_t bytes);
void unshare(void* memory, std::size_t bytes);

// A value, zero at first, that a child of this process has in common with it.
template <class T>
class SharedWithChild {
  public:
    SharedWithChild() : memory_(share_with_child(sizeof(T))) { new (memory_) T{}; }
    ~SharedWithChild() { unshare(memory_, sizeof(T)); }
    SharedWithChild(const SharedWithChild&) = delete;
    SharedWithChild& operator=(const SharedWithChild&) = delete;

    T& operator*() const { return *std::launder(reinterpret_cast<T*>(memory_)); }
    T* operator->() const { return &**this; }

  private:
    void* memory_;
};

// Has whoever waits for a child kill it, now and from now on. Safe in a signal handler.
void interrupt_children();
bool children_are_interrupted();

struct ChildWait {
    int status = 0;      // as of waitpid()
    std::string killed;  // why it was; empty: it was not
};

// Waits until the child has ended, and kills it at the deadline or when interrupted.
ChildWait wait_for_child(pid_t child, std::chrono::steady_clock::time_point deadline);

struct ChildEnd {
    std::string how;  // empty: `body` came back. Else what it wrote to stderr last, or the signal
    double seconds = 0;  // that it took
};

// Runs `body` in a child, which is killed after `limit`. This process must have one thread only.
// What the child writes to stderr is kept from the user.
ChildEnd run_child(std::chrono::milliseconds limit, const std::function<void()>& body);

}  // namespace heddle
