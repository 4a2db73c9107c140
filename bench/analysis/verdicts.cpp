// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/verdicts.h"

#include <algorithm>
#include <filesystem>

#include "bench/analysis/input_error.h"
#include "bench/analysis/json_place.h"

namespace heddle::bench {

namespace {

namespace fs = std::filesystem;

enum class Counts { unexpected_failures, all_failures };

CheckedVerdict read_verdict(const fs::path& file, Counts counts) {
    const nlohmann::json json = read_json(file.string());
    const JsonPlace top(json, file.string() + ": ");
    if (const JsonPlace schema = top.at("schema"); schema.text() != "heddle-results-1") {
        schema.expected("heddle-results-1, as `heddle check --json` writes it");
    }
    CheckedVerdict verdict;
    for (const JsonPlace& result : top.at("results").elements()) {
        const std::string scenario = result.at("scenario").text();
        const std::string kind = result.at("verdict").text();
        ++verdict.nr_scenarios;
        const bool is_expected = kind == "FAIL" && result.at("met").flag();
        if (kind == "FAIL" && (counts == Counts::all_failures || !is_expected)) {
            verdict.failures.push_back({scenario, result.at("invariant").text()});
        } else if (kind == "VACUOUS") {
            ++verdict.nr_vacuous;
        } else if (kind != "PASS" && !is_expected) {
            verdict.why = scenario;
            verdict.why += ": ";
            verdict.why += kind;
            verdict.why += " ";
            verdict.why += result.at("reason").text();
        }
    }
    for (const JsonPlace& error : top.at("errors").elements()) {
        verdict.why = error.text();
    }
    if (verdict.nr_scenarios == 0 && verdict.why.empty()) {
        verdict.why = "no scenario was checked";
    }
    if (!verdict.failures.empty()) {
        verdict.kind = CheckedVerdict::Kind::broken;
    } else if (verdict.why.empty()) {
        verdict.kind = CheckedVerdict::Kind::passes;
    }
    const fs::path report = fs::path(file).replace_extension(".html");
    if (fs::exists(report)) {
        verdict.report = report.generic_string();
    }
    return verdict;
}

}  // namespace

CheckedVerdicts read_verdicts(const std::string& folder) {
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        files.push_back(entry.path());
    }
    if (error) {
        throw InputError(folder + ": " + error.message());
    }
    std::sort(files.begin(), files.end());
    CheckedVerdicts verdicts;
    for (const fs::path& file : files) {
        const std::string name = file.stem().string();
        if (file.extension() != ".json") {
            continue;
        }
        if (name.starts_with("layout-")) {
            verdicts.layouts[name.substr(sizeof("layout-") - 1)] =
                read_verdict(file, Counts::unexpected_failures);
        } else if (name.starts_with("lock-")) {
            verdicts.locks[name.substr(sizeof("lock-") - 1)] =
                read_verdict(file, Counts::all_failures);
        }
    }
    if (verdicts.layouts.empty() && verdicts.locks.empty()) {
        throw InputError(folder + ": no layout-NAME.json or lock-NAME.json in it");
    }
    return verdicts;
}

}  // namespace heddle::bench
