// SPDX-License-Identifier: Apache-2.0
// Elements are made here and nowhere else. Text becomes text, never markup.

// An element with attributes, listeners (`onclick`), and children: elements, texts, or lists of them.
export function el(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith("on")) {
            element.addEventListener(key.slice(2), value);
        } else if (value !== undefined && value !== false) {
            element.setAttribute(key, value === true ? "" : value);
        }
    }
    element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== ""));
    return element;
}

export const byId = (id) => document.getElementById(id);
