// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/search.h"

namespace heddle {

// Several searches, one after another, until one of them decides: `bounded`, which finds the
// simplest failure soon; `exhaustive`, which proves; and `pct` if neither came to an end. PASS
// only if one of the first two did. With a time limit they get a sixth of it, half of it, and what
// is left; without one `bounded` gets a few seconds and `exhaustive` what it needs. Other limits
// hold for each by itself. Summary::coverage says what each has covered.
class Portfolio final : public Search {
  public:
    explicit Portfolio(const SearchOptions& how) : how_(how) {}

    void run(Execution& execution, Budget& budget, Summary& summary) override;

  private:
    SearchOptions how_;
};

}  // namespace heddle
