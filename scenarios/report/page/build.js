// SPDX-License-Identifier: Apache-2.0
// Bundles the page into page.html, which the program fills with results. `--check` compares instead of writing.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const read = (name) => readFileSync(join(folder, name), "utf8");

async function bundle(entry) {
    const result = await build({
        entryPoints: [join(folder, entry)],
        absWorkingDir: folder,
        bundle: true,
        minify: true,
        write: false,
        metafile: true,
        format: "iife",
        target: ["chrome123", "firefox120", "safari17.5"],
        charset: "ascii",
    });
    return { text: result.outputFiles[0].text, inputs: Object.keys(result.metafile.inputs) };
}

// What the licences of the packages in it ask for, each text once.
function licences(inputs) {
    const names = new Set(inputs.map((path) => /^node_modules\/([^/]+)\//.exec(path)?.[1]).filter(Boolean));
    const by_text = new Map();
    for (const name of [...names].sort()) {
        const text = read(`node_modules/${name}/LICENSE`).trim();
        by_text.set(text, [...(by_text.get(text) ?? []), name]);
    }
    return [...by_text].map(([text, packages]) => `${packages.join(", ")}:\n${text}`).join("\n\n");
}

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

// The page without results. Nothing but its own script and style may run or be loaded.
async function page() {
    const script = await bundle("src/main.js");
    const style = await bundle("style.css");
    const script_text = `/*\n${licences(script.inputs)}\n*/\n${script.text}`;
    const policy = [
        "default-src 'none'",
        `script-src ${hash(script_text)}`,
        `style-src ${hash(style.text)}`,
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ].join("; ");
    const parts = { POLICY: policy, STYLE: style.text, SCRIPT: script_text };
    return read("template.html").replace(/@(POLICY|STYLE|SCRIPT)@/g, (_, name) => parts[name]);
}

const text = await page();
if (text.split("@HEDDLE_RESULTS@").length !== 2) {
    throw new Error("the page has not exactly one place for the results");
}
if (process.argv[2] !== "--check") {
    writeFileSync(join(folder, "page.html"), text);
} else if (read("page.html") !== text) {
    console.error("page.html is not what its sources make: run `npm ci && npm run build` in scenarios/report/page");
    process.exit(1);
}
