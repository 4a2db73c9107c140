// SPDX-License-Identifier: Apache-2.0
// The page of heddle-bench: charts, choices, tables, hostile names, paper.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { close, folder, open, startBrowser, stopBrowser } from "./browser.js";

const script = "</script><script>alert('script')</script>";
const image = "<img src=x onerror=alert('image')>";

function benchPage(name, ...inputs) {
    const file = join(folder, `${name}.html`);
    execFileSync(process.env.HEDDLE_BENCH_PROGRAM, ["page", "--out", file, ...inputs], { stdio: "pipe", cwd: folder });
    return file;
}

// Three repetitions by the Universal Scalability Law.
function repetitions(name, threads, sigma, more = {}) {
    const rate = (1e6 * threads) / (1 + sigma * (threads - 1) + 0.001 * threads * (threads - 1));
    return [0.98, 1, 1.02].map((factor, i) => ({
        run_name: `${name}/threads:${threads}`, run_type: "iteration", repetition_index: i, threads, real_time: 1, time_unit: "ms",
        ops: rate * factor, jain: 1 - threads / 50, wait_p50_ns: 40 * threads, wait_p99_ns: 300 * threads, broken: 0, ...more,
    }));
}

function measurements(name, benchmarks, context = {}) {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify({ context: { num_cpus: 8, host_name: "example", ...context }, benchmarks }));
    return file;
}

// Times by an exponential distribution.
function times(name, threads, hold) {
    const counts = (mean) => Array.from({ length: 60 }, (_, i) => [(mean * (i + 1)) / 10, Math.round(1e5 * (Math.exp(-i / 10) - Math.exp(-(i + 1) / 10)))]);
    return JSON.stringify({ name: `${name}/threads:${threads}`, wait_ns: counts(90 * threads), hold_ns: counts(hold), between_ns: counts(700) });
}

const layouts = { zone: 0.1, node: 0.2, "page-hash": 0.02 };
const locks = ["ticket", "tas"];
const nameOf = (layout, lock) => `storm/workload:private/layout:${layout}/lock:${lock}/batch:14/placement:spread`;
let full; // eight cores, all kinds of input
let small; // what two cores measure

before(async () => {
    const benchmarks = [];
    const lines = [];
    for (const [layout, sigma] of Object.entries(layouts)) {
        for (const lock of locks) {
            for (const threads of [1, 2, 4, 8, 16]) {
                benchmarks.push(...repetitions(nameOf(layout, lock), threads, sigma * (lock === "tas" ? 1.5 : 1)));
                lines.push(times(nameOf(layout, lock), threads, 800 * sigma));
            }
        }
    }
    benchmarks.push(...[1, 2, 4, 8].flatMap((threads) => repetitions("host/workload:private", threads, 0.4, { jain: undefined })));
    const file = measurements("lock.json", benchmarks, { warning_governor: `governor is ${image}` });
    writeFileSync(join(folder, "lock.ndjson"), lines.join("\n"));
    mkdirSync(join(folder, "verdicts"));
    const verdict = (name, kind) => writeFileSync(join(folder, `verdicts/${name}.json`), JSON.stringify({
        schema: "heddle-results-1", errors: [], results: [{ scenario: "clean-1", verdict: kind, invariant: "B1", met: false }, { scenario: "clean-2", verdict: "PASS" }] }));
    for (const name of ["layout-zone", "layout-node", "lock-ticket"]) {
        verdict(name, "PASS");
    }
    verdict("layout-page-hash", "FAIL");
    writeFileSync(join(folder, "verdicts/layout-page-hash.html"), "");
    full = benchPage("full", file, join(folder, "lock.ndjson"), "--checked", "verdicts", "--cores", "32,1024", "--nodes", "4");
    small = benchPage("small", measurements("two.json", [1, 2].flatMap((threads) => repetitions("storm/layout:node", threads, 0.3)), { num_cpus: 2 }));
    await startBrowser();
});
after(stopBrowser);

const texts = (page, selector) => page.locator(selector).allTextContents();

test("draws a line for each layout in each chart", async () => {
    const page = await open(full);
    assert.deepEqual(await texts(page, "figure h2"),
        ["Throughput against threads", "Time to get the lock", "Fairness", "Universal Scalability Law", "Simulation"]);
    assert.deepEqual(await texts(page, ".legend li"), ["zone", "node", "page-hash", "host"]);
    const lines = async (id) => page.locator(`#${id} .line`).count();
    assert.deepEqual(await Promise.all(["throughput", "waits", "fairness", "fits", "simulations"].map(lines)), [4, 3, 3, 4, 3]);
    // Five numbers of threads, the last one above the cores.
    assert.equal(await page.locator("#throughput .line-1 .mark").count(), 5);
    assert.equal(await page.locator("#throughput .line-1 .mark.hollow").count(), 1);
    assert.match((await texts(page, "#throughput .line-1 .mark title"))[1], /^2 threads: 1\.66M\/s$/);
    assert.ok((await texts(page, "#waits .axis.x text")).some((text) => text.endsWith("µs")));
    await close(page);
});

test("labels what is extrapolated, in words and dashes", async () => {
    const page = await open(full);
    for (const id of ["fits", "simulations"]) {
        assert.equal(await page.locator(`#${id} .beyond-name`).textContent(), "extrapolated →");
    }
    assert.equal(await page.locator("#fits .curve.beyond").count(), 4);
    const dashes = await page.locator("#fits .curve.beyond").first().evaluate((curve) => getComputedStyle(curve).strokeDasharray);
    assert.notEqual(dashes, "none");
    assert.deepEqual(await texts(page, "#simulations .line-0 .mark.hollow title").then((all) => all.map((text) => text.split(":")[0])),
        ["32 cores, extrapolated", "1024 cores, extrapolated"]);
    const rows = await page.locator("#simulation-table tbody tr").allInnerTexts();
    const zone = rows.filter((row) => row.startsWith("zone")).map((row) => row.split("\t").at(-1));
    assert.equal(zone.length, 6); // 1, 2, 4, 8, and two that nobody has measured
    assert.deepEqual([zone[3], zone[4], zone[5]], ["calibrated", "extrapolated", "extrapolated"]);
    assert.match(zone[0], /^-?\d+\.\d %$/);
    assert.match(await page.locator("#simulation-table").innerText(), /on 4 nodes.*zone: from the times of 8 threads, FIFO, each core its own lock/s);
    await close(page);
});

test("shows other lines when they are chosen", async () => {
    const page = await open(full);
    const before_it = await page.locator("#throughput .line-0 .curve").getAttribute("d");
    await page.locator("#choose-lock").selectOption("tas");
    assert.notEqual(await page.locator("#throughput .line-0 .curve").getAttribute("d"), before_it);
    await page.locator("#by").selectOption("lock");
    assert.deepEqual(await texts(page, ".legend li"), ["ticket", "tas", "host"]);
    await page.locator("#choose-layout").focus(); // selectOption() does not
    await page.locator("#choose-layout").selectOption("node");
    assert.match(await page.locator("#fit-table tbody tr").first().innerText(), /^ticket\t1M \[.*\t0\.2\d* \[/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "choose-layout");
    await close(page);
});

test("has everything as tables that are sorted", async () => {
    const page = await open(full);
    assert.equal(await page.locator("#measured tbody tr").count(), 3 * 2 * 5 + 4);
    const rates = async () => (await texts(page, "#measured tbody td:nth-child(8)")).slice(0, 1);
    await page.locator("#measured").getByRole("button", { name: "operations a second" }).click();
    const slowest = await rates();
    await page.locator("#measured").getByRole("button", { name: "operations a second" }).click();
    assert.notDeepEqual(await rates(), slowest);
    assert.match(await page.locator("#fit-table tbody tr").nth(1).innerText(), /^node\t.*\[.*\]\t0\.2\d* \[.*\]/);
    await close(page);
});

test("shows the fastest layout that passes, and a link to the counterexample", async () => {
    const page = await open(full);
    const rows = await page.locator(".contest tbody tr").allInnerTexts();
    assert.match(rows[0], /^page-hash\tticket.*broken: layout page-hash: B1 in clean-1$/);
    assert.match(rows.find((row) => row.startsWith("zone\tticket")), /fastest\tpasses$/);
    assert.match(rows.find((row) => row.startsWith("zone\ttas")), /not checked: lock tas$/);
    assert.equal(await page.locator(".links a").first().getAttribute("href"), "./verdicts/layout-page-hash.html#scenario=clean-1");
    await close(page);
});

test("says what two cores cannot tell", async () => {
    const page = await open(small);
    assert.match(await page.locator("#fit-table tbody tr").innerText(), /measured with 2 numbers of threads.*cannot be concluded$/s);
    assert.match(await page.locator("#fits").textContent(), /could not be fitted/);
    assert.match(await page.locator("#waits").textContent(), /no histograms were given/);
    await close(page);
});

test("shows names that are markup, and runs none", async () => {
    const name = (layout) => `storm${image}/layout:${layout}/lock:${script}`;
    const file = benchPage("hostile", measurements("hostile.json", [script, image].flatMap((layout) => {
        const words = layout.replaceAll("/", "\u2215"); // a slash begins the next word
        return [1, 2].flatMap((threads) => repetitions(name(words), threads, 0.3, { [image]: 5 }));
    }), { host_name: script, warning: image }));
    const page = await open(file);
    assert.deepEqual(await texts(page, ".warnings li"), [image]);
    assert.ok((await texts(page, ".facts li")).includes(script));
    assert.deepEqual(await texts(page, ".legend li"), [script.replaceAll("/", "\u2215"), image]);
    assert.ok((await texts(page, "#measured thead button")).includes(image));
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("script").count(), 2);
    await close(page);
});

test("has its picture in the README", async () => {
    const here = dirname(fileURLToPath(import.meta.url));
    // Taken again with HEDDLE_BENCH_PAGE, the picture is of what was measured.
    const page = await open(process.env.HEDDLE_BENCH_PAGE ?? full, "", { viewport: { width: 1180, height: 900 } });
    const picture = await page.screenshot({ path: join(folder, "bench.png") });
    await close(page);
    if (process.env.HEDDLE_SCREENSHOT === "update") {
        writeFileSync(join(here, "bench.png"), picture);
    }
    const committed = readFileSync(join(here, "bench.png"));
    for (const png of [picture, committed]) {
        assert.equal(png.subarray(1, 4).toString(), "PNG");
        assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1180, 900]);
        assert.ok(png.length > 20_000 && png.length < 200_000, `${png.length} bytes`);
    }
    const readme = readFileSync(join(here, "../../bench/analysis/README.md"), "utf8");
    assert.ok(readme.includes("](../../tests/browser/bench.png)"), "the README shows it");
});

test("is dark or light, and fits on paper", async () => {
    const page = await open(full, "", { colorScheme: "dark" });
    const colours = () => page.evaluate(() => [document.body, document.querySelector(".line-0 .curve")].map((element) =>
        getComputedStyle(element)[element === document.body ? "backgroundColor" : "stroke"]));
    const dark = await colours();
    await page.locator("#theme").click();
    const light = await colours();
    assert.notEqual(light[0], dark[0]);
    assert.notEqual(light[1], dark[1]);
    await page.setViewportSize({ width: 420, height: 800 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "is as narrow as a telephone");
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".chooser select").first().isVisible(), false);
    assert.equal(await page.locator(".legend").isVisible(), true);
    assert.ok((await page.pdf()).length > 10_000);
    await close(page);
});
