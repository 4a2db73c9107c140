// SPDX-License-Identifier: Apache-2.0
// The panel that shows the world at a moment.
import { el } from "./dom.js";
import { describeWorld } from "./world.js";

const marks = { new: "+", gone: "−", changed: "●", "": "" };

// A line may be broken after each of a page's flags.
function textOf({ text, change }) {
    const shown = change === "" ? text : el(change === "new" ? "ins" : "del", {}, text);
    return /[|(]/.test(text) ? [shown, el("wbr")] : shown;
}

// What is described stands out.
function partsOf(topic, parts) {
    if (!topic.startsWith("page:") || parts[0].text !== "page") {
        return parts.map(textOf);
    }
    return [el("strong", {}, textOf(parts[2])), parts.slice(3).map(textOf)]; // the heading says "page"
}

const lineOf = ({ topic, parts, change }) =>
    el(
        "li",
        { class: change, "data-topic": topic },
        el("span", { class: "mark", "aria-label": change || undefined }, marks[change]),
        el("span", {}, partsOf(topic, parts)),
    );

export function showState(panel, result, moment, pages) {
    const sections = describeWorld(result, moment, pages);
    const changes = sections.flatMap((section) => section.lines).filter((line) => line.change !== "").length;
    const count = changes === 0 ? "nothing changes" : `${changes} ${changes === 1 ? "line changes" : "lines change"}`;
    panel.replaceChildren(
        el("h2", {}, result.moments[moment].title, moment === 0 ? "" : el("small", {}, count)),
        ...sections.map((section) =>
            el("section", {}, el("h3", {}, section.name), el("ul", {}, section.lines.map(lineOf)))),
    );
    revealChange(panel);
}

// Scrolls the panel, and nothing else, to the first change.
function revealChange(panel) {
    const change = panel.querySelector("li.changed, li.new, li.gone");
    const hidden = change !== null && change.offsetTop + change.offsetHeight > panel.clientHeight;
    panel.scrollTop = hidden ? change.offsetTop - panel.clientHeight / 3 : 0;
}
