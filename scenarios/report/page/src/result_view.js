// SPDX-License-Identifier: Apache-2.0
// One result: what is broken, the steps that break it, the world at each.
import { addressOf, replaceAddress } from "./address.js";
import { el } from "./dom.js";
import { filterControls, matters, shownSteps } from "./filters.js";
import { errorsOf, verdictClass } from "./index_view.js";
import { Lanes } from "./lanes.js";
import { callWords, pagesOf, verdictOf } from "./results.js";
import { showState } from "./state_view.js";

const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

function factsOf(result) {
    const facts = [];
    if (result.steps) {
        const minimal = result.minimal ? "; no schedule with fewer preemptions, then fewer steps, breaks a claim" : "";
        facts.push(`${plural(result.steps.length, "step")}, ${plural(result.preemptions, "preemption")}${minimal}`);
    }
    const parameters = Object.entries(result.parameters ?? {}).map(([name, value]) => `${name}=${value}`);
    facts.push(
        ...parameters,
        `search ${result.search}: ${plural(result.states, "state")}, ${plural(result.transitions, "transition")}, ${result.seconds.toFixed(3)} s`,
    );
    return [...facts, result.coverage].filter(Boolean).map((fact) => el("li", {}, fact));
}

function replayOf(result, schedule) {
    const parameters = Object.entries(result.parameters ?? {}).map(([name, value]) => ` --param ${name}=${value}`);
    return `heddle replay ${result.replay} ${schedule}${parameters.join("")}`;
}

function decisionOf(result) {
    if (result.critical !== "step") {
        return result.critical === "every run" ? el("p", { class: "decision" }, "Every run fails.") : "";
    }
    return el(
        "p",
        { class: "decision" },
        el("strong", {}, `Step ${result.critical_step + 1} decided: `),
        `every run from there on fails. With ${result.sibling.task} in its place, `,
        el("code", {}, result.sibling.text),
        ", a run ends well: ",
        el("code", {}, replayOf(result, result.sibling_schedule)),
    );
}

function violationOf(result) {
    if (result.invariant === undefined) {
        return result.reason ? el("p", { class: "reason" }, result.reason) : "";
    }
    return el(
        "section",
        { class: "violation" },
        el("h2", {}, `${result.invariant} violated`),
        el("p", { class: "formula" }, result.formula),
        result.sides ? el("pre", { class: "sides" }, result.sides.trimEnd()) : "",
        result.where ? el("p", {}, `at ${result.where}`) : "",
    );
}

function summaryOf(result, run) {
    const expectation = result.met ? "as expected" : `not expected: ${result.expected}`;
    return el(
        "header",
        { class: "summary" },
        run.results.length > 1 ? el("nav", {}, el("a", { href: "#" }, `← all ${run.results.length} scenarios`)) : "",
        el(
            "h1",
            {},
            el("span", { class: verdictClass(result) }, verdictOf(result)),
            el("span", { class: "name" }, result.scenario),
            el("span", { class: "expectation" }, expectation),
        ),
        run.results.length > 1 ? "" : errorsOf(run),
        violationOf(result),
        decisionOf(result),
        result.story ? el("p", { class: "story" }, result.story.trim()) : "",
        el("ul", { class: "facts" }, factsOf(result)),
        result.schedule === undefined
            ? ""
            : el("p", { class: "replay" }, "To see this again: ", el("code", {}, replayOf(result, result.schedule))),
    );
}

// Steps through the moments: buttons, a slider, keys.
class Player {
    constructor(result, changed) {
        this.last = result.moments.length - 1;
        this.changed = changed;
        this.shown = result.steps;
        const button = (id, label, text, go) => el("button", { id, type: "button", title: label, "aria-label": label, onclick: go }, text);
        this.slider = el("input", { id: "slider", type: "range", min: 0, max: this.last, step: 1, "aria-label": "Step", oninput: () => this.go(Number(this.slider.value)) });
        const ticks = result.steps.filter((step) => matters(result, step)).map((step) => {
            const tick = el("i");
            tick.style.left = `${(100 * step.number) / Math.max(1, this.last)}%`;
            return tick;
        });
        this.position = el("output", { id: "position" });
        this.now = el("div", { id: "now", "aria-live": "polite" });
        this.element = el(
            "div",
            { class: "player" },
            el(
                "div",
                { class: "controls" },
                button("first", "To the start (Home)", "|◀", () => this.go(0)),
                button("previous", "Step back (←)", "◀", () => this.move(-1)),
                button("next", "Step on (→)", "▶", () => this.move(1)),
                button("last", "To the end (End)", "▶|", () => this.go(this.last)),
                el("div", { class: "slider" }, this.slider, el("div", { class: "ticks" }, ticks)),
                this.position,
            ),
            this.now,
        );
    }

    go(moment) {
        this.moment = Math.min(Math.max(moment, 0), this.last);
        this.slider.value = this.moment;
        this.changed(this.moment);
    }

    // To the next moment after or before this one whose step is shown; the ends always are.
    move(by) {
        const stops = new Set([0, this.last, ...this.shown.map((step) => step.number)]);
        let moment = this.moment + by;
        while (moment > 0 && moment < this.last && !stops.has(moment)) {
            moment += by;
        }
        this.go(moment);
    }

    key(event) {
        const moves = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
        const is_typing = event.target.matches("select, input:not([type=range], [type=checkbox]), textarea");
        if (event.ctrlKey || event.metaKey || event.altKey || is_typing) {
            return;
        }
        if (event.key in moves) {
            this.move(moves[event.key]);
        } else if (event.key === "PageUp" || event.key === "PageDown") {
            this.go(this.moment + (event.key === "PageUp" ? -10 : 10));
        } else if (event.key === "Home" || event.key === "End") {
            this.go(event.key === "Home" ? 0 : this.last);
        } else {
            return;
        }
        event.preventDefault();
    }
}

function nowText(result, moment) {
    const { step, title } = result.moments[moment];
    if (step === null) {
        return [title];
    }
    return [
        el("strong", {}, `${step.task} (CPU ${step.cpu})`),
        el("code", {}, callWords(step)),
        el("span", { class: "where" }, `${step.function} ${step.where}`),
    ];
}

const legend = (result) =>
    el(
        "p",
        { class: "legend" },
        el("span", { class: "key star" }, "★ matters"),
        el("span", { class: "key" }, "! decided"),
        el("span", { class: "key bar" }, "lock held"),
        el("span", { class: "key lock-arrow" }, "lock given back, then taken"),
        el("span", { class: "key conflict-arrow" }, "same object, order matters"),
        result.steps.some((step) => step.kind === "interrupt")
            ? el("span", { class: "key interrupt-arrow" }, "interrupt, and back")
            : "",
        el("span", { class: "key" }, "Keys: ← → Home End"),
    );

function idleText(result) {
    const active = new Set(result.steps.map((step) => step.task));
    const idle = result.tasks.filter((task) => !active.has(task.name)).map((task) => `${task.name} (CPU ${task.cpu})`);
    return idle.length === 0 ? "" : el("p", { class: "idle" }, `No step: ${idle.join(", ")}`);
}

// Keeps the current step in view, below what stays at the top.
function reveal(element, player) {
    if (element === null) {
        return;
    }
    const { top, bottom } = element.getBoundingClientRect();
    const covered = player.getBoundingClientRect().bottom + 60;
    if (top < covered || bottom > innerHeight - 40) {
        scrollBy({ top: top - covered - (innerHeight - covered) / 3, behavior: "instant" });
    }
}

function showTrace(main, result, run, step) {
    const pages = pagesOf(result);
    const state = el("aside", { class: "state", "aria-label": "State" });
    const root = el("div", { class: "lanes-root" });
    let is_first = true;
    const name = run.results.length > 1 ? result.key : undefined;
    const player = new Player(result, (moment) => {
        lanes.mark(moment);
        showState(state, result, moment, pages);
        player.position.textContent = moment > result.steps.length ? "after the run" : `step ${moment} of ${result.steps.length}`;
        player.now.replaceChildren(...nowText(result, moment));
        replaceAddress(addressOf(name, moment));
        if (!is_first) {
            reveal(lanes.current(), player.element);
        }
        is_first = false;
    });
    const lanes = new Lanes(root, result, (number) => player.go(number));
    const filters = filterControls(result, (filter) => {
        player.shown = shownSteps(result, filter);
        lanes.show(player.shown);
        filters.querySelector("#shown").textContent =
            player.shown.length === result.steps.length ? "" : `${player.shown.length} of ${plural(result.steps.length, "step")} shown`;
    });
    main.append(
        player.element,
        el("div", { class: "panels" }, el("section", { class: "trace" }, filters, legend(result), root, idleText(result)), state),
    );
    lanes.fit(root.clientWidth);
    const moment = step ?? player.last;
    player.go(moment);
    if (step !== undefined) {
        reveal(lanes.current(), player.element);
    }
    return { key: (event) => player.key(event), fit: () => lanes.fit(root.clientWidth), go: (to) => player.go(to ?? player.last) };
}

// Shows a result at a step, by default at the end. What it gives back takes keys, fits to the width and goes to steps.
export function showResult(main, result, run, step) {
    document.title = `${verdictOf(result)} ${result.scenario} - Heddle`;
    main.replaceChildren(summaryOf(result, run));
    return result.steps ? showTrace(main, result, run, step) : { key() {}, fit() {}, go() {} };
}
