// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/check_process.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <utility>

#include "scenarios/program/command.h"
#include "scenarios/program/message.h"

namespace heddle {

namespace {

void on_request(int) { interrupt_searches(); }

// The other end is there for as long as this process lives.
void send(int pipe, const Message& message) {
    const std::string bytes = bytes_of(message);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t count = write(pipe, bytes.data() + sent, bytes.size() - sent);
        if (count < 0 && errno != EINTR) {
            tell(std::string("a result cannot be handed on: ") + std::strerror(errno));
            _exit(static_cast<int>(ExitCode::internal));
        }
        sent += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    }
}

std::string text_of_status(int status) {
    return WIFSIGNALED(status) ? fmt::format("was ended by signal {} ({})", WTERMSIG(status),
                                             strsignal(WTERMSIG(status)))
                               : fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

}  // namespace

CheckProcess::CheckProcess(const Selected& selected, const CheckOptions& options)
    : selected_(selected), options_(options) {
    std::array<int, 2> ends = {};
    if (pipe(ends.data()) != 0) {
        not_started_ = std::strerror(errno);
        return;
    }
    const pid_t parent = getpid();
    process_ = fork();
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(0);
        }
        close(ends[0]);
        search(ends[1]);
    }
    close(ends[1]);
    pipe_ = ends[0];
    if (process_ < 0) {
        not_started_ = std::strerror(errno);
        process_ = 0;
        close(std::exchange(pipe_, -1));
    }
}

CheckProcess::~CheckProcess() {
    if (process_ != 0) {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    if (pipe_ >= 0) {
        close(pipe_);
    }
}

// Ctrl-C reaches every process of a terminal; the one that was begun by the user decides, and a
// second request must not end this one before it has told what it knows.
void CheckProcess::search(int pipe) {
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, on_request);
    try {
        CheckOptions options = options_;
        options.how.jobs = 1;
        options.on_progress = [pipe](const Progress& now) { send(pipe, now); };
        send(pipe, check(selected_.scenario, options));
    } catch (const std::exception& error) {
        tell("internal error: " + selected_.scenario.name + ": " + error.what());
        _exit(static_cast<int>(ExitCode::internal));
    }
    // Not exit(): what is buffered, and the files, are the other process's.
    _exit(0);
}

bool CheckProcess::read(const std::function<void(const Progress&)>& on_progress) {
    std::array<char, 1 << 16> bytes = {};
    const ssize_t count = pipe_ < 0 ? 0 : ::read(pipe_, bytes.data(), bytes.size());
    if (count <= 0) {
        return count < 0 && errno == EINTR;
    }
    unread_.append(bytes.data(), static_cast<std::size_t>(count));
    while (std::optional<Message> message = take_message(unread_)) {
        if (const auto* progress = std::get_if<Progress>(&*message)) {
            on_progress(*progress);
        } else {
            summary_ = std::get<Summary>(std::move(*message));
        }
    }
    return true;
}

void CheckProcess::interrupt() {
    if (process_ != 0) {
        kill(process_, SIGTERM);
    }
}

Checked CheckProcess::finish() {
    int status = 0;
    if (process_ == 0) {
        return died("cannot be started: " + not_started_);
    }
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    if (!summary_) {
        return died(text_of_status(status));
    }
    return {result_of(selected_, std::move(*summary_), options_.execution)};
}

Checked CheckProcess::died(const std::string& how) const {
    Summary summary;
    summary.scenario = selected_.scenario.name;
    summary.expected = selected_.scenario.expect;
    summary.search = options_.search;
    summary.verdict = Verdict::error("the process that checks it " + how);
    return {result_of(selected_, std::move(summary), options_.execution), true};
}

}  // namespace heddle
