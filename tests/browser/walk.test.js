// SPDX-License-Identifier: Apache-2.0
// What README.md has a newcomer do, from nothing to a counterexample in the browser, done word by word.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { close, currentStep, folder, open, shownSteps, startBrowser, stopBrowser } from "./browser.js";

before(startBrowser);
after(stopBrowser);

const readme = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "../../README.md"), "utf8");
const section = readme.split("\n## ").find((text) => text.startsWith("A scenario of your own\n"));

// The `$ command` lines of the section, each with the lines that it is said to print.
function commandsOf(text) {
    const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, inside]) => inside);
    return blocks.join("").split(/^\$ /m).slice(1).map((part) => {
        const [command, ...lines] = part.trimEnd().split("\n");
        return { command, output: lines };
    });
}

// In a folder of its own, with the program where a shell finds it.
function run(command, cwd) {
    const path = `${dirname(process.env.HEDDLE_PROGRAM)}:${process.env.PATH}`;
    return new Promise((done) => {
        execFile("bash", ["-c", command], { cwd, env: { ...process.env, PATH: path } }, (error, stdout) =>
            done({ code: error === null ? 0 : error.code, lines: stdout.trimEnd().split("\n") }));
    });
}

// A line "..." stands for any lines.
function assertPrinted(lines, output, command) {
    const pattern = output
        .map((line) => (line === "..." ? "(?:.*\n)*?" : `${line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\n`))
        .join("");
    const text = lines.map((line) => `${line}\n`).join("");
    assert.match(text, new RegExp(`^${pattern}$`), `${command} does not print what README.md shows, but:\n${text}`);
}

test("README.md leads from nothing to a counterexample in the browser", async () => {
    const cwd = join(folder, "walk");
    mkdirSync(cwd);
    const commands = commandsOf(section);
    const codes = [];
    for (const { command, output } of commands) {
        const { code, lines } = await run(command, cwd);
        assertPrinted(lines, output, command);
        codes.push(code);
    }
    // Written; checked, with another outcome than the file expects.
    assert.deepEqual(codes, [0, 1]);

    const name = commands.at(-1).command.match(/--report html=(\S+)/)[1];
    assert.ok(section.split("```").at(-1).includes(`\`${name}\``), "the text says which file to open");
    const page = await open(join(cwd, name));
    assert.equal(await page.locator("h1 .verdict").textContent(), "FAIL B1");
    assert.ok(await page.locator(".formula").isVisible());
    assert.equal(await page.locator(".formula").textContent(), commands.at(-1).output[1].trim());
    const steps = await shownSteps(page);
    assert.equal(await currentStep(page), steps.at(-1));
    await page.keyboard.press("Home");
    for (const step of steps) {
        await page.keyboard.press("ArrowRight");
        assert.equal(await currentStep(page), step);
    }
    await close(page);
});
