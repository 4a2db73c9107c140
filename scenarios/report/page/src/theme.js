// SPDX-License-Identifier: Apache-2.0
// Dark and light: as the system says, until the reader says otherwise.
import { el } from "./dom.js";

const themes = ["auto", "light", "dark"];
const key = "heddle-theme";

// A page from a file may have no storage; then a choice lasts as long as the page.
function stored() {
    try {
        return themes.find((theme) => theme === localStorage.getItem(key)) ?? "auto";
    } catch {
        return "auto";
    }
}

function store(theme) {
    try {
        localStorage.setItem(key, theme);
    } catch {
        // See above.
    }
}

export function themeSwitch() {
    let theme = stored();
    const button = el("button", { id: "theme", type: "button", title: "Dark, light, or as the system says" });
    const show = () => {
        document.documentElement.dataset.theme = theme;
        button.textContent = `Theme: ${theme}`;
    };
    button.addEventListener("click", () => {
        theme = themes[(themes.indexOf(theme) + 1) % themes.length];
        store(theme);
        show();
    });
    show();
    return button;
}
