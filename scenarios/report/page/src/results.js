// SPDX-License-Identifier: Apache-2.0
// The results document (../../results.schema.json) as the page uses it. In this page, and only here, the
// `state` of a step is a list of numbers of lines in `state_lines`.

// A moment is what the slider stands on: { step, lines, title }. Moment 0 is before the first step, moment n
// after step n; if what runs after the last step changes something, there is one more.
function momentsOf(result) {
    const linesOf = (text) => text.split("\n").filter((line) => line !== "");
    const moments = [{ step: null, lines: linesOf(result.state_before), title: "Before the first step" }];
    for (const step of result.steps) {
        const lines = step.state.map((number) => result.state_lines[number]);
        moments.push({ step, lines, title: `After step ${moments.length}` });
    }
    const after = linesOf(result.state_after ?? "");
    if (result.after_epilogue && after.join("\n") !== moments.at(-1).lines.join("\n")) {
        moments.push({ step: null, lines: after, title: "After the run" });
    }
    return moments;
}

// Two results may have one name, if a file is given twice or the sizes differ.
function nameEach(results) {
    const seen = new Map();
    for (const result of results) {
        const count = (seen.get(result.scenario) ?? 0) + 1;
        seen.set(result.scenario, count);
        result.key = count === 1 ? result.scenario : `${result.scenario}#${count}`;
    }
}

export function readResults(text) {
    const run = JSON.parse(text);
    nameEach(run.results);
    for (const result of run.results) {
        if (result.steps) {
            result.steps.forEach((step, index) => {
                step.number = index + 1;
            });
            result.moments = momentsOf(result);
        }
    }
    return run;
}

// A step as text, in words between which a line may be broken; what it does to the object is one.
export function callWords(step) {
    const call = step.text.slice(0, step.text.length - step.effect.length);
    return [...call.match(/[^ (]*[ (]?/g), step.effect.replaceAll("->", "→")].filter((word) => word !== "");
}

export const verdictOf = (result) =>
    result.invariant === undefined ? result.verdict : `${result.verdict} ${result.invariant}`;

// The step after which every run fails, where there is one.
export const isCritical = (result, step) => result.critical === "step" && step.number === result.critical_step + 1;

// Of a lock that is a bit of a word, the bit too.
export const lockOf = (step) => (step.bits.length === 1 ? `${step.object} ${step.bits[0]}` : step.object);

// The names of the pages that the scenario describes.
export function pagesOf(result) {
    const lines = result.moments.flatMap((moment) => moment.lines);
    const names = lines.filter((line) => line.startsWith("page:")).map((line) => line.slice(5).split(" ")[0]);
    return [...new Set(names)];
}
