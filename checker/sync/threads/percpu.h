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
void this_cpu_add(T& counter, std::type_identity_t<T> value, Where where = Where::here()) {
    begin_operation("this_cpu_add", &counter, where);
    end_operation(shared(counter).fetch_add(value, std::memory_order_relaxed) + value);
}

template <class T>
T this_cpu_read(const T& variable, Where where = Where::here()) {
    begin_operation("this_cpu_read", &variable, where);
    return end_operation(shared(variable).load(std::memory_order_relaxed));
}

template <class T>
void this_cpu_write(T& variable, std::type_identity_t<T> value, Where where = Where::here()) {
    begin_operation("this_cpu_write", &variable, where);
    shared(variable).store(value, std::memory_order_relaxed);
    end_operation(value);
}

}  // namespace heddle
