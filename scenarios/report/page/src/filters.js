// SPDX-License-Identifier: Apache-2.0
// Which steps are shown.
import { el } from "./dom.js";
import { lockSectionsOf } from "./order.js";
import { isCritical, lockOf, pagesOf } from "./results.js";

const wordsOf = (text) => text.split(/[^A-Za-z0-9_\-]+/);

// A step has to do with a page if it touches one of its fields, or writes or reads where it is.
function touchesPage(step, page) {
    return step.object.startsWith(`${page}.`) || [step.before, step.after].some((v) => wordsOf(v).includes(page));
}

// A step has to do with a lock if it takes it, gives it back, or is taken by who holds it.
function underLock(step, lock, sections) {
    return sections.some(
        (each) =>
            each.lock === lock &&
            each.task === step.task &&
            each.from <= step.number &&
            step.number <= (each.to ?? each.last),
    );
}

// What the reader may choose among.
export function choicesOf(result) {
    const objects = [...new Set(result.steps.map((step) => step.object).filter((name) => name !== ""))];
    const pages = pagesOf(result).filter((page) => result.steps.some((step) => touchesPage(step, page)));
    const locks = new Set(result.steps.filter((step) => step.kind === "acquire").map(lockOf));
    return {
        tasks: [...new Set(result.steps.map((step) => step.task))],
        pages,
        objects: objects.filter((name) => !locks.has(name) && !pages.some((page) => name.startsWith(`${page}.`))),
        locks: [...locks],
    };
}

// `filter` is { task, page, object, lock, key }, of which each may be missing; `key` leaves steps that matter.
export function shownSteps(result, filter) {
    const sections = lockSectionsOf(result.steps);
    return result.steps.filter(
        (step) =>
            (!filter.task || step.task === filter.task) &&
            (!filter.page || touchesPage(step, filter.page)) &&
            (!filter.object || step.object === filter.object) &&
            (!filter.lock || underLock(step, filter.lock, sections)) &&
            (!filter.key || matters(result, step)),
    );
}

// As in the text report: what the broken claim reads is written, a task is preempted, the run is decided, or it
// ends in the violation.
export function matters(result, step) {
    const ends_in_violation = result.verdict === "FAIL" && !result.after_epilogue;
    const is_last = ends_in_violation && step.number === result.steps.length;
    return step.watched || step.preempts || is_last || isCritical(result, step);
}

function choice(id, label, all, groups, change) {
    const options = groups.map(([group, kind, names]) => {
        const of_group = names.map((name) => el("option", { value: `${kind}:${name}` }, name));
        return group === "" ? of_group : el("optgroup", { label: group }, of_group);
    });
    const select = el("select", { id, onchange: change }, el("option", { value: "" }, all), options);
    return el("label", {}, el("span", {}, label), select);
}

// Controls; `changed` is called with the filter and whenever it changes.
export function filterControls(result, changed) {
    const choices = choicesOf(result);
    const bar = el("div", { class: "filters", role: "group", "aria-label": "Filter" });
    const read = () => {
        const filter = { key: bar.querySelector("#filter-key").checked };
        for (const select of bar.querySelectorAll("select")) {
            const colon = select.value.indexOf(":");
            if (colon > 0) {
                filter[select.value.slice(0, colon)] = select.value.slice(colon + 1);
            }
        }
        changed(filter);
    };
    const of_pages = [["Pages", "page", choices.pages], ["Objects", "object", choices.objects]];
    bar.append(
        choice("filter-task", "Task", "all", [["", "task", choices.tasks]], read),
        choice("filter-page", "Page or object", "all", of_pages.filter((group) => group[2].length > 0), read),
        choice("filter-lock", "Lock", "all", [["", "lock", choices.locks]], read),
        el("label", { class: "check" }, el("input", { id: "filter-key", type: "checkbox", onchange: read }), "only steps that matter (★)"),
        el("output", { id: "shown" }),
    );
    return bar;
}
