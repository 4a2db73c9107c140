// SPDX-License-Identifier: Apache-2.0
// A search takes choices of an execution until it has a verdict.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "checker/budget.h"
#include "checker/reductions.h"
#include "checker/scenario.h"
#include "checker/verdict.h"

namespace heddle {

// How to search, for the searches that the options concern.
struct SearchOptions {
    Reductions reductions = Reductions::only_await();
    std::uint64_t seed = 1;       // of random choices
    std::uint64_t runs = 10'000;  // of searches that sample
    unsigned depth = 3;           // of bugs that `pct` looks for: ordering constraints, 1 or more
    unsigned jobs = 1;            // worker processes
    // Of `exhaustive`: see ParallelOptions.
    std::string checkpoint = {};
    double checkpoint_seconds = 60;
    std::string resume = {};
    std::string scenario = {};  // its name and hash; set by check()
};

class Search {
  public:
    virtual ~Search() = default;

    // Explores from the present moment of `execution`. Fills the counts of `summary` and its
    // verdict. A violation found need not be the simplest one.
    virtual void run(Execution& execution, Budget& budget, Summary& summary) = 0;
};

// A row of the table of searches.
struct SearchKind {
    const char* name;
    const char* help;
    std::unique_ptr<Search> (*make)(const SearchOptions& options);
};

std::span<const SearchKind> searches();

// Null if there is none of that name.
const SearchKind* find_search(const std::string& name);

struct Guide;  // guided.h

struct CheckOptions {
    std::string search = "exhaustive";  // a name of searches()
    SearchOptions how = {};
    std::shared_ptr<const Guide> guide = {};  // if there is one, it is followed instead
    Limits limits = {};
    Limits minimise_limits = {.seconds = 60};
    ExecutionOptions execution = {};
    std::function<void(const Progress&)> on_progress = {};  // about twice a second
};

// Runs one search over one scenario; a violation comes back with the simplest schedule that
// `bounded` finds within `minimise_limits`, or with the first one found if it finds none.
Summary check(const Scenario& scenario, const CheckOptions& options = {});

}  // namespace heddle
