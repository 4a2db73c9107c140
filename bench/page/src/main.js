// SPDX-License-Identifier: Apache-2.0
// What is measured, what is chosen of it, and the charts and tables of that.
import { byId, el } from "../../../scenarios/report/page/src/dom.js";
import { themeSwitch } from "../../../scenarios/report/page/src/theme.js";
import { chartOf, lineClass, markOf } from "./chart.js";
import { choicesOf, linesOf, readData } from "./data.js";
import { plots } from "./plots.js";
import { contestsSection, fitsTable, measuredSection, simulationTable } from "./tables.js";

const data = readData(byId("results").textContent);
const choices = choicesOf(data);
const state = {
    by: choices[0]?.key ?? "layout",
    chosen: Object.fromEntries(choices.map(({ key, values }) => [key, values[0]])),
};

const said = new Set(); // several files are of one host

function hostOf({ file, cores, context, warnings, errors }) {
    const facts = [`${cores} cores`, context.host_name, context.date, context.mhz_per_cpu && `${context.mhz_per_cpu} MHz`, context.processors,
        context.perf_counters && `perf counters ${context.perf_counters}`, file];
    const items = [...warnings, ...errors].filter((text) => !said.has(text) && said.add(text)).map((text) => el("li", {}, text));
    return [el("ul", { class: "facts" }, facts.filter(Boolean).map((fact) => el("li", {}, fact))),
        items.length === 0 ? "" : el("ul", { class: "warnings" }, items)];
}

function select(id, name, values, value, changed) {
    const options = values.map((each) => el("option", { value: each, selected: each === value }, each));
    const box = el("select", { id, onchange: () => changed(box.value) }, options);
    return el("label", {}, name, box);
}

function symbolOf(index) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("class", lineClass(index));
    svg.setAttribute("viewBox", "-8 -8 16 16");
    path.setAttribute("class", "mark");
    path.setAttribute("d", markOf(index, 70));
    svg.append(path);
    return svg;
}

function chooser(lines) {
    const change = (how) => (value) => {
        how(value);
        show();
    };
    const by = choices.length < 2 ? "" : select("by", "lines:", choices.map(({ key }) => key), state.by, change((value) => { state.by = value; }));
    const others = choices.filter(({ key }) => key !== state.by).map(({ key, values }) =>
        select(`choose-${key}`, `${key}:`, values, state.chosen[key], change((value) => { state.chosen[key] = value; })));
    return [by, others, el("ul", { class: "legend" }, lines.map(({ name, index }) => el("li", {}, symbolOf(index), name)))];
}

function figureOf(plot, lines) {
    const chart = plot.of(lines);
    if (chart === null) {
        return el("figure", { id: plot.id }, el("p", { class: "nothing" }, plot.nothing));
    }
    return el("figure", { id: plot.id }, el("figcaption", {}, el("h2", {}, chart.name), el("p", {}, chart.about)), chartOf(chart));
}

const parts = {
    chooser: el("div", { class: "chooser" }),
    charts: el("div", { class: "charts" }),
    tables: el("div"),
};

function show() {
    const focused = document.activeElement?.id;
    const lines = linesOf(data, state);
    parts.chooser.replaceChildren(...chooser(lines).flat().filter((part) => part !== ""));
    if (lines.length === 0) {
        parts.charts.replaceChildren(el("p", { class: "nothing" }, "Nothing was measured with all of these."));
        parts.tables.replaceChildren();
    } else {
        parts.charts.replaceChildren(...plots.map((plot) => figureOf(plot, lines)));
        parts.tables.replaceChildren(fitsTable(lines, data.confidence), simulationTable(lines, data.nodes));
    }
    if (focused) {
        byId(focused)?.focus();
    }
}

byId("theme-place").append(themeSwitch());
byId("main").replaceChildren(
    el("h1", {}, "Lock contention, measured"),
    ...data.hosts.flatMap(hostOf).filter((part) => part !== ""),
    parts.chooser, parts.charts, parts.tables,
    ...[contestsSection(data.contests), measuredSection(data)].filter((part) => part !== ""),
);
show();
