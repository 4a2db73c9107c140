// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/child_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

namespace heddle {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

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

// The child's status once it has ended, by itself or because its time was over.
int wait_for(pid_t child, Clock::time_point deadline, bool& killed) {
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (!killed && Clock::now() > deadline) {
            killed = true;
            kill(child, SIGKILL);
        }
        std::this_thread::sleep_for(1ms);
    }
    return status;
}

}  // namespace

ChildEnd run_child(std::chrono::milliseconds limit, const std::function<void()>& body) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> errors(std::tmpfile(), std::fclose);
    const Clock::time_point start = Clock::now();
    const pid_t child = fork();
    if (child == 0) {
        if (errors != nullptr) {
            dup2(fileno(errors.get()), STDERR_FILENO);
        }
        body();
        _exit(0);
    }
    if (child < 0) {
        return {.how = std::string("fork: ") + std::strerror(errno)};
    }
    bool killed = false;
    const int status = wait_for(child, start + limit, killed);
    ChildEnd end = {.how = "",
                    .seconds = std::chrono::duration<double>(Clock::now() - start).count()};
    if (killed) {
        end.how = "hang: it did not come to an end";
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
