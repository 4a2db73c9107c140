// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/watch.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <optional>

#include "checker/budget.h"
#include "scenarios/program/command.h"

namespace heddle {

namespace {

constexpr useconds_t nap_us = 100'000;

// What a save changes, whether an editor writes into the file or puts another in its place.
using Stamp = std::array<std::int64_t, 4>;

// Zeros while there is no such file, as for a moment in some editors.
Stamp stamp_of(const std::string& file) {
    struct stat found = {};
    if (stat(file.c_str(), &found) != 0) {
        return {};
    }
    return {found.st_mtim.tv_sec, found.st_mtim.tv_nsec, found.st_size,
            static_cast<std::int64_t>(found.st_ino)};
}

std::vector<Stamp> stamps_of(const std::vector<std::string>& files) {
    std::vector<Stamp> stamps;
    stamps.reserve(files.size());
    for (const std::string& file : files) {
        stamps.push_back(stamp_of(file));
    }
    return stamps;
}

void on_request_to_end(int) { interrupt_searches(); }

// Ctrl-C reaches the child as well; who watches asks it to end, once.
pid_t start(const std::function<ExitCode()>& work) {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0);
    }
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, on_request_to_end);
    const ExitCode code = work();
    std::cout.flush();
    _exit(static_cast<int>(code));
}

class Watcher {
  public:
    Watcher(const std::vector<std::string>& files, const std::function<ExitCode()>& work)
        : files_(files), work_(work) {}

    ExitCode run() {
        begin();
        while (!searches_are_interrupted()) {
            usleep(nap_us);
            if (child_ > 0 && has_ended(WNOHANG)) {
                tell(fmt::format("watching {}; Ctrl-C ends", fmt::join(files_, ", ")));
            }
            const std::vector<Stamp> now = stamps_of(files_);
            // A file that has changed since the last look may be half written.
            if (now != stamps_ && now == seen_) {
                stop();
                begin();
            }
            seen_ = now;
        }
        stop();
        return last_.value_or(ExitCode::interrupted);
    }

  private:
    void begin() {
        stamps_ = stamps_of(files_);
        child_ = start(work_);
        if (child_ < 0) {
            tell(std::string("a process cannot be started: ") + std::strerror(errno));
            last_ = ExitCode::internal;
        }
    }

    // As a user would, so that reports are not left half written.
    void stop() {
        if (child_ > 0) {
            kill(child_, SIGTERM);
            has_ended(0);
        }
    }

    bool has_ended(int options) {
        int status = 0;
        pid_t ended = 0;
        do {
            ended = waitpid(child_, &status, options);
        } while (ended < 0 && errno == EINTR);
        if (ended == 0) {
            return false;
        }
        child_ = 0;
        last_ = WIFEXITED(status) ? static_cast<ExitCode>(WEXITSTATUS(status)) : ExitCode::internal;
        return true;
    }

    const std::vector<std::string>& files_;
    const std::function<ExitCode()>& work_;
    std::vector<Stamp> stamps_ = {};  // of what the work was begun with
    std::vector<Stamp> seen_ = {};    // at the last look
    pid_t child_ = 0;                 // that does the work now; 0 or less: none
    std::optional<ExitCode> last_ = std::nullopt;
};

}  // namespace

ExitCode do_on_save(const std::vector<std::string>& files, const std::function<ExitCode()>& work) {
    return Watcher(files, work).run();
}

}  // namespace heddle
