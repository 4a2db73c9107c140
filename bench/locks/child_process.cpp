// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/child_process.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

namespace heddle {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// The first line that is in the file.
std::string first_line(std::FILE* file) {
    std::rewind(file);
    char line[256] = {};
    if (std::fgets(line, sizeof(line), file) == nullptr) {
        return "";
    }
    line[std::strcspn(line, "\n")] = 0;
    return line;
}

}  // namespace

void* share_with_child(std::size_t bytes) {
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert(memory != MAP_FAILED);
    return memory;
}

void unshare(void* memory, std::size_t bytes) { munmap(memory, bytes); }

void interrupt_children() { interrupted = true; }
bool children_are_interrupted() { return interrupted; }

ChildWait wait_for_child(pid_t child, Clock::time_point deadline) {
    ChildWait wait;
    while (waitpid(child, &wait.status, WNOHANG) == 0) {
        const bool is_late = Clock::now() > deadline;
        if (wait.killed.empty() && (is_late || interrupted)) {
            wait.killed = is_late ? "hang: it did not come to an end" : "interrupted";
            kill(child, SIGKILL);
        }
        std::this_thread::sleep_for(1ms);
    }
    return wait;
}

ChildEnd run_child(std::chrono::milliseconds limit, const std::function<void()>& body) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> errors(std::tmpfile(), std::fclose);
    const Clock::time_point start = Clock::now();
    const pid_t child = fork();
    if (child == 0) {
        if (errors != nullptr) {
            dup2(fileno(errors.get()), STDERR_FILENO);
        }
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // a second signal ends the parent at once
        body();
        _exit(0);
    }
    if (child < 0) {
        return {.how = std::string("fork: ") + std::strerror(errno)};
    }
    const auto [status, killed] = wait_for_child(child, start + limit);
    ChildEnd end = {.how = "",
                    .seconds = std::chrono::duration<double>(Clock::now() - start).count()};
    if (!killed.empty()) {
        end.how = killed;
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        end.how = errors == nullptr ? "" : first_line(errors.get());
        if (end.how.empty()) {
            end.how = WIFSIGNALED(status) ? std::string("crash: ") + strsignal(WTERMSIG(status))
                                          : "exit code " + std::to_string(WEXITSTATUS(status));
        }
    }
    return end;
}

}  // namespace heddle
