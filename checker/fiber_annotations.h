// SPDX-License-Identifier: Apache-2.0
// Tells AddressSanitizer about stack switches; nothing in other builds.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define HEDDLE_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HEDDLE_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef HEDDLE_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace heddle {

#ifdef HEDDLE_ADDRESS_SANITIZER

struct SchedulerStack {
    const void* bottom = nullptr;
    std::size_t size = 0;
};
inline SchedulerStack scheduler_stack;

// A fiber that is abandoned leaves its frames poisoned.
inline void unpoison(void* stack, std::size_t size) { __asan_unpoison_memory_region(stack, size); }

// Around a switch from the scheduler to a fiber and back.
class SwitchToFiber {
  public:
    SwitchToFiber(const void* bottom, std::size_t size) {
        __sanitizer_start_switch_fiber(&fake_stack_, bottom, size);
    }
    ~SwitchToFiber() { __sanitizer_finish_switch_fiber(fake_stack_, nullptr, nullptr); }
    SwitchToFiber(const SwitchToFiber&) = delete;
    SwitchToFiber& operator=(const SwitchToFiber&) = delete;

  private:
    void* fake_stack_ = nullptr;
};

// On the fiber: first thing after it got control, last thing before it gives control back.
inline void finish_switch() {
    __sanitizer_finish_switch_fiber(nullptr, &scheduler_stack.bottom, &scheduler_stack.size);
}
inline void start_switch_back() {
    __sanitizer_start_switch_fiber(nullptr, scheduler_stack.bottom, scheduler_stack.size);
}

#else

inline void unpoison(void*, std::size_t) {}

class SwitchToFiber {
  public:
    SwitchToFiber(const void*, std::size_t) {}
};

inline void finish_switch() {}
inline void start_switch_back() {}

#endif

}  // namespace heddle
