// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/check_many.h"

#include <poll.h>

#include <algorithm>
#include <list>
#include <optional>
#include <vector>

namespace heddle {

namespace {

// An interrupt that comes just before poll() is noticed after so long.
constexpr int poll_ms = 200;

void check_in_turn(std::span<const Selected> scenarios, CheckOptions options,
                   const CheckEvents& events) {
    for (std::size_t i = 0; i < scenarios.size() && !searches_are_interrupted(); ++i) {
        events.on_begin(i);
        options.on_progress = [&](const Progress& now) { events.on_progress(i, now); };
        events.on_end(i, {check_scenario(scenarios[i], options)});
    }
}

class AtOnce {
  public:
    AtOnce(std::span<const Selected> scenarios, const CheckOptions& options,
           const CheckEvents& events)
        : scenarios_(scenarios), options_(options), events_(events) {}

    void run() {
        begin();
        while (is_busy()) {
            wait();
            if (searches_are_interrupted()) {
                interrupt();
            }
            read();
            begin();
        }
    }

  private:
    struct Worker {
        Worker(std::span<const Selected> scenarios, const CheckOptions& options)
            : process(scenarios, options) {}

        CheckProcess process;
        std::optional<std::size_t> index = std::nullopt;  // what it checks; none: idle
        bool has_news = false;
    };

    bool is_busy() const {
        return std::any_of(workers_.begin(), workers_.end(),
                           [](const Worker& worker) { return worker.index.has_value(); });
    }

    // Null if all that may be are busy.
    Worker* idle_worker() {
        for (Worker& worker : workers_) {
            if (!worker.index) {
                return &worker;
            }
        }
        return workers_.size() < options_.how.jobs ? &workers_.emplace_back(scenarios_, options_)
                                                   : nullptr;
    }

    void begin() {
        while (next_ < scenarios_.size() && !searches_are_interrupted()) {
            Worker* worker = idle_worker();
            if (worker == nullptr) {
                return;
            }
            events_.on_begin(next_);
            worker->index = next_;
            worker->process.begin(next_);
            ++next_;
        }
    }

    void wait() {
        std::vector<pollfd> descriptors;
        for (const Worker& worker : workers_) {
            descriptors.push_back({worker.process.descriptor(), POLLIN, 0});
        }
        poll(descriptors.data(), descriptors.size(), poll_ms);
        auto descriptor = descriptors.begin();
        for (Worker& worker : workers_) {
            // Without a descriptor there is no process: read() says so.
            worker.has_news = descriptor->revents != 0 || descriptor->fd < 0;
            ++descriptor;
        }
    }

    void read() {
        for (Worker& worker : workers_) {
            if (!worker.index || !worker.has_news) {
                continue;
            }
            const std::size_t index = *worker.index;
            if (!worker.process.read(
                    [&](const Progress& now) { events_.on_progress(index, now); })) {
                worker.index.reset();
                events_.on_end(index, worker.process.finish());
            }
        }
        // Another takes the place of one that died.
        workers_.remove_if(
            [](const Worker& worker) { return !worker.index && !worker.process.is_alive(); });
    }

    void interrupt() {
        if (!interrupted_) {
            interrupted_ = true;
            std::for_each(workers_.begin(), workers_.end(),
                          [](Worker& worker) { worker.process.interrupt(); });
        }
    }

    std::span<const Selected> scenarios_;
    const CheckOptions& options_;
    const CheckEvents& events_;
    std::list<Worker> workers_ = {};
    std::size_t next_ = 0;  // the first that has not been begun
    bool interrupted_ = false;
};

}  // namespace

void check_many(std::span<const Selected> scenarios, const CheckOptions& options,
                const CheckEvents& events) {
    if (scenarios.size() > 1 && options.how.jobs > 1) {
        AtOnce(scenarios, options, events).run();
    } else {
        check_in_turn(scenarios, options, events);
    }
}

}  // namespace heddle
