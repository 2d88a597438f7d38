// Places that samples are put into: slots for one, trays for several, and the one that a click goes to.

import { element } from "/web/shared/dom.js";

const TYPE = "application/x-latent-point";

/** A point in words. */
export function nameOf(point) {
    return "seed" in point ? `seed ${point.seed}` : point.name ?? "a kept image";
}

export class Places {
    #generator;
    #state;
    #places = [];
    #active = new Map();

    constructor(generator, state) {
        this.#generator = generator;
        this.#state = state;
    }

    /** A sample as a button that puts itself into the active place, and can be dragged. */
    sample(point, { label = nameOf(point), onclick = () => this.put(point) } = {}) {
        return element("button", {
            type: "button", class: "sample", "aria-label": label, title: label, draggable: true, onclick,
            ondragstart: (event) => event.dataTransfer.setData(TYPE, JSON.stringify(point)),
        }, this.#generator.thumbnail(point));
    }

    /** A place for one sample. `get` and `with` read and replace it in the state. */
    addSlot(id, tool, get, replaced) {
        this.#add({ id, tool, put: (point) => this.#state.change(replaced(point)),
            points: () => [get(this.#state.now)], isSlot: true });
    }

    /** A place for any number of samples; a click on one takes it out. */
    addTray(id, tool, get, replaced) {
        const points = () => get(this.#state.now);
        this.#add({ id, tool, points, put: (point) => this.#state.change(replaced([...points(), point])),
            remove: (index) => this.#state.change(replaced(points().toSpliced(index, 1))) });
    }

    #add(place) {
        const box = document.getElementById(place.id);
        place.box = box;
        this.#places.push(place);
        if (!this.#active.has(place.tool)) this.#activate(place);
        box.addEventListener("click", (event) => { if (event.target === box) this.#activate(place); });
        box.addEventListener("dragover", (event) => {
            if (!event.dataTransfer.types.includes(TYPE)) return;
            event.preventDefault();
            box.classList.add("over");
        });
        for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("over"));
        box.addEventListener("drop", (event) => {
            event.preventDefault();
            this.#activate(place);
            place.put(JSON.parse(event.dataTransfer.getData(TYPE)));
        });
        if (!place.isSlot) {
            box.tabIndex = 0;
            box.setAttribute("role", "group");
            box.setAttribute("aria-label", "Tray of samples; Enter marks it as the place for the next ones");
            box.addEventListener("keydown", (event) => {
                if (event.key === "Enter" && event.target === box) this.#activate(place);
            });
        }
    }

    /** Puts a sample into the active place of the tool; the next one goes to the next slot. */
    put(point) {
        const { tool } = this.#state.now;
        const place = this.#active.get(tool);
        place.put(point);
        if (!place.isSlot) return;
        const slots = this.#places.filter((other) => other.tool === tool && other.isSlot);
        this.#activate(slots[(slots.indexOf(place) + 1) % slots.length]);
    }

    #activate(place) {
        this.#active.set(place.tool, place);
        for (const other of this.#places) {
            if (other.tool === place.tool) other.box.classList.toggle("active", other === place);
        }
    }

    /** Shows what the places hold now. */
    show() {
        for (const place of this.#places) {
            const points = place.points();
            const shown = JSON.stringify(points);
            if (place.shown === shown) continue;
            place.shown = shown;
            place.box.replaceChildren(...points.map((point, index) => this.sample(point, place.isSlot
                ? { label: `${nameOf(point)}; marks this place for the next sample`, onclick: () => this.#activate(place) }
                : { label: `${nameOf(point)}; takes it out`, onclick: () => place.remove(index) })));
        }
    }
}
