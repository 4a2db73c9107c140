// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/check_process.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
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

// False if the other process is gone.
bool send_all(int socket, const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t count = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        sent += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    }
    return true;
}

// In the process that checks: the other one ends it when it goes.
void hand_on(int socket, const Message& message) {
    if (!send_all(socket, bytes_of(message))) {
        _exit(static_cast<int>(ExitCode::internal));
    }
}

std::string bytes_of_index(std::size_t index) {
    std::string bytes(sizeof(index), '\0');
    std::memcpy(bytes.data(), &index, sizeof(index));
    return bytes;
}

// The next scenario that is asked for.
std::size_t receive_index(int socket) {
    std::size_t index = 0;
    ssize_t count = 0;
    do {
        count = recv(socket, &index, sizeof(index), MSG_WAITALL);
    } while (count < 0 && errno == EINTR);
    if (count != sizeof(index)) {
        _exit(0);
    }
    return index;
}

std::string text_of_status(int status) {
    return WIFSIGNALED(status) ? fmt::format("was ended by signal {} ({})", WTERMSIG(status),
                                             strsignal(WTERMSIG(status)))
                               : fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

}  // namespace

CheckProcess::CheckProcess(std::span<const Selected> scenarios, const CheckOptions& options)
    : scenarios_(scenarios), options_(options) {
    std::array<int, 2> ends = {};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) {
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
        serve(ends[1]);
    }
    close(ends[1]);
    socket_ = ends[0];
    if (process_ < 0) {
        not_started_ = std::strerror(errno);
        process_ = 0;
        close(std::exchange(socket_, -1));
    }
}

CheckProcess::~CheckProcess() {
    if (process_ != 0) {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    if (socket_ >= 0) {
        close(socket_);
    }
}

// Ctrl-C reaches every process of a terminal; the one that was begun by the user decides, and a
// second request must not end this one before it has told what it knows.
void CheckProcess::serve(int socket) {
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, on_request);
    CheckOptions options = options_;
    options.how.jobs = 1;
    options.on_progress = [socket](const Progress& now) { hand_on(socket, now); };
    for (;;) {
        const Scenario& scenario = scenarios_[receive_index(socket)].scenario;
        try {
            hand_on(socket, check(scenario, options));
        } catch (const std::exception& error) {
            tell("internal error: " + scenario.name + ": " + error.what());
            // Not exit(): what is buffered, and the files, are the other process's.
            _exit(static_cast<int>(ExitCode::internal));
        }
    }
}

// If it has died, read() will notice.
void CheckProcess::begin(std::size_t index) {
    index_ = index;
    summary_.reset();
    if (socket_ >= 0) {
        send_all(socket_, bytes_of_index(index));
    }
}

bool CheckProcess::read(const std::function<void(const Progress&)>& on_progress) {
    std::array<char, 1 << 16> bytes = {};
    const ssize_t count = socket_ < 0 ? 0 : ::read(socket_, bytes.data(), bytes.size());
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
    return !summary_;
}

void CheckProcess::interrupt() {
    if (process_ != 0) {
        kill(process_, SIGTERM);
    }
}

Checked CheckProcess::finish() {
    if (summary_) {
        return {result_of(scenarios_[index_], std::move(*summary_), options_.execution)};
    }
    if (process_ == 0) {
        return died("cannot be started: " + not_started_);
    }
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return died(text_of_status(status));
}

Checked CheckProcess::died(const std::string& how) const {
    const Selected& selected = scenarios_[index_];
    Summary summary;
    summary.scenario = selected.scenario.name;
    summary.expected = selected.scenario.expect;
    summary.search = options_.search;
    summary.verdict = Verdict::error("the process that checks it " + how);
    return {result_of(selected, std::move(summary), options_.execution), true};
}

}  // namespace heddle
