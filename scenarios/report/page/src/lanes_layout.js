// SPDX-License-Identifier: Apache-2.0
// Where everything in the swim lanes is, in pixels. Time goes down, a row per step.
import { scaleBand } from "d3-scale";

import { callWords } from "./results.js";

export const sizes = {
    gutter: 66, // numbers of steps
    channel: 34, // between lanes, for arrows
    lane_min: 230,
    bar: 15, // width of a lock section
    row: 24,
    place: 15, // the line above a step that names the function
    banner: 24, // "preemption: ..."
    line: 17, // more of a step's text where the lane is narrow
    lines_max: 4,
    letter: 7.7,
    line_number: 48,
};

export const placeOf = (step) => (step.function === "operator()" ? step.where : step.function);

// Why there is a line of words above a step; empty if there is none. `previous` is the step shown before it.
function bannerOf(step, previous, steps) {
    const before = steps[step.number - 2];
    if (before !== undefined && before.run !== step.run) {
        return "again from the start";
    }
    if (step.preempts && before !== undefined) {
        return `preemption: ${before.task} could go on, ${step.task} runs`;
    }
    const hidden = step.number - 1 - (previous?.number ?? 0);
    return hidden > 0 ? `${hidden} ${hidden === 1 ? "step" : "steps"} not shown` : "";
}

// How many lines a step's text takes, which may be broken between its words and within those that are too long.
function linesOf(step, lane) {
    const letters = Math.floor((lane.right - lane.text - sizes.line_number) / sizes.letter);
    let lines = 1;
    let used = 0;
    for (const word of callWords(step)) {
        if (used > 0 && used + word.length > letters) {
            ++lines;
            used = 0;
        }
        lines += Math.floor(Math.max(0, word.length - 1) / letters);
        used = word.length > letters ? word.length % letters : used + word.length;
    }
    return Math.min(lines, sizes.lines_max);
}

function rowsOf(shown, steps, lanes) {
    let top = 0;
    let previous;
    return shown.map((step) => {
        const banner = bannerOf(step, previous, steps);
        const switches = previous !== undefined && previous.task !== step.task;
        const names_place =
            banner !== "" || previous === undefined || switches || placeOf(previous) !== placeOf(step);
        const row = { step, top, banner, place: names_place ? placeOf(step) : "" };
        const above = (banner === "" ? 0 : sizes.banner) + (row.place === "" ? 0 : sizes.place);
        const lines = linesOf(step, lanes.get(step.task));
        row.height = above + sizes.row + (lines - 1) * sizes.line;
        row.wraps = lines > 1;
        row.middle = top + above + sizes.row / 2;
        top += row.height + 2;
        previous = step;
        return row;
    });
}

// A channel's arrows side by side, so that those that overlap can be told apart.
function assignTracks(arrows) {
    const channels = new Map();
    for (const arrow of arrows) {
        const tracks = channels.get(arrow.channel) ?? [];
        channels.set(arrow.channel, tracks);
        const free = tracks.findIndex((end) => end < arrow.y1);
        arrow.track = (free >= 0 ? free : tracks.length) % 4;
        tracks[arrow.track] = Math.max(tracks[arrow.track] ?? 0, arrow.y2);
    }
}

function routesOf(arrows, row_of, lanes) {
    const routes = arrows
        .filter((arrow) => row_of.has(arrow.from.number) && row_of.has(arrow.to.number))
        .map((arrow) => {
            const [from, to] = [lanes.get(arrow.from.task), lanes.get(arrow.to.task)];
            const rightwards = from.left < to.left;
            return {
                ...arrow,
                rightwards,
                x1: rightwards ? from.right : from.left,
                x2: rightwards ? to.left : to.right,
                y1: row_of.get(arrow.from.number).middle,
                y2: row_of.get(arrow.to.number).middle,
                channel: `${to.task.name} ${rightwards}`,
            };
        });
    assignTracks(routes);
    for (const route of routes) {
        // The way down is beside the lane it leads to; on the way there are no steps beside the first.
        const distance = 10 + 6 * route.track;
        const x = route.rightwards ? route.x2 - distance : route.x2 + distance;
        route.points = [[route.x1, route.y1], [x, route.y1], [x, route.y2], [route.x2, route.y2]];
    }
    return routes;
}

function barsOf(sections, rows, lanes) {
    return sections
        .map((section) => {
            const last = section.to ?? section.last;
            const inside = rows.filter((row) => section.from <= row.step.number && row.step.number <= last);
            const lane = lanes.get(section.task);
            return {
                ...section,
                x: lane.left + section.slot * sizes.bar,
                y: inside.length > 0 ? inside[0].middle - 9 : 0,
                height: inside.length > 0 ? inside.at(-1).middle - inside[0].middle + 18 : 0,
            };
        })
        .filter((bar) => bar.height > 0);
}

// `tasks` are those that take steps, `sections` and `arrows` as order.js has them.
export function layOut({ tasks, shown, steps, sections, arrows }, width_wanted) {
    const width = Math.max(width_wanted, sizes.gutter + tasks.length * (sizes.lane_min + sizes.channel));
    const band = scaleBand(tasks.map((task) => task.name), [sizes.gutter, width]);
    const lanes = new Map(
        tasks.map((task) => {
            const slots = sections.filter((each) => each.task === task.name).map((each) => each.slot + 1);
            const left = band(task.name);
            const right = left + band.bandwidth() - sizes.channel;
            return [task.name, { task, left, right, text: left + Math.max(0, ...slots) * sizes.bar + 4 }];
        }),
    );
    const rows = rowsOf(shown, steps, lanes);
    const row_of = new Map(rows.map((row) => [row.step.number, row]));
    return {
        width,
        height: rows.length > 0 ? rows.at(-1).top + rows.at(-1).height + 8 : 0,
        lanes: [...lanes.values()],
        lane_of: lanes,
        rows,
        bars: barsOf(sections, rows, lanes),
        arrows: routesOf(arrows, row_of, lanes),
    };
}
