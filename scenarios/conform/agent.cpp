// SPDX-License-Identifier: Apache-2.0
// heddle-conform-agent: the process whose address space is looked at. It does the system calls that
// heddle-conform orders and nothing else, without any library, from three pages of its own: what
// else is mapped into a new process (stack, vdso) it unmaps first, so that mlockall() has nothing
// to lock that the model does not have, and the top of the address space is free.
#include "scenarios/conform/agent.h"

#if !defined(__x86_64__)
#error "system calls are those of x86-64"
#endif

// Of the linker: where the program begins and ends in memory.
extern "C" const char __executable_start[];  // NOLINT: the linker's name
extern "C" const char _end[];                // NOLINT: the linker's name

namespace {

constexpr unsigned long page_size = 4096;
constexpr unsigned long top_of_addresses = 0x7ffffffff000;

constexpr long number_read = 0;
constexpr long number_write = 1;
constexpr long number_munmap = 11;
constexpr long number_clone = 56;
constexpr long number_exit_group = 231;
constexpr unsigned long fork_of_parent = 0x8000 | 17;  // CLONE_PARENT, SIGCHLD

long system_call(long number, const unsigned long (&a)[6]) {
    register unsigned long r10 asm("r10") = a[3];
    register unsigned long r8 asm("r8") = a[4];
    register unsigned long r9 asm("r9") = a[5];
    long result = 0;
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                 : "rcx", "r11", "memory");
    return result;
}

void unmap_all_else() {
    const unsigned long start =
        reinterpret_cast<unsigned long>(__executable_start) & ~(page_size - 1);
    const unsigned long end =
        (reinterpret_cast<unsigned long>(_end) + page_size - 1) & ~(page_size - 1);
    system_call(number_munmap, {0, start, 0, 0, 0, 0});
    system_call(number_munmap, {end, top_of_addresses - end, 0, 0, 0, 0});
}

long obey(heddle::AgentOrder& order) {
    for (unsigned i = 0; i < 6; ++i) {
        if ((order.pointers & 1U << i) != 0) {
            order.arguments[i] += reinterpret_cast<unsigned long>(order.data);
        }
    }
    if (order.number == heddle::agent_fork) {
        return system_call(number_clone, {fork_of_parent, 0, 0, 0, 0, 0});
    }
    return system_call(order.number, order.arguments);
}

}  // namespace

extern "C" [[noreturn]] void agent_main() {
    unmap_all_else();
    unsigned long socket = heddle::agent_socket;
    heddle::AgentOrder order;
    const auto address = reinterpret_cast<unsigned long>(&order);
    // Until heddle-conform is gone.
    while (system_call(number_read, {socket, address, sizeof order, 0, 0, 0}) ==
           static_cast<long>(sizeof order)) {
        heddle::AgentAnswer answer = {obey(order)};
        if (order.number == heddle::agent_fork && answer.result == 0) {
            socket = 2 * heddle::agent_socket + 1 - socket;  // the child: the other one
            continue;
        }
        system_call(number_write,
                    {socket, reinterpret_cast<unsigned long>(&answer), sizeof answer, 0, 0, 0});
    }
    for (;;) {
        system_call(number_exit_group, {0, 0, 0, 0, 0, 0});
    }
}

// The stack that the kernel has made is unmapped.
asm(R"(
    .bss
    .balign 4096
    .skip 8192
agent_stack:
    .text
    .globl _start
_start:
    lea agent_stack(%rip), %rsp
    xor %ebp, %ebp
    call agent_main
)");
