// SPDX-License-Identifier: Apache-2.0
// What each chart shows. A plot takes the chosen lines and returns a chart, or null if there is nothing to show.
import { shortNumber, shortTime } from "./data.js";

const threadsAxis = (counts, name = "threads") => {
    const last = Math.max(...counts, 2);
    const ticks = [];
    for (let tick = 1; tick <= last; tick *= 2) {
        ticks.push(tick);
    }
    return { name, log: true, domain: [1, last], ticks: ticks.length > 8 ? ticks.filter((_, i) => i % 2 === 0) : ticks, format: String };
};

const countsOf = (lines) => lines.flatMap(({ series }) => series.points.map((point) => point.threads));

// Those that did anything: a layout may be broken before it does.
const done = ({ series }) => series.points.filter((point) => point.rates.length > 0);

function rateMark(point) {
    const note = point.broken ? `; ${point.label || "broken"}` : point.oversubscribed ? "; more threads than cores" : "";
    return {
        x: point.threads,
        y: point.rate,
        low: Math.min(...point.rates),
        high: Math.max(...point.rates),
        hollow: point.oversubscribed,
        title: `${point.threads} threads: ${shortNumber(point.rate)}/s${note}`,
    };
}

const simple = (line, marks) => ({ ...line, marks, curves: [{ points: marks }], end: marks.at(-1)?.y });

function throughput(lines) {
    const drawn = lines.map((line) => simple(line, done(line).map(rateMark)));
    const top = Math.max(1, ...drawn.flatMap(({ marks }) => marks.map((mark) => mark.high)));
    return {
        name: "Throughput against threads",
        about: "Median of the repetitions; whiskers from the slowest to the fastest. Hollow: more threads than cores.",
        x: threadsAxis(countsOf(lines)),
        y: { name: "operations a second", domain: [0, top], format: shortNumber },
        lines: drawn,
    };
}

function fairness(lines) {
    const marks = ({ series }) => series.points.filter((point) => point.counters.jain !== undefined && point.rates.length > 0).map((point) => ({
        x: point.threads,
        y: point.counters.jain,
        hollow: point.oversubscribed,
        title: `${point.threads} threads: ${point.counters.jain.toFixed(3)}`,
    }));
    const drawn = lines.map((line) => simple(line, marks(line))).filter((line) => line.marks.length > 0);
    return drawn.length === 0 ? null : {
        name: "Fairness",
        about: "Jain's index of what the threads have done: 1 is alike, 1/n is all by one.",
        x: threadsAxis(countsOf(lines)),
        y: { name: "Jain's index", domain: [0, 1], format: String },
        lines: drawn,
    };
}

// The axis counts nines, so that the tail can be seen: 0.99 is at 2.
const nines = (part) => Math.min(5, -Math.log10(Math.max(1 - part, 1e-5)));
const nine_names = ["0", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"];

function waits(lines) {
    const drawn = [];
    for (const line of lines) {
        const measured = line.series.waits.filter(({ threads }) =>
            line.series.points.some((point) => point.threads === threads && !point.oversubscribed));
        const most = measured.sort((a, b) => a.threads - b.threads).at(-1);
        if (most !== undefined) {
            const points = most.points.map(([ns, part]) => ({ x: Math.max(ns, 1), y: nines(part) }));
            drawn.push({ ...line, curves: [{ points }], marks: points.slice(-1).map((point) => ({ ...point, title: shortTime(point.x) })), end: points.at(-1).y, threads: most.threads });
        }
    }
    const times = drawn.flatMap(({ curves }) => curves[0].points.map((point) => point.x));
    return drawn.length === 0 ? null : {
        name: "Time to get the lock",
        about: `Cumulative, with ${[...new Set(drawn.map(({ threads }) => threads))].join(" or ")} threads; both axes logarithmic, so that the tail can be seen.`,
        x: { name: "waited at most", log: true, domain: [Math.min(...times), Math.max(...times) * 1.01], format: shortTime },
        y: { name: "part of all", domain: [0, 5], ticks: [0, 1, 2, 3, 4, 5], format: (tick) => nine_names[tick] },
        lines: drawn,
    };
}

const rateAxis = (values) => ({ name: "operations a second", log: true, domain: [Math.min(...values) * 0.8, Math.max(...values) * 1.2], format: shortNumber });

function fits(lines) {
    const drawn = [];
    for (const line of lines.filter(({ series }) => series.fit)) {
        const { band, threads_max } = line.series.fit;
        const points = band.map(([x, y, low, high]) => ({ x, y, low, high }));
        const last_measured = points.findLastIndex((point) => point.x <= threads_max);
        const measured = done(line).filter((point) => !point.oversubscribed).map(rateMark);
        drawn.push({
            ...line,
            band: points,
            curves: [{ points: points.slice(0, last_measured + 1) }, { points: points.slice(last_measured), beyond: true }],
            marks: measured,
            end: points.at(-1).y,
        });
    }
    return drawn.length === 0 ? null : {
        name: "Universal Scalability Law",
        about: "Fitted to the measured points, with the band of its bounds; dashed where it is extrapolated.",
        x: threadsAxis(drawn.flatMap(({ band }) => band.map((point) => point.x))),
        y: rateAxis(drawn.flatMap(({ band, marks }) => [...band, ...marks].map((point) => point.y))),
        beyond: Math.max(...drawn.map(({ series }) => series.fit.threads_max)),
        lines: drawn,
    };
}

function simulations(lines) {
    const drawn = [];
    for (const line of lines.filter(({ series }) => series.simulation)) {
        const { points } = line.series.simulation;
        const measured = points.filter((point) => point.measured !== null);
        const curve = points.map((point) => ({ x: point.cores, y: point.simulated }));
        const marks = points.map((point) => point.measured === null
            ? { x: point.cores, y: point.simulated, hollow: true, title: `${point.cores} cores, extrapolated: ${shortNumber(point.simulated)}/s` }
            : { x: point.cores, y: point.measured, title: `${point.cores} cores: measured ${shortNumber(point.measured)}/s, simulated ${shortNumber(point.simulated)}/s` });
        drawn.push({ ...line, curves: [{ points: curve, beyond: true }], marks, end: curve.at(-1).y, measured_max: measured.at(-1)?.cores ?? 1 });
    }
    return drawn.length === 0 ? null : {
        name: "Simulation",
        about: "Dashed: simulated from measured times. Filled: measured. Hollow: extrapolated, measured by nobody.",
        x: threadsAxis(drawn.flatMap(({ curves }) => curves[0].points.map((point) => point.x)), "cores"),
        y: rateAxis(drawn.flatMap(({ curves, marks }) => [...curves[0].points, ...marks].map((point) => point.y))),
        beyond: Math.max(...drawn.map(({ measured_max }) => measured_max)),
        lines: drawn,
    };
}

// To add a plot: a function as those above, and its line here.
export const plots = [
    { id: "throughput", of: throughput, nothing: "" },
    { id: "waits", of: waits, nothing: "Times to get the lock: no histograms were given." },
    { id: "fairness", of: fairness, nothing: "Fairness: was not measured." },
    { id: "fits", of: fits, nothing: "Universal Scalability Law: could not be fitted; the table below says why." },
    { id: "simulations", of: simulations, nothing: "Simulation: none, for want of histograms." },
];
