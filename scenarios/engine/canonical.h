// SPDX-License-Identifier: Apache-2.0
// Programs on which checkers of concurrent programs are compared: each grows with n in its own way.
// Trace counts are those of orders that differ in operations that conflict.
#pragma once

#include "checker/scenario.h"

namespace heddle::engine {

// One lock taken by all. n! traces.
namespace mutex_inc {
Scenario scenario();
}

// One writer, n readers. 2^n traces.
namespace readers {
Scenario scenario();
}

// A chain of reads and writes, and a scan down it. (n + 3) * 2^(n - 2) traces.
// Source: Abdulla, Aronis, Jonsson, Sagonas, Optimal Dynamic Partial Order Reduction, POPL 2014.
namespace lastzero {
Scenario scenario();
}

// A hash table without locks. One trace up to n = 11, then 8 for 12, 512 for 14, 4,096 for 15.
// Source: Flanagan, Godefroid, Dynamic Partial-Order Reduction for Model Checking Software, POPL
// 2005, figure 1.
namespace indexer {
Scenario scenario();
}

// A file system's allocation of blocks. One trace up to n = 13, then 2 for 14, 8 for 16, 32 for 18,
// 2,048 for 24. Source: the same, figure 2.
namespace filesystem {
Scenario scenario();
}

// munlock() against n tasks that isolate its page, in small; as it was in 2016, and repaired.
// (n + 1)! * 2^n traces.
namespace munlock_mini {
Scenario seed();
Scenario fixed();
}  // namespace munlock_mini

}  // namespace heddle::engine
