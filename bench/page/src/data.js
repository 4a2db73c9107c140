// SPDX-License-Identifier: Apache-2.0
// The data as the page uses it. Names have words (workload, layout, lock ...): one of them tells the lines of the
// charts apart, the others are chosen.

export function readData(text) {
    const data = JSON.parse(text);
    for (const series of data.series) {
        series.family = series.name.split("/")[0];
        if (data.series.filter(({ name }) => name === series.name).length > 1) {
            series.words.file = series.file;
        }
    }
    return data;
}

// The words that differ, each with its values, in the order of the data. Layouts first: they are what it is about.
export function choicesOf(data) {
    const values = new Map();
    for (const { words } of data.series) {
        for (const [key, value] of Object.entries(words)) {
            values.set(key, new Set([...(values.get(key) ?? []), value]));
        }
    }
    const order = ["layout", "lock", "workload", "batch", "placement"];
    const rank = (key) => (order.includes(key) ? order.indexOf(key) : order.length);
    return [...values]
        .filter(([, all]) => all.size > 1)
        .sort(([a], [b]) => rank(a) - rank(b))
        .map(([key, all]) => ({ key, values: [...all] }));
}

// The series that are chosen, one for each value of `by`. One that has no such word (the running kernel has no
// layout) belongs to every choice.
export function linesOf(data, { by, chosen }) {
    const fits = (series) =>
        Object.entries(chosen).every(([key, value]) => key === by || (series.words[key] ?? value) === value);
    const lines = [];
    for (const series of data.series.filter(fits)) {
        const name = series.words[by] ?? series.family;
        if (!lines.some((line) => line.name === name)) {
            lines.push({ name, series, index: lines.length });
        }
    }
    return lines;
}

// 1234567 is "1.23M".
export function shortNumber(number) {
    if (number === null || number === undefined) {
        return "none";
    }
    const units = ["", "k", "M", "G", "T"];
    let unit = 0;
    while (Math.abs(number) >= 999.5 && unit + 1 < units.length) {
        number /= 1000;
        ++unit;
    }
    return `${Number(number.toPrecision(3))}${units[unit]}`;
}

// Nanoseconds, in a unit that fits.
export function shortTime(ns) {
    const [divisor, unit] = ns < 999.5 ? [1, "ns"] : ns < 999.5e3 ? [1e3, "µs"] : ns < 999.5e6 ? [1e6, "ms"] : [1e9, "s"];
    return `${Number((ns / divisor).toPrecision(3))} ${unit}`;
}

export const interval = ([value, low, high], text) => `${text(value)} [${text(low)}, ${text(high)}]`;
