// SPDX-License-Identifier: Apache-2.0
// Everything as tables.
import { el } from "../../../scenarios/report/page/src/dom.js";
import { interval, shortNumber, shortTime } from "./data.js";

const cell = (column, row) => {
    const value = column.of(row);
    const text = value === undefined || value === null ? "" : column.text ? column.text(value, row) : String(value);
    return el("td", { class: column.class?.(row) ?? (column.text ? "number" : "") }, text);
};

// A table that its heads sort. A column: { name, of(row), text(value), class(row) }; with `text` it holds numbers.
export function tableOf(columns, rows, attributes = {}) {
    const body = el("tbody");
    let shown = rows;
    const fill = () => body.replaceChildren(...shown.map((row) => el("tr", {}, columns.map((column) => cell(column, row)))));
    const heads = columns.map((column) => {
        const head = el("th", { scope: "col", class: column.text ? "number" : "" });
        const sort = () => {
            const descending = head.getAttribute("aria-sort") === "ascending";
            heads.forEach((each) => each.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", descending ? "descending" : "ascending");
            const order = (a, b) => (column.text ? (a ?? -1) - (b ?? -1) : String(a ?? "").localeCompare(String(b ?? ""), "en", { numeric: true }));
            shown = [...rows].sort((a, b) => (descending ? -1 : 1) * order(column.of(a), column.of(b)));
            fill();
        };
        head.append(el("button", { type: "button", onclick: sort }, column.name));
        return head;
    });
    fill();
    return el("div", { class: "scroller" }, el("table", attributes, el("thead", {}, el("tr", {}, heads)), body));
}

const section = (id, name, about, ...content) =>
    el("section", { id }, el("h2", {}, name), about === "" ? "" : el("p", { class: "dim" }, about), content);

export function fitsTable(lines, confidence) {
    const of_fit = (name) => ({ series }) => series.fit?.[name]?.[0] ?? undefined;
    const text = (name, format) => (_, { series }) => interval(series.fit[name], format);
    const small = (digits) => (value) => (value === null ? "none" : value.toFixed(digits));
    const columns = [
        { name: "line", of: ({ name }) => name },
        { name: "of one thread", of: of_fit("lambda"), text: text("lambda", shortNumber) },
        { name: "sigma (contention)", of: of_fit("sigma"), text: text("sigma", small(4)) },
        { name: "kappa (coherence)", of: of_fit("kappa"), text: text("kappa", small(6)) },
        { name: "peak, threads", of: ({ series }) => series.fit && (series.fit.peak[0] ?? Infinity), text: text("peak", small(0)) },
        { name: "error of the fit", of: ({ series }) => series.fit?.error, text: (value) => `${(100 * value).toFixed(1)} %` },
        { name: "why there is none", of: ({ series }) => series.no_fit },
    ];
    return section("fit-table", "The law", `X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)); in brackets bounds of ${confidence} %. A peak beyond the threads measured is extrapolated.`,
        tableOf(columns, lines));
}

const kindOf = (point) => (point.measured === null ? "extrapolated" : point.calibrated ? "calibrated" : `${(100 * (point.simulated / point.measured - 1)).toFixed(1)} %`);

export function simulationTable(lines, nodes) {
    const simulated = lines.filter(({ series }) => series.simulation);
    const rows = simulated.flatMap(({ name, series }) =>
        series.simulation.points.map((point) => ({ name, point, simulation: series.simulation })));
    const of_point = (key) => ({ point }) => point[key];
    const columns = [
        { name: "line", of: ({ name }) => name },
        { name: "cores", of: of_point("cores"), text: String },
        { name: "locks", of: of_point("locks"), text: String },
        { name: "measured", of: of_point("measured"), text: shortNumber },
        { name: "simulated", of: of_point("simulated"), text: shortNumber },
        { name: "busy", of: of_point("busy"), text: (value) => `${(100 * value).toFixed(0)} %` },
        { name: "wait p50", of: of_point("wait_p50_ns"), text: shortTime },
        { name: "wait p99", of: of_point("wait_p99_ns"), text: shortTime },
        { name: "Jain", of: of_point("jain"), text: (value) => value.toFixed(3) },
        { name: "error", of: ({ point }) => kindOf(point), class: ({ point }) => (point.measured === null ? "extrapolated" : "") },
    ];
    const notes = lines.flatMap(({ name, series }) => [
        ...(series.no_simulation ? [`${name}: ${series.no_simulation}`] : []),
        ...(series.simulation ? [`${name}: from the times of ${series.simulation.from_threads} threads, ${series.simulation.policy}, ${series.simulation.own_lock ? "each core its own lock of them" : "any lock"}, hand-over ${shortTime(series.simulation.handover_local_ns)}, to another node ${shortTime(series.simulation.handover_remote_ns)}` +
            (series.simulation.validation_error === null ? "" : `; mean error where nothing was fitted ${(100 * series.simulation.validation_error).toFixed(1)} %`)] : []),
        ...(series.simulation?.notes ?? []).map((note) => `${name}: ${note}`),
    ]);
    return section("simulation-table", "The simulation", `More cores than were measured stand on ${nodes} ${nodes === 1 ? "node" : "nodes"}. "extrapolated": measured by nobody.`,
        rows.length === 0 ? "" : tableOf(columns, rows), el("ul", { class: "dim" }, notes.map((note) => el("li", {}, note))));
}

const linkOf = ({ file, scenario, invariant }) =>
    el("a", { href: encodeURI(file) + (scenario === null ? "" : `#scenario=${encodeURIComponent(scenario)}`) }, `counterexample of ${invariant}`);

export function contestSections(contests) {
    const columns = [
        { name: "layout", of: (row) => row.layout },
        { name: "lock", of: (row) => row.lock },
        { name: "operations a second", of: (row) => row.rate, text: shortNumber },
        { name: "wait p99", of: (row) => row.counters.wait_p99_ns, text: shortTime },
        { name: "Jain", of: (row) => row.counters.jain, text: (value) => value.toFixed(3) },
        { name: "of those that pass", of: (row) => (row.fastest ? "fastest" : row.front ? "on the front" : ""), class: (row) => (row.fastest ? "fastest" : "") },
        { name: "the checker says", of: (row) => row.verdict, class: (row) => (row.passes ? "passes" : row.verdict.startsWith("broken") ? "broken" : "") },
    ];
    return contests.map(({ name, threads, candidates }) => {
        const links = candidates.flatMap((row) => row.reports.map((report) => el("li", {}, `${row.layout}, ${row.lock}: `, linkOf(report))));
        return [el("h3", {}, `${name}, ${threads} ${threads === 1 ? "thread" : "threads"}`), tableOf(columns, candidates, { class: "contest" }),
            links.length === 0 ? "" : el("ul", { class: "links" }, links)];
    });
}

export function contestsSection(contests) {
    return contests.length === 0 ? "" : section("contests", "The fastest layout that still passes the checker",
        '"On the front": none that passes is both faster and has a shorter p99 wait.', contestSections(contests));
}

export function measuredSection(data) {
    const rows = data.series.flatMap((series) => series.points.map((point) => ({ series, point })));
    const words = [...new Set(data.series.flatMap(({ words: own }) => Object.keys(own)))];
    const counters = [...new Set(rows.flatMap(({ point }) => Object.keys(point.counters)))];
    const columns = [
        { name: "benchmark", of: ({ series }) => series.family },
        ...words.map((word) => ({ name: word, of: ({ series }) => series.words[word] })),
        { name: "threads", of: ({ point }) => point.threads, text: (value, { point }) => `${value}${point.oversubscribed ? " > cores" : ""}` },
        { name: "operations a second", of: ({ point }) => point.rate, text: shortNumber },
        { name: "slowest, fastest", of: ({ point }) => (point.rates.length > 0 ? Math.min(...point.rates) : undefined), text: (_, { point }) => `${shortNumber(Math.min(...point.rates))}, ${shortNumber(Math.max(...point.rates))}` },
        ...counters.map((name) => ({ name: name.replace(/_ns$/, ""), of: ({ point }) => point.counters[name], text: name.endsWith("_ns") ? shortTime : shortNumber })),
        { name: "broken", of: ({ point }) => (point.broken ? point.label || "yes" : ""), class: ({ point }) => (point.broken ? "broken" : "") },
    ];
    return section("measured", "Everything measured", "Medians over the repetitions.", tableOf(columns, rows));
}
