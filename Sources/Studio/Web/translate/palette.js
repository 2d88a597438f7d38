// The labels of a checkpoint, to choose the one that is painted.

/** Fills `place` with the labels; `choose(label)` is told which one is chosen. Returns a function that chooses one. */
export function showPalette(place, labels, chosen, choose) {
    const inputs = labels.map(({ name, color }, label) => {
        const input = document.createElement("input");
        Object.assign(input, { type: "radio", name: "label", value: label, checked: label === chosen });
        input.addEventListener("change", () => choose(label));
        const swatch = document.createElement("span");
        swatch.className = "swatch";
        swatch.style.background = color;
        const row = document.createElement("label");
        row.append(input, swatch, name);
        return { input, row };
    });
    place.replaceChildren(...inputs.map(({ row }) => row));
    return (label) => {
        if (!inputs[label]) return;
        inputs[label].input.checked = true;
        choose(label);
    };
}
