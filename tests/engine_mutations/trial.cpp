// SPDX-License-Identifier: Apache-2.0
#include "tests/engine_mutations/trial.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace heddle {
namespace {

// Memory of its own: what is shared with workers is not counted, and is reserved rather than used.
constexpr rlim_t memory_max = rlim_t{4} << 30;

// Tests that wait for workers use little of the CPU; the machine may be busy.
constexpr double wall_seconds_per_cpu_second = 6;

constexpr const char* mark_of_start = "[ RUN      ] ";
constexpr const char* mark_of_failure = "[  FAILED  ] ";

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void limit(int resource, rlim_t most) {
    const rlimit limits = {most, most};
    setrlimit(static_cast<__rlimit_resource>(resource), &limits);
}

[[noreturn]] void run_tests(const Attempt& attempt, int out) {
    setpgid(0, 0);  // with its workers it can be ended as one
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    limit(RLIMIT_CPU, attempt.cpu_seconds_max);
    limit(RLIMIT_DATA, memory_max);
    limit(RLIMIT_CORE, 0);
    active_engine_mutation = attempt.mutation;
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::string words[] = {"heddle_mutate_engine", "--gtest_fail_fast",
                           "--gtest_filter=" + attempt.tests};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    int count = 3;
    testing::InitGoogleTest(&count, arguments);
    std::_Exit(RUN_ALL_TESTS() == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

// What comes out of the pipe until its other end is closed, or the time is over.
std::string read_all(int in, double seconds_max) {
    const Clock::time_point start = Clock::now();
    std::string text;
    char some[4096];
    for (;;) {
        const double left = seconds_max - seconds_since(start);
        pollfd ready = {.fd = in, .events = POLLIN, .revents = 0};
        if (left <= 0 || poll(&ready, 1, static_cast<int>(left * 1000) + 1) <= 0) {
            return text;
        }
        const ssize_t bytes = read(in, some, sizeof(some));
        if (bytes <= 0) {
            return text;
        }
        text.append(some, static_cast<std::size_t>(bytes));
    }
}

// What follows `mark` on its line, the last of them; empty if there is none.
std::string last_after(const std::string& text, const char* mark) {
    const std::size_t at = text.rfind(mark);
    if (at == std::string::npos) {
        return "";
    }
    const std::size_t name = at + std::strlen(mark);
    return text.substr(name, text.find_first_of(", \n", name) - name);
}

unsigned count_of(const std::string& text, const char* mark) {
    unsigned count = 0;
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        ++count;
    }
    return count;
}

// The test that failed; the one that ran when the program came to its end.
std::string killer(const std::string& text, int status) {
    if (!WIFSIGNALED(status)) {
        return last_after(text, mark_of_failure);
    }
    const bool by_time = WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL;
    return last_after(text, mark_of_start) + (by_time ? ", by not ending" : ", by a crash");
}

}  // namespace

Trial try_out(const Attempt& attempt) {
    int ends[2];
    if (pipe(ends) != 0) {
        std::perror("pipe");
        std::abort();
    }
    std::fflush(stdout);
    const Clock::time_point start = Clock::now();
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        run_tests(attempt, ends[1]);
    }
    close(ends[1]);
    const std::string text =
        read_all(ends[0], attempt.cpu_seconds_max * wall_seconds_per_cpu_second);
    close(ends[0]);
    kill(-child, SIGKILL);  // its workers, and itself if its time is over
    int status = 0;
    waitpid(child, &status, 0);
    return {.killed = !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS,
            .by = killer(text, status),
            .tests = count_of(text, mark_of_start),
            .seconds = seconds_since(start)};
}

}  // namespace heddle
