// SPDX-License-Identifier: Apache-2.0
// One chart: axes, and for each line a curve, a band, marks. It knows nothing of locks.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear, scaleLog } from "d3-scale";
import { create } from "d3-selection";
import { area, line as curveOf, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolStar, symbolTriangle, symbolWye } from "d3-shape";

const size = { width: 560, height: 330, left: 64, right: 92, top: 12, bottom: 38 };
const shapes = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolStar, symbolWye];

export const lineClass = (index) => `line-${index % shapes.length}`;
export const markOf = (index, area_of_mark = 42) => symbol(shapes[index % shapes.length], area_of_mark)();

const right = size.width - size.right;
const bottom = size.height - size.bottom;

function scaleOf({ log, domain }, range) {
    return (log ? scaleLog() : scaleLinear()).domain(domain).range(range).clamp(true);
}

// Of a logarithmic axis: 1, 2 and 5 of each power of ten, or the powers alone where these would be many.
function ticksOf({ log, domain: [low, high], ticks }, scale) {
    if (ticks !== undefined || !log) {
        return ticks ?? scale.ticks(5);
    }
    const steps = high / low < 1000 ? [1, 2, 5] : [1];
    const all = [];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; ++power) {
        all.push(...steps.map((step) => step * 10 ** power));
    }
    return all.filter((tick) => tick >= low && tick <= high);
}

function drawAxes(svg, chart, x, y) {
    const y_ticks = ticksOf(chart.y, y);
    const bottom_axis = axisBottom(x).tickValues(ticksOf(chart.x, x)).tickFormat(chart.x.format).tickSizeOuter(0);
    const left_axis = axisLeft(y).tickValues(y_ticks).tickFormat(chart.y.format).tickSizeOuter(0);
    const lines = svg.append("g").attr("class", "grid");
    for (const tick of y_ticks) {
        lines.append("line").attr("x1", size.left).attr("x2", right).attr("y1", y(tick)).attr("y2", y(tick));
    }
    svg.append("g").attr("class", "axis x").attr("transform", `translate(0,${bottom})`).call(bottom_axis);
    svg.append("g").attr("class", "axis y").attr("transform", `translate(${size.left},0)`).call(left_axis);
    svg.append("text").attr("class", "axis-name").attr("x", (size.left + right) / 2).attr("y", size.height - 4)
        .attr("text-anchor", "middle").text(chart.x.name);
    svg.append("text").attr("class", "axis-name").attr("transform", `translate(11,${(size.top + bottom) / 2}) rotate(-90)`)
        .attr("text-anchor", "middle").text(chart.y.name);
}

// What nobody has measured lies to the right of `from`.
function drawBeyond(svg, x, from) {
    const left = x(from);
    svg.append("rect").attr("class", "beyond-area").attr("x", left).attr("y", size.top)
        .attr("width", right - left).attr("height", bottom - size.top);
    svg.append("text").attr("class", "beyond-name").attr("x", left + 6).attr("y", size.top + 13).text("extrapolated →");
}

function drawLine(group, line, x, y) {
    const place = curveOf().x((point) => x(point.x)).y((point) => y(point.y));
    if (line.band) {
        const shape = area().x((point) => x(point.x)).y0((point) => y(point.low)).y1((point) => y(point.high));
        group.append("path").attr("class", "band").attr("d", shape(line.band));
    }
    for (const { points, beyond } of line.curves) {
        group.append("path").attr("class", beyond ? "curve beyond" : "curve").attr("d", place(points));
    }
    for (const point of line.marks) {
        if (point.high > point.low) {
            group.append("line").attr("class", "whisker").attr("x1", x(point.x)).attr("x2", x(point.x))
                .attr("y1", y(point.low)).attr("y2", y(point.high));
        }
        group.append("path").attr("class", point.hollow ? "mark hollow" : "mark").attr("d", markOf(line.index))
            .attr("transform", `translate(${x(point.x)},${y(point.y)})`).append("title").text(point.title);
    }
}

// Names stand at the ends of their lines, moved apart where they would meet.
function drawNames(svg, lines, y) {
    const ends = lines.filter((line) => line.end !== undefined).map((line) => ({ line, at: y(line.end) }));
    ends.sort((a, b) => a.at - b.at);
    for (let i = 1; i < ends.length; ++i) {
        ends[i].at = Math.max(ends[i].at, ends[i - 1].at + 13);
    }
    for (const { line, at } of ends) {
        const name = line.name.length > 14 ? `${line.name.slice(0, 13)}…` : line.name;
        svg.append("text").attr("class", `line-name ${lineClass(line.index)}`).attr("x", right + 7).attr("y", at + 4).text(name);
    }
}

// { name, x, y: { name, domain, log, ticks, format }, beyond, lines: [{ name, index, end, band, curves, marks }] }
export function chartOf(chart) {
    const svg = create("svg:svg").attr("viewBox", `0 0 ${size.width} ${size.height}`).attr("role", "img").attr("aria-label", chart.name);
    const x = scaleOf(chart.x, [size.left, right]);
    const y = scaleOf(chart.y, [bottom, size.top]);
    if (chart.beyond !== undefined && chart.beyond < chart.x.domain[1]) {
        drawBeyond(svg, x, chart.beyond);
    }
    drawAxes(svg, chart, x, y);
    for (const line of chart.lines) {
        drawLine(svg.append("g").attr("class", `line ${lineClass(line.index)}`), line, x, y);
    }
    drawNames(svg, chart.lines, y);
    return svg.node();
}
