// SPDX-License-Identifier: Apache-2.0
// Bundles a page into its page.html, which a program fills with data. Usage: node build.js [FOLDER] [--check]
// FOLDER has the page's template.html, style.css and src/main.js; without it this one. The packages are those of this
// folder. `--check` compares instead of writing.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const packages = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const checks = words.includes("--check");
const folder = resolve(words.find((word) => word !== "--check") ?? packages);
const read = (name, from = folder) => readFileSync(join(from, name), "utf8");

async function bundle(entry) {
    const result = await build({
        entryPoints: [join(folder, entry)],
        absWorkingDir: packages,
        nodePaths: [join(packages, "node_modules")],
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
        const text = read(`node_modules/${name}/LICENSE`, packages).trim();
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
if (!checks) {
    writeFileSync(join(folder, "page.html"), text);
} else if (read("page.html") !== text) {
    console.error(`${join(folder, "page.html")} is not what its sources make: run \`npm ci && npm run build\` in ${packages}`);
    process.exit(1);
}
