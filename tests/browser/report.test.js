// SPDX-License-Identifier: Apache-2.0
// One counterexample in the browser: stepping, the state, filters, links, themes, paper.
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { close, currentStep, folder, hashOf, longScenario, open, report, shownSteps, startBrowser, stopBrowser } from "./browser.js";

let leak; // 7 steps of one task; step 2 clears PG_mlocked, 1 to 6 are under lru_lock
let split; // two tasks, one preemption
let long;

before(async () => {
    leak = report("leak", "nr-mlock-leak-pagevec/seed");
    split = report("split", "thp-split-vs-munlock/before");
    long = report("long", longScenario());
    await startBrowser();
});
after(stopBrowser);

test("shows first what is broken, and how to see it again", async () => {
    const page = await open(leak);
    assert.equal(await page.locator("h1 .verdict").textContent(), "FAIL B1");
    assert.equal(await page.locator("h1 .name").textContent(), "nr-mlock-leak-pagevec/seed");
    assert.equal(await page.locator(".formula").textContent(), "NR_MLOCK == number of pages with PG_mlocked, in each zone");
    assert.equal(await page.locator(".sides").textContent(), "zone 0: NR_MLOCK = 1, pages with PG_mlocked = 0");
    assert.match(await page.locator(".replay code").textContent(), /^heddle replay nr-mlock-leak-pagevec\/seed 1-[0-9a-f]+-a7$/);
    assert.match(await page.locator(".decision").textContent(), /^Step 1 decided: .*With drain in its place/);
    assert.match(await page.locator(".decision code").last().textContent(), /^heddle replay nr-mlock-leak-pagevec\/seed 1-[0-9a-f]+-b/);
    assert.deepEqual(await page.locator(".steps li.critical").evaluateAll((rows) => rows.map((row) => row.dataset.step)), ["1"]);
    assert.match(await page.locator(".facts").textContent(), /7 steps, 0 preemptions; no schedule with fewer/);
    assert.equal(await page.locator(".idle").textContent(), "No step: drain (CPU 1)");
    assert.equal(await currentStep(page), 7);
    await close(page);
});

test("steps by keys", async () => {
    const page = await open(leak);
    const moments = [["Home", null], ["ArrowRight", 1], ["ArrowRight", 2], ["ArrowLeft", 1], ["PageDown", 7],
        ["ArrowRight", 7], ["Home", null], ["ArrowLeft", null], ["ArrowDown", 1], ["End", 7], ["ArrowUp", 6]];
    for (const [key, step] of moments) {
        await page.keyboard.press(key);
        assert.equal(await currentStep(page), step, key);
        assert.equal(hashOf(page), `#step=${step ?? 0}`);
        assert.equal(await page.locator("#slider").inputValue(), String(step ?? 0));
    }
    // The slider has the focus: a key must not count twice.
    await page.locator("#slider").focus();
    await page.keyboard.press("ArrowLeft");
    assert.equal(await currentStep(page), 5);
    await close(page);
});

test("steps by slider, buttons, and a click on a step", async () => {
    const page = await open(leak);
    await page.locator("#slider").fill("3");
    assert.equal(await currentStep(page), 3);
    for (const [button, step] of [["next", 4], ["previous", 3], ["first", null], ["last", 7]]) {
        await page.locator(`#${button}`).click();
        assert.equal(await currentStep(page), step, button);
    }
    await page.locator(".steps li[data-step='2'] .step").click();
    assert.equal(await currentStep(page), 2);
    assert.equal(await page.locator("#now code").textContent(), "test_and_clear_bit(mlocked, P.flags) 1 → 0");
    assert.match(await page.locator("#now .where").textContent(), /^__munlock_pagevec model\/mlock\.cpp:\d+$/);
    await close(page);
});

test("shows the world at each step, and marks what the step changes", async () => {
    const page = await open(leak, "#step=2");
    const changed = page.locator(".state li.changed");
    assert.deepEqual(await changed.evaluateAll((lines) => lines.map((line) => line.dataset.topic)), ["flags of page:P"]);
    assert.deepEqual(await changed.locator("del").allTextContents(), ["0x140008", "|", "mlocked"]);
    assert.deepEqual(await changed.locator("ins").allTextContents(), ["0x40008"]);
    assert.equal(await page.locator(".state li[data-topic='node0.lru_lock']").textContent(), "node0.lru_lock: munlock");
    await page.keyboard.press("ArrowRight");
    assert.equal(await changed.count(), 0);
    await page.keyboard.press("Home");
    assert.equal(await page.locator(".state li[data-topic='node0.lru_lock']").textContent(), "node0.lru_lock: free");
    assert.match(await page.locator(".state").textContent(), /lru_add_pvec of CPU 1: P/);
    await close(page);
});

test("draws lanes, lock sections and arrows", async () => {
    const page = await open(split);
    assert.deepEqual(await page.locator(".head").allTextContents(), ["CPU 0munlock", "CPU 1split"]);
    const lefts = await page.locator(".steps li").evaluateAll((rows) => {
        const of_task = (task) => rows.filter((row) => row.__data__.step.task === task)
            .map((row) => row.querySelector(".step").getBoundingClientRect().left);
        return { munlock: Math.max(...of_task("munlock")), split: Math.min(...of_task("split")) };
    });
    assert.ok(lefts.munlock < lefts.split);
    const bar = page.locator(".lock[data-lock='node0.lru_lock'] rect").first();
    assert.ok((await bar.boundingBox()).height > 100);
    assert.ok((await page.locator("path.arrow.lock").count()) >= 1);
    const conflicts = page.locator("path.arrow.conflict");
    assert.ok((await conflicts.count()) >= 1);
    assert.ok((await page.locator("path.arrow").count()) < 20);
    // Told apart without colours.
    assert.notEqual(await conflicts.first().evaluate((path) => getComputedStyle(path).strokeDasharray), "none");
    assert.match(await page.locator(".preempts .banner").textContent(), /^preemption: munlock could go on, split runs$/);
    await close(page);
});

test("draws an interrupt from what its CPU did before", async () => {
    const page = await open(report("interrupt", "shmlock-user-lock-irq/seed"));
    const arrows = page.locator("path.arrow.interrupt");
    assert.equal(await arrows.count(), 1);
    assert.equal(await arrows.locator("title").textContent(), "CPU 0: step 4 (newseg) before step 11 (end_writeback)");
    assert.notEqual(await arrows.evaluate((path) => getComputedStyle(path).strokeDasharray), "none");
    assert.ok(await page.locator(".key.interrupt-arrow").isVisible());
    await close(page);

    const without = await open(leak);
    assert.equal(await without.locator(".key.interrupt-arrow").count(), 0);
    await close(without);
});

test("filters by task, page, lock and what matters", async () => {
    const page = await open(leak, "#step=1");
    await page.locator("#filter-lock").selectOption({ label: "node0.lru_lock" });
    assert.deepEqual(await shownSteps(page), [1, 2, 3, 4, 5, 6]);
    await page.locator("#filter-page").selectOption({ label: "P" });
    assert.deepEqual(await shownSteps(page), [2, 3, 4]);
    assert.equal(await page.locator("#shown").textContent(), "3 of 7 steps shown");
    await page.locator("#filter-lock").selectOption("");
    assert.deepEqual(await shownSteps(page), [2, 3, 4, 7]);
    await page.locator("#filter-key").check();
    assert.deepEqual(await shownSteps(page), [2, 7]);
    // Stepping goes from shown step to shown step.
    await page.locator("#next").click();
    assert.equal(await currentStep(page), 2);
    await page.locator("#next").click();
    assert.equal(await currentStep(page), 7);
    await close(page);

    const two = await open(split);
    const all = (await shownSteps(two)).length;
    const counts = [];
    for (const task of ["munlock", "split"]) {
        await two.locator("#filter-task").selectOption({ label: task });
        counts.push((await shownSteps(two)).length);
    }
    assert.ok(counts.every((count) => count > 0));
    assert.equal(counts[0] + counts[1], all);
    await close(two);
});

test("is linked to step by step", async () => {
    const page = await open(split, "#step=40");
    assert.equal(await currentStep(page), 40);
    assert.ok(await page.locator(".steps li.current .step").evaluate((step) => {
        const { top, bottom } = step.getBoundingClientRect();
        return top > document.querySelector(".player").getBoundingClientRect().bottom && bottom < innerHeight;
    }));
    await page.evaluate(() => { location.hash = "#step=3"; });
    await page.waitForFunction(() => document.querySelector(".steps li.current").dataset.step === "3");
    await page.evaluate(() => { location.hash = "#step=99999"; });
    await page.waitForFunction(() => document.querySelector(".steps li.current").dataset.step !== "3");
    await close(page);
});

const brightness = (page) =>
    page.evaluate(() => {
        const sum = (colour) => colour.match(/[\d.]+/g).slice(0, 3).reduce((total, part) => total + Number(part), 0);
        const { backgroundColor, color } = getComputedStyle(document.body);
        return { back: sum(backgroundColor), text: sum(color) };
    });

test("is dark or light as the system says, or the reader", async () => {
    for (const colorScheme of ["light", "dark"]) {
        const page = await open(leak, "", { colorScheme });
        const system = await brightness(page);
        assert.equal(system.back > system.text, colorScheme === "light");
        const button = page.locator("#theme");
        while ((await button.textContent()) !== `Theme: ${colorScheme === "light" ? "dark" : "light"}`) {
            await button.click();
        }
        const switched = await brightness(page);
        assert.equal(switched.back > switched.text, colorScheme === "dark");
        await page.reload();
        assert.deepEqual(await brightness(page), switched);
        await close(page);
    }
});

test("holds a trace of more than 500 steps in less than 1 MB", async () => {
    const page = await open(long);
    const count = (await shownSteps(page)).length;
    assert.ok(count >= 500, `${count} steps`);
    assert.ok(statSync(long).size < 1_000_000, `${statSync(long).size} bytes`);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    assert.equal(await currentStep(page), 1);
    await close(page);
});

test("is printed whole, dark on light, without controls", async () => {
    const page = await open(split, "", { colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    const { back, text } = await brightness(page);
    assert.ok(back > text);
    assert.ok(!(await page.locator(".controls").isVisible()));
    assert.ok(await page.locator(".violation").isVisible());
    assert.ok(await page.locator(".steps li[data-step='1'] code").first().isVisible());
    const pdf = await page.pdf({ format: "A4" });
    const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g).length;
    assert.ok(pages >= 2 && pages <= 12, `${pages} pages`);
    await close(page);
});

test("fits a narrow window: nothing but lanes scrolls sidewards", async () => {
    const page = await open(split, "", { viewport: { width: 700, height: 900 } });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.ok(await page.locator(".state").isVisible());
    await close(page);
});

test("has its picture in the README", async () => {
    const here = dirname(fileURLToPath(import.meta.url));
    const page = await open(leak, "#step=2", { viewport: { width: 1180, height: 750 } });
    const picture = await page.screenshot({ path: join(folder, "leak.png") });
    await close(page);
    if (process.env.HEDDLE_SCREENSHOT === "update") {
        writeFileSync(join(here, "leak.png"), picture);
    }
    const committed = readFileSync(join(here, "leak.png"));
    // Letters may differ with the machine; what is in the repository stays small.
    for (const [png, size_max] of [[picture, 200_000], [committed, 200_000]]) {
        assert.equal(png.subarray(1, 4).toString(), "PNG");
        assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1180, 750]);
        assert.ok(png.length > 20_000 && png.length < size_max, `${png.length} bytes`);
    }
    const readme = readFileSync(join(here, "../../README.md"), "utf8");
    assert.ok(readme.includes("](tests/browser/leak.png)"), "the README shows it");
});
