// SPDX-License-Identifier: Apache-2.0
// Scenarios checked in another process.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <span>
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
    // options.how.jobs does not count. Both outlive this object. One process checks scenario after
    // scenario: memory that is new to a process costs more than small scenarios do.
    CheckProcess(std::span<const Selected> scenarios, const CheckOptions& options);

    // Kills it if it is still there.
    ~CheckProcess();
    CheckProcess(const CheckProcess&) = delete;
    CheckProcess& operator=(const CheckProcess&) = delete;

    // Has it check the scenario of this index; it must not be checking another.
    void begin(std::size_t index);

    // To be waited for with poll(): becomes readable when there is something to read. -1 if there
    // is no process; read() says so.
    int descriptor() const { return socket_; }

    // Reads what there is, hands on progress. False once the scenario has ended, or the process.
    bool read(const std::function<void(const Progress&)>& on_progress);

    // Asks the search to end as UNKNOWN "interrupted".
    void interrupt();

    // After the last read(): the result, a violation with its trace, which is made here.
    Checked finish();

    // Otherwise it can begin no more.
    bool is_alive() const { return process_ != 0; }

  private:
    [[noreturn]] void serve(int socket);
    Checked died(const std::string& how) const;

    std::span<const Selected> scenarios_;
    const CheckOptions& options_;
    std::size_t index_ = 0;  // of the scenario begun last
    pid_t process_ = 0;      // 0: none, or it has ended
    int socket_ = -1;
    std::string unread_ = {};
    std::optional<Summary> summary_ = std::nullopt;
    std::string not_started_ = {};  // why
};

}  // namespace heddle
