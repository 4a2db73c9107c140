// SPDX-License-Identifier: Apache-2.0
// What happens before what, and lock sections: without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";

import { arrowsOf, interruptsOf, lockSectionsOf } from "../../scenarios/report/page/src/order.js";

// "a write x", one step each.
const stepsOf = (...texts) =>
    texts.map((text, index) => {
        const [task, kind, object = "", bit] = text.split(" ");
        return { number: index + 1, run: 0, task, kind, object, bits: bit ? [bit] : [], operation: kind, after: "" };
    });

const arrows = (...texts) => arrowsOf(stepsOf(...texts)).map(({ from, to, kind }) => `${from.number}-${to.number} ${kind}`);

test("a conflict is an arrow; two reads, two additions, and other bits are none", () => {
    assert.deepEqual(arrows("a write x", "b read x"), ["1-2 conflict"]);
    assert.deepEqual(arrows("a read x", "b rmw x"), ["1-2 conflict"]);
    assert.deepEqual(arrows("a read x", "b read x", "b wait x"), []);
    assert.deepEqual(arrows("a add x", "b add x"), []);
    assert.deepEqual(arrows("a set x lru", "b read x mlocked"), []);
    assert.deepEqual(arrows("a set x lru", "b read x"), ["1-2 conflict"]);
    assert.deepEqual(arrows("a write x", "a read x", "b write y"), []);
});

test("a lock given back is before the next to take it, and what it guards needs no arrow", () => {
    assert.deepEqual(
        arrows("a acquire l", "a write x", "a release l", "b acquire l", "b write x", "b release l"),
        ["3-4 lock"],
    );
    assert.deepEqual(arrows("a acquire l", "a release l", "b acquire m"), []);
});

test("what follows from other arrows is left out", () => {
    assert.deepEqual(arrows("a write x", "a write y", "b read y", "b read x"), ["2-3 conflict"]);
    assert.deepEqual(arrows("a write x", "b write x", "c write x"), ["1-2 conflict", "2-3 conflict"]);
});

test("readers of a semaphore are ordered by its writers alone", () => {
    const steps = (...operations) =>
        stepsOf(...operations.map((operation, index) => `${"abcd"[index >> 1]} ${index % 2 === 0 ? "acquire" : "release"} s`))
            .map((step, index) => ({ ...step, operation: operations[index] }));
    const found = (...operations) =>
        arrowsOf(steps(...operations)).map(({ from, to, kind }) => `${from.number}-${to.number} ${kind}`);
    assert.deepEqual(found("down_read", "up_read", "down_read", "up_read"), []);
    assert.deepEqual(
        found("down_write", "up_write", "down_read", "up_read", "down_read", "up_read", "down_write", "up_write"),
        ["2-3 lock", "2-5 lock", "6-7 lock", "4-7 lock"],
    );
    assert.deepEqual(found("down_write", "downgrade_write", "down_read_trylock", "up_read"), ["2-3 lock"]);
});

const interrupts = (steps) => interruptsOf(steps).map(({ from, to, kind }) => `${from.number}-${to.number} ${kind}`);

test("an interrupt comes from what its CPU did, and goes back to it", () => {
    const on_one = (...texts) => stepsOf(...texts).map((step) => ({ ...step, cpu: step.task === "other" ? 1 : 0 }));
    assert.deepEqual(
        interrupts(on_one("a read x", "other read x", "irq interrupt", "other read x", "irq read x", "a write x", "a read x")),
        ["1-3 interrupt", "5-6 interrupt"],
    );
    assert.deepEqual(interrupts(on_one("irq interrupt", "irq read x")), []);
    assert.deepEqual(interrupts(on_one("a read x", "b read x", "a read x")), []);
    const again = on_one("a read x", "irq interrupt");
    again[1].run = 1;
    assert.deepEqual(interrupts(again), []);
});

test("another run begins anew", () => {
    const steps = stepsOf("a write x", "b read x");
    steps[1].run = 1;
    assert.deepEqual(arrowsOf(steps), []);
});

const sections = (steps) => lockSectionsOf(steps).map(({ task, lock, from, to, slot }) => [task, lock, from, to, slot].join(" "));

test("lock sections nest, and last to the end if nobody ends them", () => {
    assert.deepEqual(
        sections(stepsOf("a acquire l", "a acquire m", "b acquire n", "a release l", "a acquire p", "a release m")),
        ["a l 1 4 0", "a m 2 6 1", "b n 3  0", "a p 5  0"],
    );
});

test("readers of one semaphore each have a section; a writer may become a reader", () => {
    const steps = stepsOf("a acquire s", "b acquire s", "a release s", "b release s", "a acquire s", "a release s", "a release s");
    steps[5].operation = "downgrade_write";
    assert.deepEqual(sections(steps), ["a s 1 3 0", "b s 2 4 0", "a s 5 7 0"]);
});

test("a lock bit may be given back by another, or with a plain store", () => {
    const steps = stepsOf("a acquire f locked", "b release f locked", "a acquire f locked", "a write f locked");
    steps[3].after = "0";
    assert.deepEqual(sections(steps), ["a f locked 1 2 0", "a f locked 3 4 0"]);
});
