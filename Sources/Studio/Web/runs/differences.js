// What two runs were given that differs.

import { byId, element } from "/web/shared/dom.js";

export function showDifferences(details, other) {
    byId("differences").hidden = !other;
    if (!other || !details) return;
    byId("this-name").textContent = details.summary.name;
    byId("other-name").textContent = other.summary.name;
    const names = [...new Set([...Object.keys(details.settings), ...Object.keys(other.settings)])].sort();
    const differing = names.filter((name) => details.settings[name] !== other.settings[name]);
    const rows = differing.map((name) => element("tr", {},
        element("th", { scope: "row" }, name),
        element("td", {}, details.settings[name] ?? "none"),
        element("td", {}, other.settings[name] ?? "none")));
    if (details.data !== other.data) {
        rows.unshift(element("tr", {}, element("th", { scope: "row" }, "data"),
            element("td", {}, details.data), element("td", {}, other.data)));
    }
    byId("difference-rows").replaceChildren(...(rows.length ? rows
        : [element("tr", {}, element("td", { colSpan: 3 }, "All settings agree."))]));
}
