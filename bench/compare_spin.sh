#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Verifies canonical workloads with SPIN and with Heddle in turns, and prints states, seconds and ratios.
# Usage: bench/compare_spin.sh [--heddle PROGRAM] [--rounds N] [--limit SECONDS] [WORKLOAD N]...
#   WORKLOAD  munlock-mini/fixed, munlock-mini/seed, mutex-inc, readers, lastzero, indexer, filesystem
# Both prove the same claim of the same program (bench/spin/*.pml), or find that it fails; each run may
# use 4 GiB and, by default, 60 s. Times are those that either reports for its search, without what
# comes before: generating and compiling a verifier, reading the catalogue.
# Exit code: 0; 1 if the two disagree; 2 if something is missing or not understood.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

heddle=$here/../build/release/heddle
rounds=3
limit=60
memory_mib=4096
workloads=()

give_up() {
    echo "compare_spin.sh: $1" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    if [ "$1" = --help ]; then
        sed -n '3,9s/^# //p' "${BASH_SOURCE[0]}"
        exit 0
    fi
    [ $# -ge 2 ] || give_up "'$1' wants a value: expected [--option VALUE]... [WORKLOAD N]..."
    case "$1" in
        --heddle) heddle=$2 ;;
        --rounds) rounds=$2 ;;
        --limit) limit=$2 ;;
        -*) give_up "unknown option '$1'; expected --heddle, --rounds or --limit" ;;
        *) workloads+=("$1 $2") ;;
    esac
    shift 2
done
if [ "${#workloads[@]}" -eq 0 ]; then
    workloads=("munlock-mini/seed 8" "munlock-mini/fixed 6" "munlock-mini/fixed 8"
        "munlock-mini/fixed 10" "mutex-inc 9" "mutex-inc 12" "readers 12" "lastzero 8" "indexer 5"
        "filesystem 5")
fi

for tool in spin gcc; do
    command -v "$tool" >/dev/null ||
        give_up "there is no '$tool'; on Debian: apt-get install $tool"
done
[ -x "$heddle" ] || give_up "there is no program '$heddle'; cmake/check.sh builds it"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Makes $folder/pan from the model of a workload.
make_verifier() {
    local name=${1%%/*} defines=(-DN="$2")
    local model=$here/spin/${name//-/_}.pml
    [ -f "$model" ] || give_up "there is no workload '$1'; bench/spin has: $(cd "$here/spin" && echo *.pml)"
    [ "${1##*/}" != seed ] || defines+=(-DSEED)
    (
        cd "$folder"
        spin -a "${defines[@]}" "$model" >spin.log || { cat spin.log >&2; exit 2; }
        gcc -O2 -w -DSAFETY -DMEMLIM="$memory_mib" -o pan pan.c
    )
}

# Each leaves verdict, states and seconds; "-" where the limits were reached.
run_spin() {
    local code=0
    (cd "$folder" && timeout "$limit" ./pan -m1000000 >pan.log 2>&1) || code=$?
    verdict=$(sed -n 's/.*errors: \([0-9]*\)$/\1/p' "$folder/pan.log")
    verdict=$([ "${verdict:-0}" = 0 ] && echo PASS || echo FAIL)
    states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' "$folder/pan.log")
    seconds=$(sed -n 's/^pan: elapsed time \([0-9.e+-]*\) seconds/\1/p' "$folder/pan.log")
    if [ "$code" -ne 0 ] || grep -q 'out of memory\|max search depth too small' "$folder/pan.log"; then
        verdict=- states=- seconds=-
    fi
}

run_heddle() {
    "$heddle" check "$1" --param n="$2" --time-budget "$limit" --memory-budget "${memory_mib}M" \
        --allow-incomplete --json - >"$folder/heddle.json" || true
    member() { sed -n "s/^      \"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$folder/heddle.json"; }
    verdict=$(member verdict) states=$(member states) seconds=$(member seconds)
    [ -n "$verdict" ] || give_up "heddle gave no result for $1"
    if [ "$verdict" = UNKNOWN ]; then
        verdict=- states=- seconds=-
    fi
}

median() { tr ' ' '\n' <<<"$1" | sort -g | sed -n "$(((rounds + 1) / 2))p"; }

# "12.3": how many times the second goes into the first. Below 10 ms SPIN's clock says little.
ratio() {
    awk -v one="$1" -v other="$2" 'BEGIN {
        if (one == "-" || other == "-" || one < 0.01 || other <= 0) print "-";
        else printf "%.1f\n", one / other }'
}

disagree=0
format='%-20s %3s %8s %12s %9s %8s %12s %9s %12s\n'
printf "$format" workload n SPIN states seconds Heddle states seconds SPIN/Heddle
for workload in "${workloads[@]}"; do
    read -r name n <<<"$workload"
    make_verifier "$name" "$n"
    spin_times='' heddle_times=''
    for ((round = 1; round <= rounds; ++round)); do
        run_spin
        spin_verdict=$verdict spin_states=$states spin_times+="${spin_times:+ }$seconds"
        run_heddle "$name" "$n"
        heddle_times+="${heddle_times:+ }$seconds"
    done
    spin_seconds=$(median "$spin_times") heddle_seconds=$(median "$heddle_times")
    [ "$heddle_seconds" = - ] || heddle_seconds=$(printf %.3f "$heddle_seconds")
    printf "$format" "$name" "$n" "$spin_verdict" "$spin_states" "$spin_seconds" "$verdict" \
        "$states" "$heddle_seconds" "$(ratio "$spin_seconds" "$heddle_seconds")"
    if [ "$spin_verdict" != - ] && [ "$verdict" != - ] && [ "$spin_verdict" != "$verdict" ]; then
        echo "compare_spin.sh: the two disagree about $name with n=$n" >&2
        disagree=1
    fi
done
echo "Seconds: the median of $rounds rounds, taken in turns. -: no end within $limit s and $memory_mib MiB."
exit "$disagree"
