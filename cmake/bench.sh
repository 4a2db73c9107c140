#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds and runs heddle-lock-bench, which takes two minutes without arguments; arguments go to
# it (bench/README.md). The figures are also in build/release/lock-bench.json and .ndjson.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
{
    "$source_dir/cmake/setup.sh" test
    (cd "$source_dir" && cmake --preset release &&
        cmake --build --preset release --target heddle-lock-bench)
} >&2
build=$source_dir/build/release
exec "$build/heddle-lock-bench" --histograms "$build/lock-bench.ndjson" \
    --benchmark_out="$build/lock-bench.json" "$@"
