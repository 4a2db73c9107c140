// SPDX-License-Identifier: Apache-2.0
// A program while it runs, for tests that have something happen meanwhile.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <string>
#include <vector>

#include "tests/command_line.h"

namespace heddle {

// Runs in `folder` with its catalogue; stdout goes to the file `out` of it, stderr can be read from
// here while it is written.
class Background {
  public:
    enum class Stderr { pipe, terminal };

    Background(const fs::path& folder, const std::vector<std::string>& arguments,
               Stderr kind = Stderr::pipe, const char* program = HEDDLE_PROGRAM) {
        std::array<int, 2> ends = {};
        const winsize size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
        const int opened = kind == Stderr::pipe
                               ? pipe(ends.data())
                               : openpty(ends.data(), &ends[1], nullptr, nullptr, &size);
        EXPECT_EQ(opened, 0);
        process_ = fork();
        if (process_ == 0) {
            become(folder, program, arguments, ends[1]);
        }
        close(ends[1]);
        stderr_ = ends[0];
    }

    ~Background() {
        if (process_ != 0) {
            kill(process_, SIGKILL);
            waitpid(process_, nullptr, 0);
        }
        close(stderr_);
    }
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    // Reads stderr until `text` has come so many times in all, or it ends.
    testing::AssertionResult says(const std::string& text, std::size_t times = 1) {
        while (count(text) < times) {
            if (!read_some()) {
                return testing::AssertionFailure()
                       << "stderr ends without '" << text << "': " << said_;
            }
        }
        return testing::AssertionSuccess();
    }

    void signal(int number) const { kill(process_, number); }

    bool has_ended() const {
        siginfo_t info = {};
        waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT);
        return info.si_pid != 0;
    }

    // The processes that it has started, by what the system tells of all there are.
    std::vector<pid_t> children() const {
        std::vector<pid_t> found;
        for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
            const std::string name = entry.path().filename().string();
            if (std::isdigit(static_cast<unsigned char>(name[0])) == 0) {
                continue;
            }
            // "123 (heddle) S 122 ..."; the program's name has no parenthesis.
            std::istringstream rest(contents_of(entry.path() / "stat"));
            std::string word;
            pid_t parent = 0;
            rest >> word >> word >> word >> parent;
            if (parent == process_) {
                found.push_back(std::stoi(name));
            }
        }
        return found;
    }

    // Waits for its end. -1 if a signal ended it.
    int exit_code() {
        while (read_some()) {
        }
        int status = 0;
        waitpid(process_, &status, 0);
        process_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    const std::string& said() const { return said_; }

  private:
    [[noreturn]] static void become(const fs::path& folder, const char* program,
                                    const std::vector<std::string>& arguments, int err) {
        std::vector<std::string> words = {program};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> pointers;
        for (std::string& word : words) {
            pointers.push_back(word.data());
        }
        pointers.push_back(nullptr);
        fs::current_path(folder);
        setenv("HEDDLE_CATALOGUE", "catalogue", 1);
        // Those are of the tests and not of the program.
        unsetenv("GTEST_TOTAL_SHARDS");
        unsetenv("GTEST_SHARD_INDEX");
        const int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        execv(program, pointers.data());
        _exit(127);
    }

    std::size_t count(const std::string& text) const {
        std::size_t times = 0;
        for (std::size_t at = said_.find(text); at != std::string::npos;
             at = said_.find(text, at + text.size())) {
            ++times;
        }
        return times;
    }

    bool read_some() {
        std::array<char, 4096> bytes = {};
        const ssize_t size = read(stderr_, bytes.data(), bytes.size());
        said_.append(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        return size > 0;
    }

    pid_t process_ = 0;
    int stderr_ = -1;
    std::string said_ = {};
};

}  // namespace heddle
