#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which functions and branches of model/ the catalogue runs. Usage: cmake/coverage.sh
# Prints what it does not run, by file and line; build/coverage/report.html shows it in the source.
# Lines that only report a violation are left out, and so is what only the compiler can branch to.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
{
    cmake/setup.sh coverage
    cmake --preset coverage
    cmake --build --preset coverage --target heddle
    find build/coverage -name '*.gcda' -delete
    build/coverage/heddle check
} >&2

report=build/coverage/report.json
gcovr --root . --object-directory build/coverage --filter model/ \
    --exclude-throw-branches --exclude-unreachable-branches \
    --exclude-lines-by-pattern '.*(BUG_ON|violated\(|fail\(|ledger_failure|number\().*' \
    --json "$report" --html-details build/coverage/report.html --print-summary >&2

jq -r '.files[] | .file as $file | .functions[] | select(.execution_count == 0)
    | "function not run: \($file):\(.lineno) \(.name)"' "$report"
jq -r '.files[] | .file as $file | .lines[] | .branches as $all
    | ($all | map(select(.count == 0)) | length) as $not_run | select($not_run > 0)
    | "branch not run: \($file):\(.line_number) \($not_run) of \($all | length)"' "$report"
