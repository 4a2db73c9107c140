#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long stress, random, pct and exhaustive take to find what known-bug scenarios expect.

Usage: cmake/time_to_find.py [--build DIR] [--time SECONDS] [SCENARIO]...
Prints a table in Markdown. Without scenarios those that README.md of scenarios/stress has.
"""
import argparse
import json
import os
import subprocess
import sys

SCENARIOS = [
    "nr-mlock-leak-pagevec/seed",
    "nr-mlock-leak-isolated/seed",
    "nr-mlock-leak-compaction/seed",
    "nr-mlock-leak-from-user-space/seed",
    "lru-lock-self-deadlock/before-3-13-until-it-hangs",
    "putback-recheck/without-recheck-until-the-end",
    "unmap-cluster-unlocked-page/before",
    "shm-unlock-stranded/before-3-3-until-the-end",
    "vma-merge-case-8/seed",
    "page-mlock-one-early-return/for-a-while",
    "shmlock-user-lock-irq/seed",
    "ksm-mlockfreed/before-2-6-33",
]


def result_of(command):
    """The only result of a program that writes JSON to stdout."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        results = json.loads(done.stdout)["results"]
    except (json.JSONDecodeError, KeyError):
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr.strip()}")
    if len(results) != 1:
        sys.exit(f"{' '.join(command)}: {len(results)} results; expected one")
    return results[0]


def seconds_text(seconds):
    return f"{seconds:.3f} s" if seconds < 10 else f"{seconds:.0f} s"


def by_stress(build, scenario, limit):
    found = result_of([f"{build}/heddle-stress", scenario, "--time", str(limit), "--json", "-"])
    rounds = f"{found['rounds']:,} round{'s' if found['rounds'] != 1 else ''}"
    if "violation" not in found:
        return found["expected"], f"not in {limit} s, {rounds}"
    claim = found["violation"]["claim"]
    other = "" if found["verdict"] == "found" else f", as {claim}"
    return found["expected"], f"{seconds_text(found['violation']['seconds'])}, {rounds}{other}"


def by_search(build, scenario, search, limit):
    runs = ["--runs", "1000000000"] if search in ("random", "pct") else []
    found = result_of([f"{build}/heddle", "check", scenario, "--search", search, "--time-budget",
                       str(limit), "--json", "-", *runs])
    if found["verdict"] != "FAIL":
        return f"not in {limit} s" if found["verdict"] == "UNKNOWN" else found["verdict"]
    return seconds_text(found["seconds"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release", help="where the programs are")
    parser.add_argument("--time", type=float, default=60, help="seconds for each, at most")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    flags = parser.parse_args()
    limit = int(flags.time) if flags.time == int(flags.time) else flags.time
    print(f"At most {limit} s for each, on {len(os.sched_getaffinity(0))} cores.\n")
    print("| scenario | expected | stress | random | pct | exhaustive |")
    print("|---|---|---|---|---|---|")
    for scenario in flags.scenarios or SCENARIOS:
        expected, stress = by_stress(flags.build, scenario, limit)
        cells = [by_search(flags.build, scenario, search, limit)
                 for search in ("random", "pct", "exhaustive")]
        print(f"| `{scenario}` | {expected} | {stress} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
