// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "bench/analysis/command.h"
#include "bench/analysis/input_error.h"
#include "bench/analysis/page_json.h"
#include "scenarios/report/filled_page.h"

namespace heddle::bench {

namespace {

class Page final : public BenchCommand {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    std::vector<std::string> inputs_ = {};
    std::string out_ = {};
    std::string checked_ = {};
    double confidence_ = 95;
    PageOptions options_ = {};
};

void Page::add_options(CLI::App& app) {
    app.add_option(
           "FILES", inputs_,
           "JSON of Google Benchmark; and the times of the same benchmarks, whose names end in "
           ".ndjson")
        ->required();
    app.add_option("--out", out_, "The page to write; - is standard output")
        ->type_name("FILE")
        ->required()
        ->envname("HEDDLE_BENCH_OUT");
    add_checked(app, checked_);
    add_confidence(app, confidence_);
    add_fit_options(app, options_.fit);
    add_simulation_options(app, options_.simulation);
    app.footer("The page is one file that loads nothing.");
}

ExitCode Page::run() {
    options_.fit.confidence = confidence_ / 100;
    std::vector<Measurements> files;
    std::vector<Distributions> distributions;
    for (const std::string& input : inputs_) {
        if (input.ends_with(".ndjson")) {
            const std::vector<Distributions> read = read_distributions(input);
            distributions.insert(distributions.end(), read.begin(), read.end());
        } else {
            files.push_back(read_measurements(input));
        }
    }
    if (files.empty()) {
        throw InputError(
            "page: no measurements, histograms only; expected JSON of Google Benchmark");
    }
    const CheckedVerdicts verdicts = checked_.empty() ? CheckedVerdicts{} : read_verdicts(checked_);
    if (out_ != "-" && std::filesystem::path(out_).has_parent_path()) {
        options_.folder = std::filesystem::path(out_).parent_path().string();
    }
    const nlohmann::ordered_json json = page_json(files, distributions, verdicts, options_);
    if (out_ == "-") {
        write_filled_page(std::cout, prebuilt_bench_page(), json);
        return ExitCode::met;
    }
    std::ofstream out(out_, std::ios::binary);
    write_filled_page(out, prebuilt_bench_page(), json);
    out.close();
    if (!out) {
        throw InputError(out_ + ": cannot be written");
    }
    return ExitCode::met;
}

}  // namespace

std::unique_ptr<BenchCommand> make_page() { return std::make_unique<Page>(); }

}  // namespace heddle::bench
