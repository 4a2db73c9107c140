// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/host_processes.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "scenarios/conform/system_call.h"

namespace heddle {

namespace {

// How long a call may take; a process that has died answers never.
constexpr timeval patience = {10, 0};

[[noreturn]] void fail(const std::string& what) {
    throw HostError(what + ": " + std::strerror(errno));
}

OwnFd file_in_memory(const char* name, unsigned pages) {
    OwnFd file(memfd_create(name, MFD_CLOEXEC));
    if (file.get() < 0 || ftruncate(file.get(), static_cast<off_t>(pages * page_bytes)) != 0) {
        fail("memfd_create()");
    }
    return file;
}

// Ours and theirs.
std::pair<OwnFd, OwnFd> socket_pair() {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0 ||
        setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0) {
        fail("socketpair()");
    }
    return {OwnFd(ends[0]), OwnFd(ends[1])};
}

// Descriptors move to their places one after the other, so all must lie above these.
OwnFd above_places(OwnFd fd) { return OwnFd(fcntl(fd.get(), F_DUPFD_CLOEXEC, agent_fds_end)); }

}  // namespace

OwnFd& OwnFd::operator=(OwnFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

OwnFd::~OwnFd() {
    if (fd_ >= 0) {
        close(fd_);
    }
}

int OwnFd::release() { return std::exchange(fd_, -1); }

std::string agent_path() {
    std::error_code error;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
    return (program.parent_path() / "heddle-conform-agent").string();
}

HostProcesses::HostProcesses(unsigned file_pages) {
    std::array<OwnFd, 2> theirs;
    for (unsigned i = 0; i < 2; ++i) {
        auto [ours, other] = socket_pair();
        sockets_[i] = std::move(ours);
        theirs[i] = above_places(std::move(other));
        files_[i] = above_places(file_in_memory(i == 0 ? "f" : "g", file_pages));
    }
    start(theirs);
}

void HostProcesses::start(const std::array<OwnFd, 2>& theirs) {
    const OwnFd zero = above_places(OwnFd(open("/dev/zero", O_RDONLY | O_CLOEXEC)));
    const OwnFd scratch = above_places(file_in_memory("scratch", 1));
    const int places[] = {theirs[0].get(), theirs[1].get(), files_[0].get(),
                          files_[1].get(), zero.get(),      scratch.get()};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    int place = agent_socket;
    for (const int fd : places) {
        posix_spawn_file_actions_adddup2(&actions, fd, place++);
    }
    std::string path = agent_path();
    char* const arguments[] = {path.data(), nullptr};
    char* const environment[] = {nullptr};
    const int error =
        posix_spawn(&pids_[0], path.c_str(), &actions, nullptr, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        pids_[0] = 0;
        throw HostError("cannot start '" + path + "': " + std::strerror(error));
    }
}

HostProcesses::~HostProcesses() {
    for (const int pid : pids_) {
        if (pid > 0) {
            kill(pid, SIGKILL);
            waitpid(pid, nullptr, 0);
        }
    }
}

unsigned long HostProcesses::inode_of_file(unsigned file) const {
    struct stat status = {};
    fstat(files_[file].get(), &status);
    return status.st_ino;
}

bool HostProcesses::try_limit(unsigned process, std::uint64_t bytes) {
    static_assert(RLIM_INFINITY == ~rlim_t{0});
    rlimit limit = {};
    if (prlimit(pids_[process], RLIMIT_MEMLOCK, nullptr, &limit) != 0) {
        return false;
    }
    limit.rlim_cur = bytes;
    limit.rlim_max = std::max<rlim_t>(limit.rlim_max, bytes);
    return prlimit(pids_[process], RLIMIT_MEMLOCK, &limit, nullptr) == 0;
}

void HostProcesses::set_limit(unsigned process, std::uint64_t bytes) {
    if (!try_limit(process, bytes)) {
        fail("RLIMIT_MEMLOCK cannot be set");
    }
}

std::uint64_t HostProcesses::limit_max() {
    if (try_limit(0, RLIM_INFINITY)) {
        return RLIM_INFINITY;
    }
    rlimit limit = {};
    prlimit(pids_[0], RLIMIT_MEMLOCK, nullptr, &limit);
    return limit.rlim_max;
}

void HostProcesses::tell_death(unsigned process) const {
    int status = 0;
    const bool is_dead = waitpid(pids_[process], &status, WNOHANG) > 0;
    throw HostError(!is_dead              ? "a process of the host did not answer for 10 s"
                    : WIFSIGNALED(status) ? std::string("a process of the host was killed by ") +
                                                strsignal(WTERMSIG(status))
                                          : "a process of the host ended by itself");
}

long HostProcesses::call(unsigned process, const AgentOrder& order) {
    AgentAnswer answer;
    const int socket = sockets_[process].get();
    const auto received = [&] {
        ssize_t size = 0;
        // With a time limit the kernel does not go on by itself after Ctrl-C (signal(7)).
        do {
            size = recv(socket, &answer, sizeof answer, 0);
        } while (size < 0 && errno == EINTR);
        return size;
    };
    if (send(socket, &order, sizeof order, MSG_NOSIGNAL) != sizeof order ||
        received() != sizeof answer) {
        tell_death(process);
    }
    return answer.result;
}

long HostProcesses::fork(unsigned process) {
    AgentOrder order;
    order.number = agent_fork;
    const long pid = call(process, order);
    if (pid > 0) {
        pids_[1 - process] = static_cast<int>(pid);
    }
    return pid > 0 ? 0 : pid;
}

void HostProcesses::exit(unsigned process) {
    AgentOrder order;
    order.number = SYS_exit_group;
    send(sockets_[process].get(), &order, sizeof order, MSG_NOSIGNAL);
    waitpid(pids_[process], nullptr, 0);
    pids_[process] = 0;
}

}  // namespace heddle
