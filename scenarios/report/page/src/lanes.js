// SPDX-License-Identifier: Apache-2.0
// Swim lanes: a column per task, its CPU above it, a row per step; lock sections as bars, arrows for what
// happens before what.
import { create, select } from "d3-selection";
import { line } from "d3-shape";

import { layOut, sizes } from "./lanes_layout.js";
import { arrowsOf, interruptsOf, lockSectionsOf } from "./order.js";
import { matters } from "./filters.js";
import { callWords, isCritical } from "./results.js";

const px = (number) => `${number}px`;
const bar_colours = 6;

function tasksWithSteps(result) {
    const active = new Set(result.steps.map((step) => step.task));
    const tasks = result.tasks.filter((task) => active.has(task.name));
    return tasks.sort((a, b) => a.cpu - b.cpu);
}

function drawHeads(heads, layout) {
    heads
        .style("width", px(layout.width))
        .selectAll("div.head")
        .data(layout.lanes, (lane) => lane.task.name)
        .join((enter) => {
            const head = enter.append("div").attr("class", "head");
            head.append("span").attr("class", "cpu").text(({ task }) => `CPU ${task.cpu}`);
            head.append("strong").text(({ task }) => task.name);
            head.append("span").text(({ task }) => (task.kind === "task" ? "" : ` ${task.kind}`));
            return head;
        })
        .style("left", (lane) => px(lane.left))
        .style("width", (lane) => px(lane.right - lane.left));
}

function drawRows(list, layout, result, choose) {
    const rows = list
        .style("height", px(layout.height))
        .selectAll("li")
        .data(layout.rows, (row) => row.step.number)
        .join((enter) => {
            const row = enter.append("li").on("click", (event, { step }) => choose(step.number));
            row.append("span").attr("class", "number").text(({ step }) => step.number);
            row.append("span").attr("class", "banner");
            const step = row.append("div").attr("class", "step").attr("title", (d) => `${d.step.text}\n${d.step.function} ${d.step.where}`);
            step.append("span").attr("class", "place");
            step.append("code")
                .selectAll("span")
                .data((d) => callWords(d.step))
                .join("span")
                .text((word) => word)
                .each(function () {
                    this.after(document.createElement("wbr"));
                });
            step.append("span").attr("class", "line").text((d) => (d.step.line > 0 ? `:${d.step.line}` : ""));
            return row;
        });
    const is_last = ({ step }) => result.verdict === "FAIL" && step.number === result.steps.length;
    rows.classed("wraps", (row) => row.wraps)
        .classed("matters", ({ step }) => matters(result, step))
        .classed("breaks", (row) => is_last(row) && !result.after_epilogue)
        .classed("critical", ({ step }) => isCritical(result, step))
        .classed("preempts", ({ step }) => step.preempts)
        .style("top", (row) => px(row.top))
        .style("height", (row) => px(row.height))
        .attr("data-step", ({ step }) => step.number);
    rows.select(".number").style("top", (row) => px(row.middle - row.top - 10));
    rows.select(".banner").text((row) => row.banner);
    rows.select(".place").text((row) => row.place);
    rows.select(".step")
        .style("top", (row) => px(row.banner === "" ? 0 : sizes.banner))
        .style("left", ({ step }) => px(layout.lane_of.get(step.task).text))
        .style("width", ({ step }) => px(layout.lane_of.get(step.task).right - layout.lane_of.get(step.task).text));
}

const letter_width = 5.8;
const label_distance = 300;

function labelsOf(bar) {
    const labels = [];
    for (let y = 5; y + 30 < bar.height; y += label_distance) {
        labels.push({ y, text: bar.lock.slice(0, Math.floor((bar.height - y - 4) / letter_width)) });
    }
    return labels;
}

function drawBars(svg, layout, sections) {
    const locks = [...new Set(sections.map((section) => section.lock))];
    const bars = svg.select(".bars").selectAll("g").data(layout.bars).join("g");
    bars.selectAll("*").remove();
    bars.attr("class", (bar) => `lock lock-${locks.indexOf(bar.lock) % bar_colours}`)
        .attr("data-lock", (bar) => bar.lock)
        .attr("transform", (bar) => `translate(${bar.x}, ${bar.y})`);
    bars.append("title").text((bar) => `${bar.task} holds ${bar.lock}: steps ${bar.from} to ${bar.to ?? "the end"}`);
    bars.append("rect").attr("width", sizes.bar - 3).attr("height", (bar) => bar.height).attr("rx", 3);
    // As much of the name as there is room for, again and again on a long one.
    bars.selectAll("text")
        .data((bar) => labelsOf(bar))
        .join("text")
        .attr("transform", ({ y }) => `translate(${sizes.bar / 2 - 4.5}, ${y}) rotate(90)`)
        .text(({ text }) => text);
}

function drawArrows(svg, layout) {
    svg.select(".arrows")
        .selectAll("path")
        .data(layout.arrows)
        .join((enter) => {
            const path = enter.append("path");
            path.append("title");
            return path;
        })
        .attr("class", (arrow) => `arrow ${arrow.kind}`)
        .attr("d", (arrow) => line()(arrow.points))
        .attr("marker-end", (arrow) => `url(#head-${arrow.kind})`)
        .select("title")
        .text(({ from, to, object }) => `${object}: step ${from.number} (${from.task}) before step ${to.number} (${to.task})`);
}

function newSvg() {
    const svg = create("svg:svg").attr("class", "order").attr("aria-hidden", "true");
    for (const kind of ["lock", "conflict", "interrupt"]) {
        svg.append("marker")
            .attr("id", `head-${kind}`)
            .attr("class", `arrowhead ${kind}`)
            .attr("viewBox", "0 0 8 8")
            .attr("refX", 7)
            .attr("refY", 4)
            .attr("markerWidth", 8)
            .attr("markerHeight", 8)
            .attr("markerUnits", "userSpaceOnUse")
            .attr("orient", "auto")
            .append("path")
            .attr("d", "M0,0 L8,4 L0,8 Z");
    }
    svg.append("rect").attr("class", "grid");
    svg.append("g").attr("class", "lanes");
    svg.append("g").attr("class", "bars");
    svg.append("g").attr("class", "arrows");
    return svg;
}

// Draws into `root`. `choose` is called with the number of a step that is clicked.
export class Lanes {
    constructor(root, result, choose) {
        this.result = result;
        this.choose = choose;
        this.root = root;
        this.content = {
            tasks: tasksWithSteps(result),
            shown: result.steps,
            steps: result.steps,
            sections: lockSectionsOf(result.steps),
            arrows: [...arrowsOf(result.steps), ...interruptsOf(result.steps)],
        };
        // Heads stay in sight while the page scrolls, and follow when the lanes scroll sidewards.
        const above = select(root).append("div").attr("class", "above");
        this.heads = above.append("div").attr("class", "heads");
        this.scroller = select(root).append("div").attr("class", "scroller");
        this.scroller.on("scroll", (event) => {
            above.node().scrollLeft = event.target.scrollLeft;
        });
        this.body = this.scroller.append("div").attr("class", "body");
        this.svg = this.body.append(() => newSvg().node());
        this.list = this.body.append("ol").attr("class", "steps");
        this.width = 0;
    }

    show(steps) {
        this.content.shown = steps;
        this.draw();
    }

    // Fits the width that there is.
    fit(width) {
        if (width > 0 && width !== this.width) {
            this.width = width;
            this.draw();
        }
    }

    draw() {
        const layout = layOut(this.content, this.width);
        this.lane_of = layout.lane_of;
        drawHeads(this.heads, layout);
        this.body.style("width", px(layout.width)).style("height", px(layout.height));
        this.svg.attr("width", layout.width).attr("height", layout.height);
        this.svg
            .select(".lanes")
            .selectAll("rect")
            .data(layout.lanes)
            .join("rect")
            .attr("x", (lane) => lane.left - 4)
            .attr("width", (lane) => lane.right - lane.left + 8)
            .attr("height", layout.height);
        drawBars(this.svg, layout, this.content.sections);
        drawArrows(this.svg, layout);
        drawRows(this.list, layout, this.result, this.choose);
        this.mark(this.moment ?? 0);
    }

    // Marks the step that leads to a moment, and what comes before and after it.
    mark(moment) {
        this.moment = moment;
        this.list
            .selectAll("li")
            .classed("current", ({ step }) => step.number === moment)
            .classed("later", ({ step }) => step.number > moment)
            .attr("aria-current", ({ step }) => (step.number === moment ? "step" : null));
        this.svg
            .selectAll("path.arrow")
            .classed("current", ({ from, to }) => from.number === moment || to.number === moment);
    }

    // The element of the current step, null if it is not shown. Sidewards it is brought into sight.
    current() {
        const row = this.list.select("li.current");
        if (row.empty()) {
            return null;
        }
        const lane = row.datum().step.task;
        const scroller = this.scroller.node();
        const { left, right } = this.lane_of.get(lane);
        if (left < scroller.scrollLeft || right > scroller.scrollLeft + scroller.clientWidth) {
            scroller.scrollLeft = left - sizes.gutter;
        }
        return row.node();
    }
}
