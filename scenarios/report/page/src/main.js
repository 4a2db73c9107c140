// SPDX-License-Identifier: Apache-2.0
// What of the report is shown: the table of results, or one of them.
import { readAddress } from "./address.js";
import { byId } from "./dom.js";
import { showIndex } from "./index_view.js";
import { showResult } from "./result_view.js";
import { readResults } from "./results.js";
import { themeSwitch } from "./theme.js";

const run = readResults(byId("results").textContent);
const main = byId("main");
const nothing = { key() {}, fit() {}, go() {} };
let view = nothing;
let shown = null; // the result that is shown, null for the table

function show() {
    const { scenario, step } = readAddress();
    const only = run.results.length === 1 ? run.results[0] : null;
    const result = run.results.find((each) => each.key === scenario) ?? only;
    if (result !== null && result === shown) {
        view.go(step);
        return;
    }
    shown = result;
    if (result === null) {
        showIndex(main, run);
        view = nothing;
    } else {
        view = showResult(main, result, run, step);
        if (step === undefined) {
            scrollTo(0, 0);
        }
    }
}

byId("theme-place").append(themeSwitch());
addEventListener("hashchange", show);
document.addEventListener("keydown", (event) => view.key(event));
addEventListener("resize", () => view.fit());
addEventListener("beforeprint", () => view.fit());
addEventListener("afterprint", () => view.fit());
show();
