// The list of all runs.

import { byId, duration, element, grouped } from "/web/shared/dom.js";

const FILTER_FROM = 8;

/** What a run is doing, in a line. */
export function lineOf(run) {
    if (run.state === "running") {
        return run.secondsLeft === undefined ? "running" : `${Math.floor(100 * run.share)} %, ${duration(run.secondsLeft)} left`;
    }
    return `${run.state}${run.last ? `, step ${grouped(run.last.step)}` : ""}`;
}

export const sheetAddress = (id, sheet) => `/api/runs/run/${id}/sheets/${sheet.step}?v=${sheet.version}`;

export class RunList {
    #onSelect;
    #rows = new Map();
    #selected = null;
    #filter = byId("filter");

    constructor(onSelect) {
        this.#onSelect = onSelect;
        this.#filter.addEventListener("input", () => this.#applyFilter());
    }

    /** Shows runs, and trainings that have not written one, in place of those before. */
    show({ runs, starting }) {
        const waiting = starting.map((training) => element("li", { class: "panel" },
            element("p", { class: "name" }, training.name),
            element("p", { class: "note" }, training.hasEnded ? "did not begin:" : "starting …"),
            element("pre", {}, training.log)));
        for (const id of this.#rows.keys()) if (!runs.some((run) => run.id === id)) this.#rows.delete(id);
        for (const run of runs) this.#show(run);
        // Moving an item would take the focus from it.
        const items = [...waiting, ...runs.map((run) => this.#rows.get(run.id).item)];
        const shown = byId("list").children;
        if (shown.length !== items.length || items.some((item, index) => item !== shown[index])) {
            byId("list").replaceChildren(...items);
        }
        this.#filter.hidden = runs.length < FILTER_FROM;
        this.#applyFilter();
    }

    mark(id) {
        this.#selected = id;
        for (const [key, { button }] of this.#rows) {
            if (key === id) button.setAttribute("aria-current", "true");
            else button.removeAttribute("aria-current");
        }
    }

    #show(run) {
        let row = this.#rows.get(run.id);
        if (!row) {
            row = {
                thumb: element("img", { class: "thumb", alt: "", loading: "lazy" }),
                name: element("span", { class: "name" }),
                line: element("span", { class: "line" }),
            };
            row.button = element("button", { type: "button", onclick: () => this.#onSelect(run.id) },
                row.thumb, row.name, row.line);
            row.item = element("li", {}, row.button);
            this.#rows.set(run.id, row);
        }
        row.run = run;
        row.name.textContent = run.name;
        row.line.textContent = `${run.model} · ${lineOf(run)}`;
        row.line.classList.toggle("running", run.state === "running");
        const address = run.sheet ? sheetAddress(run.id, run.sheet) : "";
        if (address && row.thumb.getAttribute("src") !== address) row.thumb.src = address;
        row.thumb.style.visibility = address ? "visible" : "hidden";
        if (run.id === this.#selected) row.button.setAttribute("aria-current", "true");
    }

    #applyFilter() {
        const wanted = this.#filter.hidden ? "" : this.#filter.value.toLowerCase();
        for (const { item, run } of this.#rows.values()) {
            item.hidden = !`${run.name} ${run.model}`.toLowerCase().includes(wanted);
        }
    }
}
