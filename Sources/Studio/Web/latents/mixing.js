// Style mixing: which layers take the right sample's style, and a table of mixes.

import { byId, element } from "/web/shared/dom.js";
import { dimensions } from "/web/shared/pixels.js";
import { nameOf } from "./places.js";
import { savePNG, typed } from "./saving.js";
import { layersFrom } from "./state.js";

/** The layers that a generator of so many has, of those chosen. */
export const layersWithin = (layers, count) => layers.filter((layer) => layer < count);

export class Mixing {
    #state;
    #generator;
    #places;
    #about = null;
    #shown = null;

    constructor(state, generator, places) {
        this.#state = state;
        this.#generator = generator;
        this.#places = places;
        byId("mix-crossover").addEventListener("input", (event) =>
            this.#take(layersFrom(Number(event.target.value)), "mix"));
        byId("mix-table").addEventListener("toggle", ({ target }) => {
            if (target.open !== this.#now.isTable) state.change({ mix: { ...this.#now, isTable: target.open } });
        });
        byId("mix-save").addEventListener("click", () => this.#saveTable());
    }

    get #now() { return this.#state.now.mix; }

    #take(layers, gesture = null) { this.#state.change({ mix: { ...this.#now, layers } }, gesture); }

    /** Takes another generator's layers. */
    begin(about) {
        this.#about = about;
        this.#shown = null;
        byId("mix-crossover").max = about.layerCount;
        byId("mix-layers").replaceChildren(...about.layerSizes.map((size, layer) => element("button", {
            type: "button", title: `Layer ${layer}, ${dimensions(size)}`, "aria-label": `Layer ${layer}, ${dimensions(size)}`,
            onclick: () => this.#toggle(layer) }, String(layer))));
        byId("mix-scales").replaceChildren(...about.scales.filter(({ layers }) => layers.length)
            .map(({ name, layers }) => element("button", {
                type: "button", title: `Layers ${layers[0]} to ${layers.at(-1)}`, onclick: () => this.#take(layers) }, name)));
    }

    #toggle(layer) {
        const own = layersWithin(this.#now.layers, this.#about.layerCount);
        const rest = own.filter((other) => other !== layer);
        this.#take(rest.length < own.length ? rest : [...own, layer].sort((one, other) => one - other));
    }

    show() {
        const { layers, rows, columns, isTable } = this.#now;
        const count = this.#about.layerCount;
        const own = layersWithin(layers, count);
        byId("mix-crossover").value = own[0] ?? count;
        [...byId("mix-layers").children].forEach((button, layer) =>
            button.setAttribute("aria-pressed", String(own.includes(layer))));
        byId("mix-note").textContent = own.length
            ? `The right sample gives layer${own.length > 1 ? "s" : ""} ${ranges(own)}, the left one ${own.length < count ? "the others" : "none"}.`
            : "All layers are the left sample's.";
        byId("mix-table").open = isTable;
        const wanted = JSON.stringify([own, rows, columns]);
        if (!isTable || wanted === this.#shown) return;
        this.#shown = wanted;
        this.#showTable(rows, columns, own);
    }

    #showTable(rows, columns, layers) {
        const edge = (point, scope) => {
            const canvas = this.#generator.thumbnail(point);
            canvas.setAttribute("role", "img");
            canvas.setAttribute("aria-label", nameOf(point));
            return element("th", { scope }, canvas);
        };
        const cell = (row, column) => element("td", {}, this.#places.sample({ mix: [row, column], layers }, {
            label: `${nameOf(row)} with the styles of ${nameOf(column)}; takes this mix`,
            onclick: () => this.#state.change({ mix: { ...this.#now, ends: [row, column] } }) }));
        byId("mix-cells").replaceChildren(
            element("tr", {}, element("td", {}), ...columns.map((column) => edge(column, "col"))),
            ...rows.map((row) => element("tr", {}, edge(row, "row"), ...columns.map((column) => cell(row, column)))));
        byId("mix-save").disabled = !rows.length || !columns.length;
    }

    /** The table as one image, as gan mix writes it. */
    #saveTable() {
        const { rows, columns, layers } = this.#now;
        const own = layersWithin(layers, this.#about.layerCount);
        const points = [null, ...columns, ...rows.flatMap((row) =>
            [row, ...columns.map((column) => ({ mix: [row, column], layers: own }))])];
        return savePNG({
            generator: this.#generator.choice, points, columns: columns.length + 1,
            input: `${rows.map(nameOf).join(", ")} in rows, ${columns.map(nameOf).join(", ")} in columns`,
            command: typed(byId("command").textContent),
        }, "table.png");
    }
}

/** `0 to 3, 7`. */
function ranges(numbers) {
    const found = [];
    for (const number of numbers) {
        if (found.at(-1)?.[1] === number - 1) found.at(-1)[1] = number;
        else found.push([number, number]);
    }
    return found.map(([first, last]) => (first === last ? first : `${first} to ${last}`)).join(", ");
}
