// SPDX-License-Identifier: Apache-2.0
// What of the report is shown stands in the address: #scenario=NAME&step=3, or #step=3 where there is one result.

const encoded = (text) => encodeURIComponent(text).replaceAll("%2F", "/");

function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text; // a per cent sign of its own
    }
}

// { scenario, step }; what is not said is undefined.
export function readAddress() {
    const address = {};
    for (const part of location.hash.slice(1).split("&")) {
        const [name, value = ""] = part.split("=", 2);
        if (name === "scenario") {
            address.scenario = decoded(value);
        } else if (name === "step" && /^\d+$/.test(value)) {
            address.step = Number(value);
        }
    }
    return address;
}

export function addressOf(scenario, step) {
    const parts = scenario === undefined ? [] : [`scenario=${encoded(scenario)}`];
    return `#${[...parts, ...(step === undefined ? [] : [`step=${step}`])].join("&")}`;
}

// Without a new entry in the history: a step is not a place to come back to.
export const replaceAddress = (address) => history.replaceState(null, "", address);
