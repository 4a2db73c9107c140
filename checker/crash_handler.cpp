// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstddef>
#include <cstdlib>

#include "checker/execution_state.h"

namespace heddle {

namespace {

constexpr int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr std::size_t crash_count = sizeof(crashes) / sizeof(crashes[0]);
constexpr std::size_t signal_stack_bytes = std::size_t{64} << 10;

struct sigaction before[crash_count];
alignas(16) std::byte signal_stack[signal_stack_bytes];

const char* formula_of(int signal) {
    switch (signal) {
        case SIGSEGV:
            return "no SIGSEGV: every access is to memory that is there (or the stack overflowed)";
        case SIGBUS:
            return "no SIGBUS: every access is to memory that is there";
        case SIGFPE:
            return "no SIGFPE: no division by zero";
        case SIGILL:
            return "no SIGILL: the code does not reach a trap";
        default:
            return "no SIGABRT: the code does not abort";
    }
}

// Leaves the signal stack for the scheduler's own, as any switch does: the fiber that crashed is
// never resumed, and rewinding mends whatever it broke.
void on_crash(int signal, siginfo_t*, void*) {
    Execution::Implementation* execution = current_execution;
    if (execution == nullptr || !execution->on_fiber) {
        // A bug of the checker's own: whoever handled it before does so now.
        for (std::size_t i = 0; i < crash_count; ++i) {
            sigaction(crashes[i], &before[i], nullptr);
        }
        std::raise(signal);
        return;
    }
    fail({.claim = "crash", .formula = formula_of(signal)});
}

}  // namespace

CrashHandler::CrashHandler() {
    stack_t stack = {};
    stack.ss_sp = signal_stack;
    stack.ss_size = signal_stack_bytes;
    sigaltstack(&stack, nullptr);
    struct sigaction action = {};
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < crash_count; ++i) {
        sigaction(crashes[i], &action, &before[i]);
    }
}

CrashHandler::~CrashHandler() {
    for (std::size_t i = 0; i < crash_count; ++i) {
        sigaction(crashes[i], &before[i], nullptr);
    }
}

}  // namespace heddle
