// SPDX-License-Identifier: Apache-2.0
// The world at a moment and what has changed: without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readResults } from "../../scenarios/report/page/src/results.js";
import { compareLines, describeWorld } from "../../scenarios/report/page/src/world.js";

const text = (parts) => parts.map(({ text: part, change }) => ({ "": part, new: `+${part}+`, gone: `-${part}-` })[change]).join("");

test("lines are compared part by part", () => {
    assert.equal(text(compareLines("count:3 on lru", "count:2 on lru")), "count:-3-+2+ on lru");
    assert.equal(text(compareLines("(a|b)", "(a)")), "(a-|--b-)");
    assert.equal(text(compareLines("same", "same")), "same");
    assert.equal(text(compareLines("", "x y")), "+x++ ++y+");
});

const step = (object, before, after, state, more = {}) =>
    ({ run: 0, task: "a", kind: "write", object, bits: [], before, after, state, ...more });

const resultOf = (state_before, steps, state_lines) =>
    readResults(JSON.stringify({ results: [{ scenario: "s", state_before, steps, state_lines }] })).results[0];

const told = (result, moment) =>
    describeWorld(result, moment, ["P"]).map(({ name, lines }) => `${name}: ${lines.map((line) => line.change + text(line.parts)).join("; ")}`);

test("a world is told in sections, with lists", () => {
    const lines = ["page:P count:1 zone:0 on unevictable", "flags: 0x1(locked)", "lru_add_pvec of CPU 1: P", "zone 0: nr_mlock 1", "PGFREE 1", "rest"];
    assert.deepEqual(told(resultOf(lines.join("\n"), [], []), 0), [
        "Pages: page:P count:1 zone:0 on unevictable; flags: 0x1(locked)",
        "Lists: zone 0 unevictable: P",
        "Pagevecs: lru_add_pvec of CPU 1: P",
        "Counters: zone 0: nr_mlock 1; PGFREE 1",
        "World: rest",
    ]);
});

test("objects have the value of the last step that touched them, or of the first that will", () => {
    const steps = [step("x", "1", "2", []), step("A.pte[0]", "0", "7", []), step("P._refcount", "1", "2", []),
        step("l", "free", "a", [], { kind: "acquire" })];
    const result = resultOf("", steps, []);
    assert.deepEqual(told(result, 0), ["Page tables: A.pte[0]: 0", "Locks: l: free", "Objects: x: 1"]);
    assert.deepEqual(told(result, 2), ["Page tables: changedA.pte[0]: -0-+7+", "Locks: l: free", "Objects: x: 2"]);
});

test("a line that comes or goes is told", () => {
    const result = resultOf("PGFREE 1", [step("", "", "", [0])], ["UNEVICTABLE_PGMLOCKED 1"]);
    assert.deepEqual(told(result, 1), ["Counters: new+UNEVICTABLE_PGMLOCKED++ ++1+; gone-PGFREE 1-"]);
});
