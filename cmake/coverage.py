#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What of model/ did not run, and does model/uncovered.toml say why? Called by coverage.sh.

Usage: coverage.py BUILD [--json FILE]. BUILD is a folder with the counts of a run; FILE is for `heddle check
--figures`. Prints functions and branches that no entry
explains with how often each way was taken, entries that explain nothing any more, and the totals; exit code 1
if there is any of the first two, else 0.
"""
import argparse
import collections
import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Lines that only tell a violation.
REPORTS = re.compile(r"BUG_ON|violated\(|fail\(|ledger_failure|number\(")


def explanations():
    """The (file, text) of each place of model/uncovered.toml: a pattern of file names, and what the line has."""
    groups = tomllib.loads((ROOT / "model/uncovered.toml").read_text())["group"]
    return [tuple(place.split(": ", 1)) for group in groups for place in group["places"]]


def counted(build):
    """What gcov says of each source file of each object file."""
    for counts in sorted(pathlib.Path(build).resolve().rglob("*.gcda")):
        told = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", counts],
                              cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for document in told.splitlines():
            yield from json.loads(document)["files"]


def added(counts):
    """The runs of each function and of each branch, over all object files. The copies of a template or an
    inline function count as one, a lambda as a part of its function, and what only an exception takes not at
    all."""
    functions = collections.Counter()
    branches = {}
    for file in counts:
        name = file["file"].removeprefix(f"{ROOT}/")
        if not name.startswith("model/"):
            continue
        for function in file["functions"]:
            if "{lambda" not in function["demangled_name"]:
                functions[name, function["start_line"]] += function["execution_count"]
        for line in file["lines"]:
            taken = [branch["count"] for branch in line["branches"] if not branch["throw"]]
            of_line = branches.setdefault((name, line["line_number"]), {})
            so_far = of_line.setdefault(len(taken), [0] * len(taken))
            of_line[len(taken)] = [a + b for a, b in zip(so_far, taken)]
    return functions, {place: sum(shapes.values(), []) for place, shapes in branches.items()}


def write_figures(path, functions, ways):
    """The shares that ran, for `heddle check --figures`."""
    def figure(name, counts):
        run = sum(count > 0 for count in counts)
        return {"name": name, "value": f"{100 * run / len(counts):.1f} %", "detail": f"{run} of {len(counts)}"}
    figures = [figure("functions run", list(functions.values())), figure("branches taken", ways)]
    pathlib.Path(path).write_text(json.dumps({"schema": "heddle-coverage-1", "figures": figures}) + "\n")


def main(build, json_file):
    functions, branches = added(counted(build))
    sources = {name: (ROOT / name).read_text().splitlines() for name in {name for name, _ in branches}}

    def is_report(place):
        return REPORTS.search(sources[place[0]][place[1] - 1])

    functions = {place: runs for place, runs in functions.items() if not is_report(place)}
    branches = {place: taken for place, taken in branches.items() if not is_report(place)}
    missed = {place for place, runs in functions.items() if runs == 0}
    missed |= {place for place, taken in branches.items() if 0 in taken}

    places = explanations()
    used = set()
    unexplained = 0
    for name, number in sorted(missed):
        text = sources[name][number - 1].strip()
        why = {place for place in places
               if fnmatch.fnmatch(name.removeprefix("model/"), place[0]) and place[1] in text}
        used |= why
        if not why:
            unexplained += 1
            print(f"not run: {name}:{number}: {text} {branches.get((name, number), '')}")
    stale = [place for place in places if place not in used]
    for name, text in stale:
        print(f"runs, or is not there: {name}: {text}")
    ways = sum(branches.values(), [])
    if json_file:
        write_figures(json_file, functions, ways)
    print(f"functions: {sum(runs > 0 for runs in functions.values())} of {len(functions)} run; "
          f"branches: {sum(taken > 0 for taken in ways)} of {len(ways)} taken; "
          f"of the others {unexplained} lines not explained; {len(stale)} explanations of nothing")
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    sys.exit(main(arguments.build, arguments.json))
