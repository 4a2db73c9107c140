// SPDX-License-Identifier: Apache-2.0
// Every test in one process, so that they share a browser.
import "./order.test.js";
import "./world.test.js";
import "./packages.test.js";
import "./report.test.js";
import "./index.test.js";
import "./safety.test.js";
import "./bench.test.js";
import "./walk.test.js";
