#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds and runs each fuzzer of tests/fuzz. Usage: cmake/fuzz.sh [SECONDS [NAME]...]
# SECONDS is for each (default 60), NAME one such as `schedule` (default: all). Inputs come from the
# kept corpus and a fixed seed; new ones stay in build/fuzz/corpus. A finding is left in
# build/fuzz/findings: exit code 1. The last line is "N passed, N failed".
set -euo pipefail

seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || {
    echo "fuzz.sh: '$seconds': expected a number of seconds, 1 or more" >&2
    exit 2
}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
names=("${@:2}")
if [ "${#names[@]}" -eq 0 ]; then
    for source in tests/fuzz/*_fuzz.cpp; do
        names+=("$(basename "$source" _fuzz.cpp)")
    done
fi
for name in "${names[@]}"; do
    [ -e "tests/fuzz/${name}_fuzz.cpp" ] || {
        echo "fuzz.sh: '$name': expected a name with a file tests/fuzz/NAME_fuzz.cpp" >&2
        exit 2
    }
done

{
    cmake/setup.sh ci
    cmake --preset fuzz
    cmake --build --preset fuzz
} >&2

passed=0
failed=0
for name in "${names[@]}"; do
    new=build/fuzz/corpus/$name
    log=build/fuzz/$name.log
    # What an earlier run has found would make this another run.
    rm -rf "$new"
    mkdir -p "$new" build/fuzz/findings
    status=0
    build/fuzz/"fuzz_$name" -seed=1 -max_total_time="$seconds" -timeout=10 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/findings/$name-" "$new" "tests/fuzz/corpus/$name" \
        >"$log" 2>&1 || status=$?
    runs=$(sed -nE 's/^stat::number_of_executed_units: *([0-9]+)$/\1/p' "$log")
    if [ "$status" -eq 0 ] && [ "${runs:-0}" -gt 0 ]; then
        passed=$((passed + 1))
        echo "$name: $runs runs, no finding"
    else
        failed=$((failed + 1))
        tail -n 40 "$log" >&2
        echo "$name: ${runs:-?} runs, exit code $status (in full: $log)"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
