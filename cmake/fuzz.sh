#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds and runs each fuzzer of tests/fuzz. Usage: cmake/fuzz.sh [SECONDS [NAME]...]
# SECONDS is for each, all at the same time (default 60), NAME one such as `schedule` (default: all). Inputs come from the
# kept corpus and a fixed seed; new ones stay in build/asan/corpus. A finding is left in
# build/asan/findings: exit code 1. The last line is "N passed, N failed".
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
    cmake --preset asan
    cmake --build --preset asan --target fuzzers
} >&2

# Two words on stdout: passed or failed, and NAME; the rest on stderr.
fuzz() {
    local seconds=$1 name=$2
    local new=build/asan/corpus/$name log=build/asan/fuzz-$name.log status=0 runs
    # What an earlier run has found would make this another run.
    rm -rf "$new"
    mkdir -p "$new" build/asan/findings
    build/asan/"fuzz_$name" -seed=1 -max_total_time="$seconds" -timeout=10 -print_final_stats=1 \
        -artifact_prefix="build/asan/findings/$name-" "$new" "tests/fuzz/corpus/$name" \
        >"$log" 2>&1 || status=$?
    runs=$(sed -nE 's/^stat::number_of_executed_units: *([0-9]+)$/\1/p' "$log")
    if [ "$status" -eq 0 ] && [ "${runs:-0}" -gt 0 ]; then
        echo "$name: $runs runs, no finding" >&2
        echo "passed $name"
    else
        tail -n 40 "$log" >&2
        echo "$name: ${runs:-?} runs, exit code $status (in full: $log)" >&2
        echo "failed $name"
    fi
}
export -f fuzz

# All at once, however many cores there are: SECONDS is a time of the clock.
ends=$(printf '%s\n' "${names[@]}" | xargs -P 0 -I NAME bash -c 'fuzz "$1" "$2"' - "$seconds" NAME)
passed=$(grep -c '^passed ' <<<"$ends" || true)
failed=$((${#names[@]} - passed))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
