// Attributes: sliders along directions that were found from examples.

import { attempt, notice, post } from "/web/shared/api.js";
import { byId, element } from "/web/shared/dom.js";
import { saveBlob } from "./saving.js";

const REACH = 6;

export class Attributes {
    #state;
    #generator;
    #rows = new Map();

    constructor(state, generator) {
        this.#state = state;
        this.#generator = generator;
        byId("attribute-add").addEventListener("click", () => this.#add());
    }

    get #now() { return this.#state.now.attributes; }

    #change(parts, gesture) { this.#state.change({ attributes: { ...this.#now, ...parts } }, gesture); }

    #add() {
        const { with: examples, without, list } = this.#now;
        const name = byId("attribute-name").value.trim() || `attribute ${list.length + 1}`;
        if (!examples.length || !without.length) {
            return notice("Put samples that have the attribute into the first tray, and others into the second.");
        }
        if (list.some((attribute) => attribute.name === name)) return notice(`There is an attribute ${name} already.`);
        byId("attribute-name").value = "";
        byId("attribute-new").open = false;
        this.#change({ list: [...list, { name, with: examples, without, amount: 2 }], with: [], without: [] });
        return undefined;
    }

    show() {
        const { list } = this.#now;
        const names = list.map((attribute) => attribute.name);
        for (const name of this.#rows.keys()) if (!names.includes(name)) this.#rows.delete(name);
        for (const attribute of list) {
            if (!this.#rows.has(attribute.name)) this.#rows.set(attribute.name, this.#row(attribute.name));
            const row = this.#rows.get(attribute.name);
            row.slider.value = attribute.amount;
            row.value.textContent = attribute.amount.toFixed(1);
        }
        byId("attribute-list").replaceChildren(...names.map((name) => this.#rows.get(name).element));
    }

    #row(name) {
        const slider = element("input", { type: "range", min: -REACH, max: REACH, step: 0.1, "aria-label": name,
            oninput: () => this.#change({ list: this.#now.list.map((attribute) =>
                attribute.name === name ? { ...attribute, amount: Number(slider.value) } : attribute) }, name) });
        const value = element("output", {});
        const save = element("button", { type: "button", title: "Save the direction for gan interpolate --along",
            onclick: () => this.#save(name) }, ".npy");
        const remove = element("button", { type: "button", "aria-label": `Remove ${name}`,
            onclick: () => this.#change({ list: this.#now.list.filter((attribute) => attribute.name !== name) }) }, "✕");
        return { slider, value, element: element("div", { class: "attribute" },
            element("span", {}, name), slider, value, element("span", { class: "row" }, save, remove)) };
    }

    async #save(name) {
        const attribute = this.#now.list.find((other) => other.name === name);
        await attempt(async () => saveBlob(await post("/api/latents/direction", {
            generator: this.#generator.choice,
            attribute: { with: attribute.with, without: attribute.without, amount: 1 } }), `${name}.npy`));
    }
}
