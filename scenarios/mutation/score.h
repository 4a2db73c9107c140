// SPDX-License-Identifier: Apache-2.0
// How many mutants were killed, of those that could be.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "scenarios/mutation/mutants.h"
#include "scenarios/mutation/trial.h"

namespace heddle {

class Score {
  public:
    // `reasons`: why a mutant is equivalent, by name.
    explicit Score(std::map<std::string, std::string> reasons) : reasons_(std::move(reasons)) {}

    // Counts a mutant; returns its line of the report.
    std::string add(const Mutant& mutant, const Trial& trial);

    // The end of the report: survivors by name, the score.
    std::string text() const;

    // Mutants that are killed and called equivalent.
    const std::vector<std::string>& errors() const { return errors_; }

    // Per cent of the mutants that are not equivalent; 100 without any.
    double killed_percent() const;
    std::string counts() const;

    // And every mutant written by hand has broken one of the claims that it must.
    bool is_reached(double percent_min) const;

    void write_json(std::ostream& out) const;

  private:
    struct Row {
        const Mutant* mutant;
        Trial trial;
        std::string reason;  // why it is equivalent, or nothing
    };
    std::string line_of(const Row& row) const;
    unsigned killed() const;
    unsigned equivalent() const;
    bool breaks_what_it_must(const Row& row) const;

    std::map<std::string, std::string> reasons_;
    std::vector<Row> rows_ = {};
    std::vector<std::string> errors_ = {};
};

}  // namespace heddle
