# SPDX-License-Identifier: Apache-2.0
"""Checks the structure of trace events in JSON, and prints what there is of each phase.

Usage: check_trace_events.py FILE
"""
import collections
import json
import sys


def check(events):
    """Raises AssertionError at what a viewer would not show as it is meant."""
    named = {(event["pid"], event["tid"]) for event in events
             if event["ph"] == "M" and event["name"] == "thread_name"}
    processes = {event["pid"] for event in events
                 if event["ph"] == "M" and event["name"] == "process_name"}
    time = collections.defaultdict(int)  # of the last event, by process
    end = collections.defaultdict(int)  # of the last slice, by track
    last = {}  # slice, by track
    sections = {}
    arrows = {}
    for event in events:
        assert event["ph"] in "MXibesf", event
        assert event["pid"] in processes, event
        track = (event["pid"], event["tid"])
        assert event["ts"] >= time[event["pid"]], ("time goes back", event)
        time[event["pid"]] = event["ts"]
        if event["ph"] == "X":
            assert track in named and event["dur"] > 0 and event["ts"] >= end[track], event
            end[track] = event["ts"] + event["dur"]
            last[track] = event
        elif event["ph"] in "be":
            key = (event["pid"], event["cat"], event["id"])
            if event["ph"] == "b":
                assert key not in sections, ("a section begins twice", event)
                sections[key] = event["name"]
            else:
                assert sections.pop(key) == event["name"], event
        elif event["ph"] in "sf":
            around = last[track]
            assert around["ts"] <= event["ts"] <= end[track], ("an arrow at no slice", event)
            if event["ph"] == "s":
                assert event["id"] not in arrows, event
                arrows[event["id"]] = event["pid"]
            else:
                assert arrows.pop(event["id"]) == event["pid"] and event["bp"] == "e", event
    assert not sections, ("sections without an end", sections)
    assert not arrows, ("arrows without a head", arrows)


def main(path):
    with open(path, encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    check(events)
    counts = collections.Counter(event["ph"] for event in events)
    print(" ".join(f"{phase}={counts[phase]}" for phase in "MXibesf"))


if __name__ == "__main__":
    main(sys.argv[1])
