// Attributes: sliders along directions that were found from examples, saved or read from a file.

import { attempt, notice, post } from "/web/shared/api.js";
import { byId, element } from "/web/shared/dom.js";
import { saveBlob } from "/web/shared/saving.js";

const REACH = 6;

export class Attributes {
    #state;
    #generator;
    #rows = new Map();

    constructor(state, generator) {
        this.#state = state;
        this.#generator = generator;
        byId("attribute-add").addEventListener("click", () => this.#add());
        byId("attribute-file").addEventListener("change", (event) => {
            const [file] = event.target.files;
            if (file) attempt(() => this.#load(file));
            event.target.value = "";
        });
    }

    get #now() { return this.#state.now.attributes; }

    #change(parts, gesture) { this.#state.change({ attributes: { ...this.#now, ...parts } }, gesture); }

    #find(name) { return this.#now.list.find((attribute) => attribute.name === name); }

    /** Replaces an attribute by others, or none. */
    #replace(name, ...others) {
        this.#change({ list: this.#now.list.flatMap((attribute) => (attribute.name === name ? others : [attribute])) });
    }

    #add() {
        const { with: examples, without, list } = this.#now;
        const name = byId("attribute-name").value.trim() || `attribute ${list.length + 1}`;
        if (!examples.length || !without.length) {
            return notice("Put samples that have the attribute into the first tray, and others into the second.");
        }
        if (this.#find(name)) return notice(`There is an attribute ${name} already.`);
        byId("attribute-name").value = "";
        byId("attribute-new").open = false;
        this.#change({ list: [...list, { name, with: examples, without, amount: 2 }], with: [], without: [] });
        return undefined;
    }

    async #load(file) {
        const { checkpoint } = this.#generator.choice;
        const found = await post(`/api/latents/read-npy/${checkpoint}`, file);
        if (found.length > 1) throw new Error(`${file.name} holds ${found.length} vectors; a direction is one.`);
        const name = file.name.replace(/\.npy$/i, "").slice(0, 40);
        if (this.#find(name)) throw new Error(`There is an attribute ${name} already.`);
        this.#change({ list: [...this.#now.list, { name, direction: found[0], checkpoint, amount: 2 }] });
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
            row.keep.hidden = Boolean(attribute.direction);
        }
        const wanted = names.map((name) => this.#rows.get(name).element);
        const place = byId("attribute-list");
        // What is there already is left, for it may have the focus.
        if (wanted.length !== place.children.length || wanted.some((row, index) => place.children[index] !== row)) {
            place.replaceChildren(...wanted);
        }
    }

    #row(name) {
        const slider = element("input", { type: "range", min: -REACH, max: REACH, step: 0.1, "aria-label": name,
            oninput: () => this.#change({ list: this.#now.list.map((attribute) =>
                attribute.name === name ? { ...attribute, amount: Number(slider.value) } : attribute) }, name) });
        const value = element("output", {});
        const keep = element("button", { type: "button", "aria-label": `Save ${name}`,
            title: "Save the direction: this browser keeps it for this generator",
            onclick: () => attempt(() => this.#keep(name)) }, "Save");
        const file = element("button", { type: "button", "aria-label": `${name} as .npy`,
            title: "The direction as a file, for gan interpolate --along",
            onclick: () => attempt(() => this.#saveFile(name)) }, ".npy");
        const remove = element("button", { type: "button", "aria-label": `Remove ${name}`,
            onclick: () => this.#replace(name) }, "✕");
        return { slider, value, keep, element: element("div", { class: "attribute" },
            element("span", { class: "name", title: name }, name), slider, value,
            element("span", { class: "row" }, keep, file, remove)) };
    }

    /** The numbers of an attribute's direction. */
    async #direction({ direction, with: examples, without }) {
        return direction ?? post("/api/latents/direction", {
            generator: this.#generator.choice, attribute: { with: examples, without, amount: 1 } });
    }

    async #keep(name) {
        const { checkpoint } = this.#generator.choice;
        const direction = await this.#direction(this.#find(name));
        const { amount } = this.#find(name);
        this.#replace(name, { name, direction, checkpoint, amount });
        notice(`${name} is saved for this generator.`);
    }

    async #saveFile(name) {
        const numbers = await this.#direction(this.#find(name));
        saveBlob(await post("/api/latents/npy", { generator: this.#generator.choice, point: { numbers } }), `${name}.npy`);
    }
}
