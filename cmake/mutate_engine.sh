#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which test notices which mistake in the engine itself: checker/engine_mutations.h lists them.
# Usage: cmake/mutate_engine.sh [--quick] [MUTATION]... Exit code 1 if a mutation survives.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
{
    cmake/setup.sh test
    cmake --preset mutation
    cmake --build --preset mutation --target heddle_mutate_engine
} >&2
exec build/mutation/heddle_mutate_engine "$@"
