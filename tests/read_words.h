// SPDX-License-Identifier: Apache-2.0
// Whether what breaks an invariant is among the words that it says it reads.
#pragma once

#include <string>
#include <vector>

#include "model/invariant_checks.h"
#include "model/invariants.h"

namespace heddle {

// The words that each invariant reads, as they were when this was made, in this_machine().
class ReadWords {
  public:
    ReadWords() {
        for (const Invariant& invariant : invariants()) {
            values_.push_back(values(invariant));
        }
    }

    bool have_changed(const Invariant& invariant) const {
        const auto index = static_cast<std::size_t>(&invariant - invariants().data());
        return values_[index] != values(invariant);
    }

  private:
    static std::string values(const Invariant& invariant) {
        std::string text = values_of(invariant.words);
        for (const struct page& page : pages()) {
            text += ' ' + std::to_string(page.flags & invariant.flags);
        }
        return text;
    }

    std::vector<std::string> values_ = {};
};

}  // namespace heddle
