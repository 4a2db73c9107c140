// SPDX-License-Identifier: Apache-2.0
#include "checker/parallel.h"

#include "checker/coordinator.h"

namespace heddle {

void Parallel::run(Execution& execution, Budget& budget, Summary& summary) {
    Coordinator(execution, budget, summary, options_).run();
}

}  // namespace heddle
