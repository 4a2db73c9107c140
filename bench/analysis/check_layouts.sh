#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks scenarios under each layout of lru_lock, and the kinds of lock, and writes the verdicts into a folder for
# `heddle-bench pareto --checked` and `page --checked`: layout-NAME.json and lock-NAME.json, each with a report
# (.html) that has the counterexamples.
#   Usage: bench/analysis/check_layouts.sh [--heddle PROGRAM] [--out FOLDER] [--jobs N] [SCENARIO...]
# Without SCENARIO, names or patterns, every `clean-*` of the catalogue, which must pass. The exit code is 0 if
# verdicts were written, whatever they are.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

heddle=${HEDDLE_PROGRAM:-$root/build/release/heddle}
out=verdicts
jobs=$(nproc)
scenarios=()
while [ $# -gt 0 ]; do
    case $1 in
        --heddle | --out | --jobs)
            [ $# -ge 2 ] || { echo "check_layouts.sh: no value for $1" >&2; exit 2; }
            declare "${1#--}=$2"
            shift 2
            ;;
        --help) sed -n '3,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        -*) echo "check_layouts.sh: '$1'; expected --heddle, --out, --jobs or a scenario" >&2; exit 2 ;;
        *) scenarios+=("$1"); shift ;;
    esac
done
[ "${#scenarios[@]}" -gt 0 ] || scenarios=('clean-*')
[ -x "$heddle" ] || { echo "check_layouts.sh: $heddle: no such program" >&2; exit 2; }

mkdir -p "$out"
catalogue=$(mktemp -d)
trap 'rm -rf "$catalogue"' EXIT

# Usage: check FILE ARGUMENT... Verdicts of all kinds are results; only what could not be checked is an error.
check() {
    local file=$out/$1 code=0
    shift
    echo "check_layouts.sh: $file" >&2
    "$heddle" check "$@" --json "$file.json" --report "html=$file.html" >"$catalogue/log" || code=$?
    case $code in
        0 | 1 | 4 | 5) ;;
        *) echo "check_layouts.sh: heddle check ended with $code" >&2; exit "$code" ;;
    esac
}

# The catalogue with another layout. A scenario that has one of its own keeps it.
for layout in node zone lruvec page-hash; do
    copy=$catalogue/$layout
    mkdir "$copy"
    (cd "$root/scenarios" && find . -name '*.toml' -not -path '*/node_modules/*' -exec cp --parents -t "$copy" {} +)
    mapfile -t with_machine < <(grep -rlx --include='*.toml' '\[machine\]' "$copy" | xargs grep -L '^lru_lock = ')
    mapfile -t without < <(grep -rLx --include='*.toml' '\[machine\]' "$copy")
    sed -i "/^\[machine\]$/a lru_lock = \"$layout\"" "${with_machine[@]}"
    sed -i "0,/^\[/s/^\[/[machine]\nlru_lock = \"$layout\"\n\n[/" "${without[@]}"
    check "layout-$layout" --catalogue "$copy" --jobs "$jobs" "${scenarios[@]}"
done

# The locks that are written here. Those of the C library, whose text is not, are not checked.
check lock-test-and-set test-and-set-lock/correct
check lock-ticket ticket-lock/correct
check lock-queued queued-lock/correct
check lock-broken test-and-set-lock/broken-loses-patience
