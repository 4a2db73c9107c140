#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which functions and branches of model/ the catalogue runs. Usage: cmake/coverage.sh [--json FILE]
# Prints what it does not run and model/uncovered.toml does not explain: exit code 1 if there is any.
# Lines that only report a violation are left out, and so is what only an exception branches to.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
{
    cmake/setup.sh coverage
    cmake --preset coverage
    cmake --build --preset coverage --target heddle
    find build/coverage -name '*.gcda' -delete
    # Counts are derived by what enters a block and what leaves it, so no run may go on twice from one
    # point, as it does when memory is copied back. Replaying takes its time: the largest get a budget.
    build/coverage/heddle check --rewind replay --max-states 20000 || [ $? -eq 4 ]
} >&2

cmake/coverage.py build/coverage "$@"
