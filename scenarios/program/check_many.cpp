// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/check_many.h"

#include <poll.h>

#include <algorithm>
#include <list>
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
        while (!running_.empty()) {
            wait();
            if (searches_are_interrupted()) {
                interrupt();
            }
            read();
            begin();
        }
    }

  private:
    struct Running {
        Running(std::size_t number, const Selected& selected, const CheckOptions& options)
            : index(number), process(selected, options) {}

        std::size_t index;
        CheckProcess process;
        bool has_news = false;
    };

    void begin() {
        while (running_.size() < options_.how.jobs && next_ < scenarios_.size() &&
               !searches_are_interrupted()) {
            events_.on_begin(next_);
            running_.emplace_back(next_, scenarios_[next_], options_);
            ++next_;
        }
    }

    void wait() {
        std::vector<pollfd> descriptors;
        for (const Running& each : running_) {
            descriptors.push_back({each.process.descriptor(), POLLIN, 0});
        }
        poll(descriptors.data(), descriptors.size(), poll_ms);
        auto descriptor = descriptors.begin();
        for (Running& each : running_) {
            // Without a descriptor there is no process: read() says so.
            each.has_news = descriptor->revents != 0 || descriptor->fd < 0;
            ++descriptor;
        }
    }

    void read() {
        for (auto each = running_.begin(); each != running_.end();) {
            const std::size_t index = each->index;
            if (!each->has_news ||
                each->process.read([&](const Progress& now) { events_.on_progress(index, now); })) {
                ++each;
                continue;
            }
            events_.on_end(index, each->process.finish());
            each = running_.erase(each);
        }
    }

    void interrupt() {
        if (!interrupted_) {
            interrupted_ = true;
            std::for_each(running_.begin(), running_.end(),
                          [](Running& each) { each.process.interrupt(); });
        }
    }

    std::span<const Selected> scenarios_;
    const CheckOptions& options_;
    const CheckEvents& events_;
    std::list<Running> running_ = {};
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
