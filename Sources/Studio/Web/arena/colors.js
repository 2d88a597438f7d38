// The studio's colors as numbers for drawing.

import { color } from "/web/shared/dom.js";

const NAMES = { real: "real", generated: "fake", ink: "text", muted: "quiet", paper: "surface" };

/** Colors `[r, g, b]` of the present theme, light or dark. */
export function readColors() {
    return Object.fromEntries(Object.entries(NAMES).map(([name, variable]) => [name, parse(color(variable))]));
}

/** A color as CSS. */
export function css([r, g, b], alpha = 1) {
    return `rgb(${r} ${g} ${b} / ${alpha})`;
}

/** A mixture: `share` of the second. */
export function mix(one, other, share) {
    return one.map((value, index) => Math.round(value + share * (other[index] - value)));
}

function parse(text) {
    const digits = text.replace("#", "");
    return [0, 2, 4].map((place) => parseInt(digits.slice(place, place + 2), 16));
}
