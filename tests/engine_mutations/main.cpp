// SPDX-License-Identifier: Apache-2.0
// Runs the engine's tests against an engine that makes a mistake, one mistake at a time, until a
// test fails, and prints which. Usage: heddle_mutate_engine [MUTATION]...
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "checker/engine_mutations.h"

namespace heddle {
namespace {

// What the tests used up by the time they were stopped is a failure too.
constexpr rlim_t seconds_max = 15;
constexpr rlim_t memory_max = rlim_t{4} << 30;

constexpr int exit_survived = 1;
constexpr int exit_usage = 2;
constexpr int exit_tests_fail = 3;

void limit(int resource, rlim_t most) {
    const rlimit limits = {most, most};
    setrlimit(static_cast<__rlimit_resource>(resource), &limits);
}

[[noreturn]] void run_tests(EngineMutation mutation, int out) {
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    limit(RLIMIT_CPU, seconds_max);
    limit(RLIMIT_AS, memory_max);
    limit(RLIMIT_CORE, 0);
    active_engine_mutation = mutation;
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    char name[] = "heddle_mutate_engine";
    char stop[] = "--gtest_fail_fast";
    char* arguments[] = {name, stop, nullptr};
    int count = 2;
    testing::InitGoogleTest(&count, arguments);
    std::_Exit(RUN_ALL_TESTS() == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

struct Trial {
    bool killed = false;
    std::string by;  // a test
    double seconds = 0;
};

// What follows `mark` on its line, the last of them; empty if there is none.
std::string last_after(const std::string& text, const char* mark) {
    const std::size_t at = text.rfind(mark);
    if (at == std::string::npos) {
        return "";
    }
    const std::size_t name = at + std::strlen(mark);
    return text.substr(name, text.find_first_of(", \n", name) - name);
}

// The test that failed; the one that ran when the program came to its end.
std::string killer(const std::string& text, int status) {
    if (!WIFSIGNALED(status)) {
        return last_after(text, "[  FAILED  ] ");
    }
    const bool by_time = WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL;
    return last_after(text, "[ RUN      ] ") + (by_time ? ", by not ending" : ", by a crash");
}

Trial try_out(EngineMutation mutation) {
    Trial trial;
    int ends[2];
    if (pipe(ends) != 0) {
        std::perror("pipe");
        std::exit(exit_tests_fail);
    }
    std::fflush(stdout);
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        run_tests(mutation, ends[1]);
    }
    close(ends[1]);
    std::string text;
    char some[4096];
    for (ssize_t bytes = 1; bytes > 0;) {
        bytes = read(ends[0], some, sizeof(some));
        text.append(some, bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    trial.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    trial.killed = !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS;
    trial.by = killer(text, status);
    return trial;
}

std::vector<EngineMutation> selected(int count, char** names) {
    std::vector<EngineMutation> mutations;
    for (unsigned i = 1; i < static_cast<unsigned>(EngineMutation::end); ++i) {
        const auto mutation = static_cast<EngineMutation>(i);
        bool is_named = count == 1;
        for (int name = 1; name < count; ++name) {
            is_named = is_named || std::strcmp(names[name], name_of(mutation)) == 0;
        }
        if (is_named) {
            mutations.push_back(mutation);
        }
    }
    return mutations;
}

int run(const std::vector<EngineMutation>& mutations) {
    const Trial sound = try_out(EngineMutation::none);
    if (sound.killed) {
        std::fprintf(stderr, "the tests fail without a mutation: %s\n", sound.by.c_str());
        return exit_tests_fail;
    }
    std::printf("%-34s %7s  %s\n", "mutation", "seconds", "killed by");
    std::printf("%-34s %7.2f  -\n", name_of(EngineMutation::none), sound.seconds);
    std::size_t survived = 0;
    for (const EngineMutation mutation : mutations) {
        const Trial trial = try_out(mutation);
        survived += trial.killed ? 0 : 1;
        std::printf("%-34s %7.2f  %s\n", name_of(mutation), trial.seconds,
                    trial.killed ? trial.by.c_str() : "nothing: SURVIVED");
    }
    std::printf("%zu mutations of the engine: %zu killed, %zu survived\n", mutations.size(),
                mutations.size() - survived, survived);
    return survived == 0 ? EXIT_SUCCESS : exit_survived;
}

}  // namespace
}  // namespace heddle

int main(int argc, char** argv) {
    const std::vector<heddle::EngineMutation> mutations = heddle::selected(argc, argv);
    if (mutations.size() + 1 < static_cast<std::size_t>(argc) || mutations.empty()) {
        std::fprintf(stderr, "no such mutation; checker/engine_mutations.h lists them\n");
        return heddle::exit_usage;
    }
    return heddle::run(mutations);
}
