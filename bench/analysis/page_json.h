// SPDX-License-Identifier: Apache-2.0
// Everything that the page shows, as JSON. bench/page/src reads it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bench/analysis/fitted_series.h"
#include "bench/analysis/options.h"
#include "bench/analysis/pareto.h"

namespace heddle::bench {

// A prebuilt page, in which `page_place` stands where the JSON goes.
std::string_view prebuilt_bench_page();

struct PageOptions {
    UslOptions fit;
    SimulationWords simulation;
    std::string folder = ".";  // where the page will lie: links to reports begin there
};

// Fits and simulates each series. An empty `distributions` means no simulation, without verdicts
// there are no contests.
nlohmann::ordered_json page_json(const std::vector<Measurements>& files,
                                 const std::vector<Distributions>& distributions,
                                 const CheckedVerdicts& verdicts, const PageOptions& options);

}  // namespace heddle::bench
