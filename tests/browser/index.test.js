// SPDX-License-Identifier: Apache-2.0
// The table of a run of several scenarios, and the way from it to each.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { close, currentStep, figures, hashOf, open, report, startBrowser, stopBrowser } from "./browser.js";

let file; // of four scenarios two fail, as expected

before(async () => {
    const score = { name: "mutation score", value: "95.7 %", detail: "926 of 1260 <b>killed</b>" };
    file = report("several", "nr-mlock-leak-pagevec", "--figures", figures(score));
    await startBrowser();
});
after(stopBrowser);

const column = (page, number) => page.locator(`.results tbody tr > :nth-child(${number})`).allTextContents();

test("shows verdicts, states and times of all", async () => {
    const page = await open(file);
    assert.equal(await page.locator("h1").textContent(), "4 scenarios, 4 met, 0 not met");
    assert.equal(await page.locator(".figures").textContent(), "mutation score 95.7 % (926 of 1260 <b>killed</b>)");
    assert.deepEqual(await column(page, 1), ["FAIL B1", "FAIL B1", "PASS", "PASS"]);
    assert.deepEqual(await column(page, 3), ["fail:B1", "fail:B1", "pass", "pass"]);
    assert.deepEqual(await column(page, 5), ["8", "8", "116", "113"]);
    assert.ok((await column(page, 7)).every((seconds) => /^\d+\.\d{3}$/.test(seconds)));
    await close(page);
});

test("is sorted and searched", async () => {
    const page = await open(file);
    await page.getByRole("button", { name: "states" }).click();
    assert.deepEqual(await column(page, 5), ["8", "8", "113", "116"]);
    await page.getByRole("button", { name: "states" }).click();
    assert.deepEqual(await column(page, 5), ["116", "113", "8", "8"]);
    await page.locator("#search").fill("fail form");
    assert.deepEqual(await column(page, 2), ["nr-mlock-leak-pagevec/form-of-3-12"]);
    await close(page);
});

test("leads to each result and back", async () => {
    const page = await open(file);
    await page.getByRole("link", { name: "nr-mlock-leak-pagevec/seed", exact: true }).click();
    await page.locator("h1 .name").waitFor();
    assert.equal(await currentStep(page), 7);
    assert.equal(hashOf(page), "#scenario=nr-mlock-leak-pagevec/seed&step=7");
    await page.getByRole("link", { name: "all 4 scenarios" }).click();
    await page.getByRole("link", { name: "nr-mlock-leak-pagevec/fixed" }).click();
    await page.locator("h1 .name").waitFor();
    assert.equal(await page.locator("h1 .verdict").textContent(), "PASS");
    assert.match(await page.locator(".facts").textContent(), /113 states, 176 transitions/);
    await page.goBack();
    await page.locator(".results").waitFor();
    await close(page);
});

test("is linked to by scenario and step", async () => {
    const page = await open(file, "#scenario=nr-mlock-leak-pagevec/form-of-3-12&step=3");
    assert.equal(await page.locator("h1 .name").textContent(), "nr-mlock-leak-pagevec/form-of-3-12");
    assert.equal(await currentStep(page), 3);
    await page.evaluate(() => { location.hash = "#scenario=no-such-scenario"; });
    await page.locator(".results").waitFor();
    await close(page);
});
