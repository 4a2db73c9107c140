// SPDX-License-Identifier: Apache-2.0
// A scenario checked in a process of its own.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "scenarios/result.h"

namespace heddle {

// A result, and whether the process that was to find it out died of something else: the verdict is
// ERROR then, and says of what.
struct Checked {
    Result result;
    bool died = false;
};

class CheckProcess {
  public:
    // Forks; no Execution may exist here. The process ends when this one does. It searches alone:
    // options.how.jobs does not count. Both outlive this object.
    CheckProcess(const Selected& selected, const CheckOptions& options);

    // Kills it if it is still there.
    ~CheckProcess();
    CheckProcess(const CheckProcess&) = delete;
    CheckProcess& operator=(const CheckProcess&) = delete;

    // To be waited for with poll(): becomes readable when there is something to read. -1 if there
    // is no process; read() says so.
    int descriptor() const { return pipe_; }

    // Reads what there is, hands on progress. False once nothing more will come.
    bool read(const std::function<void(const Progress&)>& on_progress);

    // Asks the search to end as UNKNOWN "interrupted".
    void interrupt();

    // After the last read(): the result, a violation with its trace, which is told here.
    Checked finish();

  private:
    [[noreturn]] void search(int pipe);
    Checked died(const std::string& how) const;

    const Selected& selected_;
    const CheckOptions& options_;
    pid_t process_ = 0;  // 0: none, or it has ended
    int pipe_ = -1;
    std::string unread_ = {};
    std::optional<Summary> summary_ = std::nullopt;
    std::string not_started_ = {};  // why
};

}  // namespace heddle
