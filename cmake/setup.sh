#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing on Debian 12. Usage: cmake/setup.sh [run|test|ci|coverage]
#   run   what building and running the heddle program needs
#   test  and what the tests and benchmarks need
#   ci    and clang, its sanitizers, clang-format, clang-tidy
#   coverage  what cmake/coverage.sh needs
# HEDDLE_SETUP=off makes it do nothing, for a machine that was set up in another way.
set -euo pipefail

packages=(g++ cmake ninja-build libboost-context-dev libxxhash-dev libfmt-dev
    nlohmann-json3-dev libtomlplusplus-dev libcli11-dev libsqlite3-dev)
test_packages=(libgtest-dev libbenchmark-dev libhwloc-dev pkg-config libvalijson-dev libcminpack-dev)
# Parsers of what the program writes, that know nothing of the program; perl has prove. The shells
# read their completion, groff the manual page.
test_packages+=(libxml2-utils python3 python3-jsonschema perl graphviz zsh fish groff-base)
# A browser for the HTML report.
test_packages+=(chromium fonts-dejavu-core)
# Another source of node may bring npm along, and not go together with Debian's.
command -v npm >/dev/null || test_packages+=(nodejs npm)
# Where package-lock.json says what is needed from npm, by the sets that have test_packages.
node_folders=(scenarios/report/page tests/browser tests/sarif)
# llvm is the symbolizer: without it the sanitizers report bare addresses.
ci_packages=(clang clang-format clang-tidy libclang-rt-14-dev llvm)
coverage_packages=(python3)

case "${1:-run}" in
    run) node_folders=() ;;
    test) packages+=("${test_packages[@]}") ;;
    ci) packages+=("${test_packages[@]}" "${ci_packages[@]}") ;;
    coverage) packages+=("${coverage_packages[@]}") node_folders=() ;;
    *) echo "setup.sh: unknown set '$1'; expected run, test, ci or coverage" >&2; exit 2 ;;
esac

[ "${HEDDLE_SETUP:-on}" != off ] || exit 0

finish() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    for folder in "${node_folders[@]}"; do
        # npm writes its own copy of the lock file last.
        [ ! "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] || continue
        echo "setup.sh: npm ci in $folder" >&2
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund >&2 &&
            touch node_modules/.package-lock.json) ||
            { echo "setup.sh: npm ci failed in $folder" >&2; exit 2; }
    done
    exit 0
}

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || finish

give_up() {
    echo "setup.sh: $1. Install these (names as in Debian 12): ${missing[*]}" >&2
    echo "setup.sh: then run again; HEDDLE_SETUP=off skips this check." >&2
    exit 2
}

distribution=$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-}" || true)
[ "$distribution" = "debian 12" ] || give_up "this is not Debian 12"

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || give_up "not root, and no sudo"
    sudo -n true 2>/dev/null || [ -t 0 ] || give_up "not root, and sudo asks for a password"
    as_root=(sudo)
fi

echo "setup.sh: installing ${missing[*]}" >&2
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@" >&2
}
# A machine that has just started may be updating its lists by itself, and a mirror may be busy.
for pause in 10 30 0; do
    # One broken source of the machine need not matter: the install tells.
    apt update || echo "setup.sh: apt-get update failed; trying with the lists there are" >&2
    ! apt install --no-install-recommends "${missing[@]}" || finish
    sleep "$pause"
done
give_up "apt-get failed"
