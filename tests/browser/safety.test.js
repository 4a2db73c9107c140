// SPDX-License-Identifier: Apache-2.0
// Whatever stands in names is shown and not run.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { close, folder, hostileReport, open, report, startBrowser, stopBrowser } from "./browser.js";

const script = "</script><script>alert('script')</script>";
const comment = "<!--<script>alert('comment')";
const image = "<img src=x onerror=alert('image')>";

let hostile;

before(async () => {
    hostile = hostileReport();
    await startBrowser();
});
after(stopBrowser);

test("shows names that are markup, and runs none", async () => {
    const page = await open(hostile);
    assert.equal(await page.locator("h1 .name").textContent(), script);
    assert.equal(await page.locator("h1 .verdict").textContent(), `FAIL ${image}`);
    assert.equal(await page.locator(".formula").textContent(), script);
    assert.equal(await page.locator(".story").textContent(), comment);
    assert.equal(await page.locator(".errors").textContent(), script);
    // What is no UTF-8 becomes U+FFFD; everything else stays as it is.
    const letters = "ü\u2028\u2029🧵 @HEDDLE_RESULTS@ \"quoted\" \\u003c &lt; \ufffd";
    assert.equal(await page.locator(".sides").textContent(), comment + letters);
    assert.deepEqual(await page.locator(".head strong").allTextContents(), [script, letters]);
    const steps = await page.locator(".steps code").allTextContents();
    assert.ok(steps.includes(`atomic_inc(${image}) 0 → 1`), steps.join("; "));
    assert.ok((await page.locator(".state").textContent()).includes(comment));
    for (const filter of ["task", "page", "lock"]) {
        const count = await page.locator(`#filter-${filter} option`).count();
        for (let i = 0; i < count; ++i) {
            await page.locator(`#filter-${filter}`).selectOption({ index: i });
        }
    }
    await page.keyboard.press("Home");
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("script").count(), 2); // the results and the page's own
    await close(page);
});

test("takes no harm from an address that is markup", async () => {
    const page = await open(hostile, `#scenario=${encodeURIComponent(image)}&step=${image}&%E0%A4%A`);
    assert.equal(await page.locator("h1 .name").textContent(), script);
    await close(page);
    await close(await open(report("two", "nr-mlock-leak-pagevec"), `#scenario=%E0%A4%A&scenario=${image}`));
});

test("has a policy that stops scripts, styles and requests that are not its own", async () => {
    const file = join(folder, "doctored.html");
    const foreign = "<script>document.title = 'ran'</script><style>body { color: red }</style><img src='https://example.invalid/x'>";
    writeFileSync(file, readFileSync(hostile, "utf8").replace("</body>", `${foreign}</body>`));
    const page = await open(file);
    await page.waitForFunction(() => document.querySelector("img") !== null);
    assert.notEqual(await page.title(), "ran");
    await assert.rejects(close(page), (error) =>
        ["policy: script-src-elem", "policy: style-src-elem", "policy: img-src"].every((part) => error.message.includes(part)));
});
