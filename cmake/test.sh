#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds and runs the tests. Usage: cmake/test.sh [preset]
# The last line is "N passed, N failed"; the exit code is 0 only if tests ran and none failed.
set -euo pipefail

preset=${1:-release}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "$preset" = release ]; then
    cmake/setup.sh test
else
    cmake/setup.sh ci
fi

# The thread sanitizer of clang 14 cannot live with the address randomisation of some kernels.
fixed_addresses=()
if [ "$preset" = tsan ] && setarch -R true 2>/dev/null; then
    fixed_addresses=(setarch -R)
fi

cmake --preset "$preset"
"${fixed_addresses[@]}" cmake --build --preset "$preset"

status=0
# One more than there are cores: some tests wait for a browser or a clock.
"${fixed_addresses[@]}" ctest --preset "$preset" -j "$(($(nproc) + 1))" || status=$?

# A test of ctest is one, or as many as googletest says that it ran: passed, failed and skipped ones. Of a
# process that ended at once it says nothing.
awk '
    /^[0-9]+\/[0-9]+ Testing: / { counted = ran = bad = 0 }
    /^\[  PASSED  \] [0-9]+ tests?\.$/ { counted = 1; ran = $4 }
    /^ *[0-9]+ FAILED TESTS?$/ { bad = $1 }
    /^Test (Passed\.|Pass Reason:)$/ { passed += counted ? ran : 1 }
    /^Test (Failed\.|Fail Reason:)$/ { passed += ran; failed += bad ? bad : 1 }
    END { print passed + 0 " passed, " failed + 0 " failed" }
' "build/$preset/Testing/Temporary/LastTest.log"
exit "$status"
