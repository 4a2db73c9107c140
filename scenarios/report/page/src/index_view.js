// SPDX-License-Identifier: Apache-2.0
// All results of a run as a table.
import { addressOf } from "./address.js";
import { el } from "./dom.js";
import { verdictOf } from "./results.js";

const mebibytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);

const columns = [
    { name: "verdict", of: verdictOf },
    { name: "scenario", of: (result) => result.key },
    { name: "expected", of: (result) => result.expected },
    { name: "met", of: (result) => (result.met ? "yes" : "no") },
    { name: "states", of: (result) => result.states, number: (n) => n.toLocaleString("en") },
    { name: "transitions", of: (result) => result.transitions, number: (n) => n.toLocaleString("en") },
    { name: "seconds", of: (result) => result.seconds, number: (n) => n.toFixed(3) },
    { name: "peak MiB", of: (result) => result.peak_rss_bytes, number: mebibytes },
];

export const verdictClass = (result) => `verdict ${result.verdict.toLowerCase()}`;

function cellOf(column, result) {
    const value = column.of(result);
    if (column.name === "verdict") {
        return el("td", {}, el("span", { class: verdictClass(result) }, value));
    }
    if (column.name === "scenario") {
        return el("th", { scope: "row" }, el("a", { href: addressOf(result.key) }, value));
    }
    if (column.name === "met") {
        return el("td", { class: result.met ? "" : "not-met" }, result.met ? "yes" : "✗ no");
    }
    return el("td", { class: column.number ? "number" : "" }, column.number ? column.number(value) : value);
}

function sorted(results, column, descending) {
    const compare = (a, b) => (column.number ? a - b : String(a).localeCompare(String(b), "en"));
    const rows = [...results].sort((a, b) => compare(column.of(a), column.of(b)));
    return descending ? rows.reverse() : rows;
}

// Those that are not as expected come first, then those with something to look at.
const first_order = (results) =>
    [...results].sort((a, b) => a.met - b.met || (a.steps ? 0 : 1) - (b.steps ? 0 : 1));

function headline(run) {
    const met = run.results.filter((result) => result.met).length;
    const count = run.results.length;
    return `${count} ${count === 1 ? "scenario" : "scenarios"}, ${met} met, ${count - met} not met`;
}

export function showIndex(main, run) {
    document.title = `Heddle: ${headline(run)}`;
    const body = el("tbody");
    const search = el("input", { id: "search", type: "search", placeholder: "name or verdict", "aria-label": "Filter by name or verdict" });
    let order = first_order(run.results);
    const fill = () => {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        const shown = order.filter((result) =>
            words.every((word) => `${result.key} ${verdictOf(result)}`.toLowerCase().includes(word)));
        body.replaceChildren(...shown.map((result) => el("tr", {}, columns.map((column) => cellOf(column, result)))));
    };
    const heads = columns.map((column) => {
        const head = el("th", { scope: "col", class: column.number ? "number" : "" });
        const sort = () => {
            const descending = head.getAttribute("aria-sort") === "ascending";
            heads.forEach((each) => each.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", descending ? "descending" : "ascending");
            order = sorted(run.results, column, descending);
            fill();
        };
        head.append(el("button", { type: "button", onclick: sort }, column.name));
        return head;
    });
    search.addEventListener("input", fill);
    fill();
    main.replaceChildren(
        el("header", { class: "summary" }, el("h1", {}, headline(run)), figuresOf(run), errorsOf(run)),
        el("div", { class: "tools" }, search),
        el("table", { class: "results" }, el("thead", {}, el("tr", {}, heads)), body),
    );
}

// What other programs have measured.
function figuresOf(run) {
    const items = run.figures.map(({ name, value, detail }) => el("li", {}, `${name} `, el("strong", {}, value), ` (${detail})`));
    return items.length === 0 ? "" : el("ul", { class: "facts figures" }, items);
}

// What could not be checked at all.
export function errorsOf(run) {
    const items = run.errors.map((error) => el("li", {}, error));
    return items.length === 0 ? "" : el("ul", { class: "errors" }, items);
}
