// SPDX-License-Identifier: Apache-2.0
// Per-CPU data. Source: include/linux/percpu-defs.h (v4.8).
#pragma once

#include "checker/sync/checked/atomic.h"
#include "checker/sync/checked/context.h"

namespace heddle {

// One T per CPU, in an array that whoever builds the world allocates. Only tasks of a CPU that
// cannot be preempted may touch its T, but for per_cpu_ptr(), whose users must expect races.
template <class T>
struct per_cpu {
    T* of;
};

// The own CPU's data; a violation while the task could be moved to another CPU (rule L12).
template <class T>
T* this_cpu_ptr(per_cpu<T>* data, Where where = Where::here()) {
    return &data->of[smp_processor_id(where)];
}

// The own CPU's data, with preemption off until put_cpu_var().
template <class T>
T& get_cpu_var(per_cpu<T>& data, Where where = Where::here()) {
    preempt_disable(where);
    return data.of[current_cpu()];
}

template <class T>
void put_cpu_var(per_cpu<T>&, Where where = Where::here()) {
    preempt_enable(where);
}

// The data of any CPU.
template <class T>
T* per_cpu_ptr(per_cpu<T>* data, unsigned cpu) {
    return &data->of[cpu];
}

// Adds to an integer of the own CPU, atomic towards this CPU's interrupts and tasks. Another CPU
// may only read the sum, so on a CPU with a single task it is nobody else's business.
template <class T>
void this_cpu_add(T& counter, std::type_identity_t<T> value, Where where = Where::here()) {
    if (cpu_is_shared()) {
        announce(operation_on(counter, OperationKind::add, Ordering::none, "this_cpu_add", where));
    }
    counter = static_cast<T>(counter + value);
}

// Loads a variable that only the own CPU writes: if no other task or interrupt is bound to it,
// nobody can change it meanwhile.
template <class T>
T this_cpu_read(const T& variable, Where where = Where::here()) {
    if (cpu_is_shared()) {
        announce(
            operation_on(variable, OperationKind::read, Ordering::none, "this_cpu_read", where));
        observe(as_observed(variable));
    }
    return variable;
}

// Stores to a variable of the own CPU that other CPUs read with READ_ONCE.
template <class T>
void this_cpu_write(T& variable, std::type_identity_t<T> value, Where where = Where::here()) {
    const Operation operation =
        operation_on(variable, OperationKind::write, Ordering::none, "this_cpu_write", where);
    if (is_left_out(operation, Change::store, as_observed(value))) {
        return;
    }
    announce(operation);
    variable = value;
}

}  // namespace heddle
