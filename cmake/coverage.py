#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What of model/ did not run, and does model/uncovered.toml say why? Called by coverage.sh.

Usage: coverage.py REPORT, a gcovr JSON report. Prints functions and branches that no entry explains and
entries that explain nothing any more, and the totals; exit code 1 if there is any of both, else 0.
"""
import collections
import fnmatch
import json
import pathlib
import sys
import tomllib

MODEL = pathlib.Path(__file__).resolve().parent.parent / "model"


def explanations():
    """The (file, text) of each place of model/uncovered.toml: a pattern of file names, and what the line has."""
    groups = tomllib.loads((MODEL / "uncovered.toml").read_text())["group"]
    return [tuple(place.split(": ", 1)) for group in groups for place in group["places"]]


def not_run(file):
    """The lines with a function that never ran or a branch never taken. The copies of a template or an
    inline function count as one, and a lambda as a part of its function."""
    copies = collections.defaultdict(int)
    for function in file["functions"]:
        if "{lambda" not in function["name"]:
            copies[function["lineno"]] += function["execution_count"]
    functions = {line for line, runs in copies.items() if runs == 0}
    branches = {line["line_number"]: line["branches"] for line in file["lines"]}
    taken = sum(branch["count"] > 0 for of_line in branches.values() for branch in of_line)
    missed = {n for n, of_line in branches.items() if any(branch["count"] == 0 for branch in of_line)}
    counts = collections.Counter(
        functions=len(copies), functions_run=len(copies) - len(functions),
        branches=sum(map(len, branches.values())), branches_taken=taken)
    return functions | missed, counts


def main(report):
    places = explanations()
    used = set()
    unexplained = 0
    total = collections.Counter()
    for file in json.loads(pathlib.Path(report).read_text())["files"]:
        name = pathlib.Path(file["file"]).name
        source = (MODEL / name).read_text().splitlines()
        lines, counts = not_run(file)
        total += counts
        for number in sorted(lines):
            text = source[number - 1]
            why = {place for place in places
                   if fnmatch.fnmatch(name, place[0]) and place[1] in text}
            used |= why
            if not why:
                unexplained += 1
                print(f"not run: model/{name}:{number}: {text.strip()}")
    stale = [place for place in places if place not in used]
    for name, text in stale:
        print(f"runs, or is not there: {name}: {text}")
    print(f"functions: {total['functions_run']} of {total['functions']} run; "
          f"branches: {total['branches_taken']} of {total['branches']} taken; "
          f"of the others {unexplained} not explained; {len(stale)} explanations of nothing")
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
