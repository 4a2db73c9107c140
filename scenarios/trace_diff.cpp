// SPDX-License-Identifier: Apache-2.0
#include "scenarios/trace_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "checker/step_text.h"
#include "scenarios/report/json.h"

namespace heddle {

namespace {

std::string end_text(const std::string& verdict, const std::string& claim) {
    return claim.empty() ? verdict : verdict + " " + claim;
}

// ---- from a document

std::string wrong(const std::string& file, const std::string& what) {
    return "'" + file + "': " + what;
}

std::string place_in(const nlohmann::json& step) {
    const std::string function = step.at("function");
    const std::string where = step.at("where");
    const bool is_named = function != "operator()" && !where.empty();
    return is_named ? function + " " + where : where;
}

ToldRun run_of(const nlohmann::json& result) {
    ToldRun run = {
        result.at("scenario"), end_text(result.at("verdict"), result.value("invariant", "")), {}};
    for (const nlohmann::json& step : result.at("steps")) {
        run.steps.push_back({step.at("task"), step.at("cpu"), place_in(step), step.at("text"),
                             step.at("object"), step.at("after")});
    }
    return run;
}

// Throws what the library throws of members that are missing or of another type.
std::variant<ToldRun, std::string> run_in(const nlohmann::json& document, const std::string& file,
                                          const std::string& scenario) {
    if (document.at("schema") != results_schema) {
        return wrong(file, fmt::format("expected a document of schema {}", results_schema));
    }
    std::vector<ToldRun> runs;
    std::string names;
    for (const nlohmann::json& result : document.at("results")) {
        if (!result.contains("steps")) {
            continue;
        }
        const std::string name = result.at("scenario");
        names += (names.empty() ? "" : ", ") + name;
        if (scenario.empty() || name == scenario) {
            runs.push_back(run_of(result));
        }
    }
    if (runs.size() == 1) {
        return runs.front();
    }
    if (names.empty()) {
        return wrong(file, "no result in it has steps");
    }
    return wrong(file, runs.empty() ? "no result of '" + scenario + "' has steps; those of " +
                                          names + " have"
                                    : "several results have steps: " + names +
                                          "; expected --scenario with one of them");
}

// ---- comparison

// What a run has come to.
class Progressing {
  public:
    void take(const ToldStep& step) {
        done_[step.task].push_back(&step);
        if (!step.object.empty()) {
            values_[step.object] = step.value;
        }
    }

    bool is_where(const Progressing& other) const {
        return values_ == other.values_ &&
               std::equal(done_.begin(), done_.end(), other.done_.begin(), other.done_.end(),
                          [](const auto& one, const auto& two) {
                              return one.first == two.first && same_steps(one.second, two.second);
                          });
    }

  private:
    using Steps = std::vector<const ToldStep*>;

    static bool same_steps(const Steps& one, const Steps& other) {
        return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                          [](const ToldStep* a, const ToldStep* b) { return *a == *b; });
    }

    std::map<std::string, Steps> done_ = {};
    std::map<std::string, std::string> values_ = {};
};

}  // namespace

ToldRun told_run(const Result& result) {
    const Verdict& verdict = result.summary.verdict;
    ToldRun run = {
        result.summary.scenario,
        end_text(name_of(verdict.kind), verdict.violation ? verdict.violation->claim : ""),
        {}};
    for (const Step& step : result.trace->steps) {
        const StepText text = describe_step(step, *result.trace);
        const std::string does = text.effect.empty() ? text.call : text.call + " " + text.effect;
        run.steps.push_back({step.task, step.cpu, text.place, does, step.object, text.after});
    }
    return run;
}

std::variant<ToldRun, std::string> read_run(const std::string& file, const std::string& scenario) {
    std::ifstream in(file);
    if (!in) {
        return wrong(file, "cannot be read");
    }
    try {
        return run_in(nlohmann::json::parse(in), file, scenario);
    } catch (const nlohmann::json::exception& error) {
        return wrong(file,
                     fmt::format("not a document of schema {}: {}", results_schema, error.what()));
    }
}

TraceDiff diff_of(const ToldRun& a, const ToldRun& b) {
    TraceDiff diff;
    const std::size_t shorter = std::min(a.steps.size(), b.steps.size());
    while (diff.common < shorter && a.steps[diff.common] == b.steps[diff.common]) {
        ++diff.common;
    }
    diff.are_equal =
        diff.common == a.steps.size() && a.steps.size() == b.steps.size() && a.end == b.end;
    Progressing of_a;
    Progressing of_b;
    for (std::size_t i = 0; i < shorter && !diff.again; ++i) {
        of_a.take(a.steps[i]);
        of_b.take(b.steps[i]);
        if (i > diff.common && of_a.is_where(of_b)) {
            diff.again = i + 1;
        }
    }
    return diff;
}

}  // namespace heddle
