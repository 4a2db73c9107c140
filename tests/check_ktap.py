# SPDX-License-Identifier: Apache-2.0
"""Reads flat KTAP, version 1, strictly, and prints "N passed, N failed, N skipped".

Usage: check_ktap.py FILE
"""
import re
import sys

RESULT = re.compile(r"(ok|not ok) ([0-9]+)( - | )([^#]*?)( # SKIP .+)?")


def main(path):
    with open(path, "rb") as file:
        lines = file.read().decode("utf-8").split("\n")
    assert lines[0] == "KTAP version 1", lines[0]
    plan = re.fullmatch(r"1\.\.([0-9]+)", lines[1])
    assert plan, lines[1]
    assert lines[-1] == "", "the last line does not end"
    passed = failed = skipped = 0
    comment_is_last = False
    for line in lines[2:-1]:
        assert not re.search(r"[\x00-\x1f\x7f]", line), repr(line)
        comment_is_last = line.startswith("# ")
        if comment_is_last:
            continue
        result = RESULT.fullmatch(line)
        assert result, line
        assert int(result[2]) == passed + failed + skipped + 1, ("out of turn", line)
        skipped += result[5] is not None
        passed += result[1] == "ok" and result[5] is None
        failed += result[1] == "not ok"
    assert not comment_is_last, "a comment stands before the line that it is about"
    assert int(plan[1]) == passed + failed + skipped, "not what was planned"
    print(f"{passed} passed, {failed} failed, {skipped} skipped")


if __name__ == "__main__":
    main(sys.argv[1])
