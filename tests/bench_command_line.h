// SPDX-License-Identifier: Apache-2.0
// heddle-bench, run in a folder of its own, and small measurements for it.
#pragma once

#include <string>
#include <vector>

#include "tests/command_line.h"

namespace heddle {

// Benchmarks as Google Benchmark writes them; each `rates` has one for each repetition.
class BenchmarkFile {
  public:
    explicit BenchmarkFile(unsigned cores) {
        json_["context"] = {{"num_cpus", cores}, {"host_name", "example"}};
    }

    void add(const std::string& series, unsigned threads, const std::vector<double>& rates) {
        const std::string name = series + "/threads:" + std::to_string(threads);
        for (std::size_t i = 0; i < rates.size(); ++i) {
            json_["benchmarks"].push_back({{"name", name},
                                           {"run_name", name},
                                           {"run_type", "iteration"},
                                           {"repetition_index", i},
                                           {"threads", threads},
                                           {"real_time", 5.0},
                                           {"time_unit", "ms"},
                                           {"ops", rates[i]},
                                           {"jain", 0.9},
                                           {"wait_p99_ns", 1e3},
                                           {"broken", 0}});
        }
    }
    // By the Universal Scalability Law, three repetitions, 1 per cent apart.
    void add_law(const std::string& series, double sigma, std::vector<unsigned> threads) {
        for (const unsigned n : threads) {
            const double rate = 1e6 * n / (1 + sigma * (n - 1) + 1e-4 * n * (n - 1));
            add(series, n, {rate, rate * 1.01, rate * 0.99});
        }
    }
    Json& json() { return json_; }
    std::string text() const { return json_.dump(); }

  private:
    Json json_ = {};
};

class BenchCommandLine : public CommandLine {
  protected:
    Ran run_bench(const std::string& arguments, const std::string& environment = "") const {
        const std::string command = "cd '" + folder.string() + "' && " + environment +
                                    " '" HEDDLE_BENCH_PROGRAM "' " + arguments +
                                    " >out 2>err </dev/null";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents_of(folder / "out"),
                contents_of(folder / "err")};
    }
};

}  // namespace heddle
