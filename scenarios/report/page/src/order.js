// SPDX-License-Identifier: Apache-2.0
// What happens before what, and who holds which lock when.
import { lockOf } from "./results.js";

const only_reads = new Set(["read", "wait"]);
const touches_nothing = new Set(["barrier", "choose", "mask", "interrupt"]);
const is_lock = (step) => step.kind === "acquire" || step.kind === "release";

// Whether the order of two accesses of one object can matter. What takes or gives back a lock is not an
// access here: locks have arrows of their own.
function conflict(one, other) {
    if (is_lock(one) || is_lock(other)) {
        return false;
    }
    const both_read = only_reads.has(one.kind) && only_reads.has(other.kind);
    const both_add = one.kind === "add" && other.kind === "add";
    const apart =
        one.bits.length > 0 && other.bits.length > 0 && !one.bits.some((bit) => other.bits.includes(bit));
    return !both_read && !both_add && !apart;
}

// Of an rw_semaphore; downgrade_write() is what a writer gives back.
const is_of_reader = (step) => /^(down|up)_read/.test(step.operation);

function comes_from(earlier, step) {
    if (step.kind === "acquire") {
        const both_read = is_of_reader(earlier) && is_of_reader(step);
        return earlier.kind === "release" && lockOf(earlier) === lockOf(step) && !both_read;
    }
    return conflict(earlier, step);
}

// Arrows { from, to, kind: "lock" or "conflict", object } between steps of different tasks: from giving a
// lock back to taking it, and between conflicting accesses. Those that follow from others and from the order
// within a task are left out, so few remain.
export function arrowsOf(steps) {
    const arrows = [];
    const accesses = new Map(); // by object, in order
    let known = new Map(); // by task: the last step of each other task that is before its next step
    const known_at = new Map(); // by step
    let run = 0;
    for (const step of steps) {
        if (step.run !== run) {
            run = step.run;
            accesses.clear();
            known = new Map();
        }
        const mine = new Map(known.get(step.task));
        const is_access = step.object !== "" && !touches_nothing.has(step.kind);
        const earlier = is_access ? (accesses.get(step.object) ?? []) : [];
        for (let i = earlier.length - 1; i >= 0; --i) {
            const from = earlier[i];
            const is_known = (mine.get(from.task) ?? 0) >= from.number;
            if (from.task === step.task || is_known || !comes_from(from, step)) {
                continue;
            }
            arrows.push({ from, to: step, kind: is_lock(step) ? "lock" : "conflict", object: step.object });
            for (const [task, number] of known_at.get(from)) {
                mine.set(task, Math.max(mine.get(task) ?? 0, number));
            }
        }
        mine.set(step.task, step.number);
        known.set(step.task, mine);
        known_at.set(step, mine);
        if (is_access) {
            earlier.push(step);
            accesses.set(step.object, earlier);
        }
    }
    return arrows;
}

// Arrows of kind "interrupt": from what a CPU did last to the handler that begins on top of it, and from the
// handler's last step to what the CPU does next.
export function interruptsOf(steps) {
    const arrows = [];
    const handlers = new Set(steps.filter((step) => step.kind === "interrupt").map((step) => step.task));
    const last_on = new Map(); // by CPU
    for (const step of steps) {
        const from = last_on.get(step.cpu);
        const switches = from !== undefined && from.run === step.run && from.task !== step.task;
        if (switches && (step.kind === "interrupt" || handlers.has(from.task))) {
            arrows.push({ from, to: step, kind: "interrupt", object: `CPU ${step.cpu}` });
        }
        last_on.set(step.cpu, step);
    }
    return arrows;
}

function lowest_free(used) {
    let slot = 0;
    while (used.has(slot)) {
        ++slot;
    }
    return slot;
}

// The times { task, lock, from, to, slot } in which a task holds a lock: numbers of steps, `to` null if it
// holds it at the end of the run, which is step `last`. Those of one task at one time have different slots.
export function lockSectionsOf(steps) {
    const sections = [];
    let open = [];
    const close = (section, step) => {
        section.to = step.number;
        open = open.filter((each) => each !== section);
    };
    steps.forEach((step, index) => {
        if (index > 0 && steps[index - 1].run !== step.run) {
            open = [];
        }
        for (const section of open) {
            section.last = step.number;
        }
        const lock = lockOf(step);
        const held = open.filter((section) => section.lock === lock);
        if (step.kind === "acquire") {
            const slots = open.filter((section) => section.task === step.task).map((section) => section.slot);
            const slot = lowest_free(new Set(slots));
            const section = { task: step.task, lock, from: step.number, to: null, last: step.number, slot };
            open.push(section);
            sections.push(section);
        } else if (held.length > 0 && step.kind === "release" && step.operation !== "downgrade_write") {
            // A lock bit may be given back by another than its owner.
            close(held.find((section) => section.task === step.task) ?? held[0], step);
        } else if (held.length > 0 && step.kind === "write" && step.after === "0") {
            close(held[0], step); // __clear_bit_unlock()
        }
    });
    return sections;
}
