// SPDX-License-Identifier: Apache-2.0
// The world at a moment, and what has changed since the moment before.
import { lockOf } from "./results.js";

// The parts of a line that are compared: words and what stands between them.
const partsOf = (line) => line.match(/[A-Za-z0-9_.\/-]+|\s+|[^A-Za-z0-9_.\/\s-]/g) ?? [];

// Parts [{ text, change }] of the new line, with those that are gone in their places; change is "", "new" or
// "gone". By the longest common subsequence.
export function compareLines(before, after) {
    const old_parts = partsOf(before);
    const new_parts = partsOf(after);
    const common = old_parts.map(() => new Array(new_parts.length + 1).fill(0));
    common.push(new Array(new_parts.length + 1).fill(0));
    for (let i = old_parts.length - 1; i >= 0; --i) {
        for (let j = new_parts.length - 1; j >= 0; --j) {
            common[i][j] =
                old_parts[i] === new_parts[j]
                    ? common[i + 1][j + 1] + 1
                    : Math.max(common[i + 1][j], common[i][j + 1]);
        }
    }
    const parts = [];
    for (let i = 0, j = 0; i < old_parts.length || j < new_parts.length; ) {
        if (i < old_parts.length && j < new_parts.length && old_parts[i] === new_parts[j]) {
            parts.push({ text: new_parts[j], change: "" });
            ++i;
            ++j;
        } else if (j === new_parts.length || (i < old_parts.length && common[i + 1][j] >= common[i][j + 1])) {
            parts.push({ text: old_parts[i++], change: "gone" });
        } else {
            parts.push({ text: new_parts[j++], change: "new" });
        }
    }
    return parts;
}

// What a line is about: it is compared with the line of the moment before that is about the same.
function topicOf(line, page) {
    if (line.startsWith("page:")) {
        return line.split(" ")[0];
    }
    if (line.startsWith("flags:")) {
        return `flags of ${page}`;
    }
    const colon = line.indexOf(":");
    return colon > 0 ? line.slice(0, colon) : line.split(" ")[0];
}

function sectionOf(line) {
    if (/^(page|flags):/.test(line)) {
        return "Pages";
    }
    if (/ of CPU \d+:/.test(line)) {
        return "Pagevecs";
    }
    return /^(zone |[A-Z][A-Z_]+ \d)/.test(line) ? "Counters" : "World";
}

function topicsOf(lines) {
    const topics = new Map();
    let page = "";
    for (const line of lines) {
        page = line.startsWith("page:") ? line.split(" ")[0] : page;
        let topic = topicOf(line, page);
        while (topics.has(topic)) {
            topic += "'";
        }
        topics.set(topic, { line, section: sectionOf(line) });
    }
    return topics;
}

// The lists that pages are on, as lines of their own.
function listsOf(lines) {
    const lists = new Map();
    for (const line of lines) {
        const match = /^page:(\S+) .*zone:(\d+) on (\S+)(?: on (\S+))?$/.exec(line);
        for (const list of match && match[3] !== "no" ? match.slice(3).filter(Boolean) : []) {
            const name = `zone ${match[2]} ${list}`;
            lists.set(name, [...(lists.get(name) ?? []), match[1]]);
        }
    }
    return new Map([...lists].map(([name, pages]) => [name, { line: `${name}: ${pages.join(" ")}`, section: "Lists" }]));
}

const is_bit = (step) => step.bits.length === 1 && /^[01]$/.test(step.before) && /^[01]$/.test(step.after);

function kindOfObject(step) {
    if (step.kind === "acquire" || step.kind === "release") {
        return "Locks";
    }
    if (/\.(pte|pmd)\[/.test(step.object)) {
        return "Page tables";
    }
    if (/pvecs?\[\d+\]/.test(step.object)) {
        return "Pagevecs";
    }
    return /(^|\.)(NR_[A-Z_]+|[A-Z]+_[A-Z_]+)(\[\d+\])?$/.test(step.object) ? "Counters" : "Objects";
}

// What is known of the objects that the steps touch: after the last step that has touched one, or before the
// first that will. Fields of described pages are left to the description.
function objectsAt(result, moment, pages) {
    const objects = new Map();
    const locks = new Set(result.steps.filter((s) => s.kind === "acquire").map(lockOf));
    const run = Math.max(0, ...result.steps.slice(0, moment).slice(-1).map((step) => step.run));
    for (const step of result.steps.filter((each) => each.object && each.run === run)) {
        const name = is_bit(step) ? lockOf(step) : step.object;
        const of_page = pages.some((page) => step.object.startsWith(`${page}.`));
        if (of_page && !locks.has(name)) {
            continue;
        }
        if (step.number <= moment || !objects.has(name)) {
            const value = step.number <= moment ? step.after : step.before;
            const section = locks.has(name) ? "Locks" : kindOfObject(step);
            objects.set(name, { line: `${name}: ${value}`, section });
        }
    }
    return objects;
}

function worldAt(result, moment, pages) {
    const { lines } = result.moments[moment];
    const steps = Math.min(moment, result.steps.length);
    return new Map([...topicsOf(lines), ...listsOf(lines), ...objectsAt(result, steps, pages)]);
}

// Each run begins at the start.
function momentBefore(result, moment) {
    const runs = [moment - 1, moment].map((each) => result.moments[each]?.step?.run);
    const begins = runs[0] !== undefined && runs[1] !== undefined && runs[0] !== runs[1];
    return begins ? 0 : Math.max(0, moment - 1);
}

export const sections = ["Pages", "Lists", "Pagevecs", "Page tables", "Counters", "Locks", "Objects", "World"];

// The sections that there are: [{ name, lines: [{ topic, parts, change }] }]; change is "", "changed", "new" or
// "gone".
export function describeWorld(result, moment, pages) {
    const now = worldAt(result, moment, pages);
    const before = worldAt(result, momentBefore(result, moment), pages);
    const lines = [];
    for (const [topic, { line, section }] of now) {
        const old = before.get(topic);
        const parts = compareLines(old?.line ?? "", line);
        const change = old === undefined ? "new" : old.line === line ? "" : "changed";
        lines.push({ topic, section, parts, change });
    }
    for (const [topic, { line, section }] of before) {
        if (!now.has(topic)) {
            lines.push({ topic, section, parts: [{ text: line, change: "gone" }], change: "gone" });
        }
    }
    return sections
        .map((name) => ({ name, lines: lines.filter((line) => line.section === name) }))
        .filter((section) => section.lines.length > 0);
}
