#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which mutants of the model the catalogue kills. Usage: cmake/mutate.sh [arguments of heddle_mutate]
# Without arguments: `run`, the selection that model/README.md tells the score of.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
{
    cmake/setup.sh run
    cmake --preset mutation
    cmake --build --preset mutation --target heddle_mutate
} >&2
if [ $# -eq 0 ]; then
    set -- run
fi
exec build/mutation/heddle_mutate "$@"
