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

log=build/$preset/test.log
status=0
# One more than there are cores: some tests wait for a browser or a clock.
"${fixed_addresses[@]}" ctest --preset "$preset" -j "$(($(nproc) + 1))" | tee "$log" || status=$?

if [ "$preset" = asan ]; then
    # Here a test of ctest is a process with many tests, which googletest counts.
    last=build/$preset/Testing/Temporary/LastTest.log
    count() { sed -nE "$1" "$last" | awk '{sum += $1} END {print sum + 0}'; }
    passed=$(count 's/^\[  PASSED  \] ([0-9]+) tests?\.$/\1/p')
    failed=$(count 's/^ *([0-9]+) FAILED TESTS?$/\1/p')
    # A process that ended at once has counted nothing.
    [ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
    echo "$passed passed, $failed failed"
    exit "$status"
fi

# ctest counts a skipped test as passed; here it is neither.
summary='^[0-9]+% tests passed, ([0-9]+) tests failed out of ([0-9]+)$'
counts=$(sed -nE "s/$summary/\1 \2/p" "$log" | tail -n 1)
[ -n "$counts" ] || { echo "test.sh: ctest counted no tests" >&2; exit 1; }
read -r failed total <<<"$counts"
skipped=$(grep -c '\*\*\*Skipped' "$log" || true)
echo "$((total - failed - skipped)) passed, $failed failed"
exit "$status"
