// The labels of a checkpoint, to choose the one that is painted.

import { element } from "/web/shared/dom.js";

/** Fills `place` with the labels; `choose(label)` is told which one is chosen. Returns a function that chooses one. */
export function showPalette(place, labels, chosen, choose) {
    const inputs = labels.map(({ name, color }, label) => {
        const input = element("input", {
            type: "radio", name: "label", value: label, checked: label === chosen, onchange: () => choose(label),
        });
        const swatch = element("span", { class: "swatch" });
        swatch.style.background = color;
        return { input, row: element("label", {}, input, swatch, name) };
    });
    place.replaceChildren(...inputs.map(({ row }) => row));
    return (label) => {
        if (!inputs[label]) return;
        inputs[label].input.checked = true;
        choose(label);
    };
}
