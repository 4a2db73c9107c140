// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/sync/threads/atomic.h"
#include "checker/sync/threads/context.h"

namespace heddle {

template <class T>
struct per_cpu {
    T* of;
};

template <class T>
T* this_cpu_ptr(per_cpu<T>* data, Where where = Where::here()) {
    return &data->of[smp_processor_id(where)];
}

template <class T>
T& get_cpu_var(per_cpu<T>& data, Where where = Where::here()) {
    preempt_disable(where);
    return data.of[current_cpu()];
}

template <class T>
void put_cpu_var(per_cpu<T>&, Where where = Where::here()) {
    preempt_enable(where);
}

template <class T>
T* per_cpu_ptr(per_cpu<T>* data, unsigned cpu) {
    return &data->of[cpu];
}

template <class T>
void this_cpu_add(T& counter, std::type_identity_t<T> value, Where = Where::here()) {
    shared(counter).fetch_add(value, std::memory_order_relaxed);
}

template <class T>
T this_cpu_read(const T& variable, Where where = Where::here()) {
    return READ_ONCE(variable, where);
}

template <class T>
void this_cpu_write(T& variable, std::type_identity_t<T> value, Where where = Where::here()) {
    WRITE_ONCE(variable, value, where);
}

}  // namespace heddle
