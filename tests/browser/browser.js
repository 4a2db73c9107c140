// SPDX-License-Identifier: Apache-2.0
// Reports made by the program, and a real browser that opens them and keeps account of what must not happen.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const folder = mkdtempSync(join(tmpdir(), "heddle-browser-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function program(name) {
    assert.ok(process.env[name], `${name} must say where the program is; ctest does`);
    return process.env[name];
}

// Checks and writes a report; every expectation has to be met.
export function report(name, ...scenarios) {
    const file = join(folder, `${name}.html`);
    execFileSync(program("HEDDLE_PROGRAM"), ["check", ...scenarios, "--report", `html=${file}`], { stdio: "pipe" });
    return file;
}

// A file of `figures` to stand beside the verdicts.
export function figures(...of) {
    const file = join(folder, "figures.json");
    writeFileSync(file, JSON.stringify({ figures: of }));
    return file;
}

export function hostileReport() {
    const file = join(folder, "hostile.html");
    execFileSync(program("HEDDLE_HOSTILE_REPORT"), [file]);
    return file;
}

// A scenario of one task with very many steps, as a file.
export function longScenario() {
    const file = join(folder, "long.toml");
    const steps = Array(4).fill('"mlock 0 3", "munlock 0 3"').join(", ");
    writeFileSync(
        file,
        `name = "long"
        story = "One task locks and unlocks for long."
        expect = "fail:never"
        [machine]
        cpus = 2
        free_pages = 4
        [[process]]
        name = "A"
        [[vma]]
        name = "a"
        process = "A"
        start = 0
        pages = 3
        [[task]]
        name = "user"
        process = "A"
        steps = [${steps}]
        [[claim]]
        name = "never"
        finally = "A.locked_vm == 7"
        `,
    );
    return file;
}

// The one that all files of tests share, once somebody has asked for it.
let browser;

export async function startBrowser() {
    browser ??= chromium.launch({
        executablePath: process.env.HEDDLE_CHROMIUM ?? "/usr/bin/chromium",
        // In a container the tests may be root, and /dev/shm small. Grey letters make small pictures.
        args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-lcd-text"],
    });
    await browser;
}

export const stopBrowser = async () => (await browser).close();

async function newPage(options) {
    const context = await (await browser).newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000); // the machine may be busy
    page.on("console", (message) => page.troubles.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => page.troubles.push(`error: ${error}`));
    page.on("dialog", (dialog) => {
        page.troubles.push(`dialog: ${dialog.message()}`);
        return dialog.dismiss();
    });
    page.on("request", (request) => {
        if (request.url().split("#")[0] !== page.address) {
            page.troubles.push(`request: ${request.url()}`);
        }
    });
    await page.exposeFunction("noteViolation", (text) => page.troubles.push(`policy: ${text}`));
    await page.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (event) =>
            window.noteViolation(`${event.violatedDirective} ${event.blockedURI}`));
    });
    return page;
}

// Pages that were opened without options and closed: a new one is a new process, which takes a second.
const blank = [];

// Opens a report. `troubles` of the page fills with what a report must never do: write to the console, throw,
// ask, load anything, or try what its policy forbids.
export async function open(file, hash = "", options = undefined) {
    const page = (options === undefined && blank.pop()) || (await newPage(options));
    page.isPlain = options === undefined;
    page.troubles = [];
    page.address = pathToFileURL(file).href;
    await page.goto(page.address + hash);
    return page;
}

// Closes the page, which must have caused no trouble.
export async function close(page) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
    assert.deepEqual(page.troubles, []);
    if (!page.isPlain) {
        await page.context().close();
        return;
    }
    await page.evaluate(() => localStorage.clear());
    page.address = "about:blank";
    await page.goto(page.address);
    blank.push(page);
}

// The number of the step that is marked, null if none is.
export const currentStep = (page) =>
    page.evaluate(() => Number(document.querySelector(".steps li.current")?.dataset.step ?? 0) || null);

export const shownSteps = (page) =>
    page.locator(".steps li").evaluateAll((rows) => rows.map((row) => Number(row.dataset.step)));

export const hashOf = (page) => new URL(page.url()).hash;
