#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds and runs `heddle check` over the catalogue; arguments go to it, and the exit code
# is its own. Only its results are on stdout.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
{
    "$source_dir/cmake/setup.sh" run
    # A preset is looked for in the working directory; the caller's paths must keep their meaning.
    (cd "$source_dir" && cmake --preset release && cmake --build --preset release --target heddle)
} >&2
# Not by exec: the compilers, children of this shell, would be taken for workers whose memory counts.
"$source_dir/build/release/heddle" check "$@"
