// SPDX-License-Identifier: Apache-2.0
// Packages come from the registry that a machine is set up for, in exactly the versions that were tried.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");

for (const folder of ["scenarios/report/page", "tests/browser", "tests/sarif"]) {
    test(`${folder} names no registry, and locks what it uses`, () => {
        assert.doesNotMatch(read(`${folder}/package-lock.json`), /"resolved"|https?:/);
        const locked = JSON.parse(read(`${folder}/package-lock.json`)).packages;
        const wanted = JSON.parse(read(`${folder}/package.json`)).devDependencies;
        assert.ok(Object.keys(wanted).length > 0);
        for (const [name, version] of Object.entries(wanted)) {
            assert.equal(locked[`node_modules/${name}`].version, version);
        }
        for (const [path, { integrity }] of Object.entries(locked)) {
            assert.ok(path === "" || integrity.startsWith("sha512-"), path);
        }
    });
}
