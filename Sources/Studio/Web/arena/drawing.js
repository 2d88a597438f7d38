// Points that are drawn on the plane with the pointer or the arrow keys, or read from a file.

import { unplacer } from "./plane.js";

/** Deviation of the points that one touch leaves, in the units of the square from -3 to 3. */
const SPRAY = 0.09;
const SPRAYED = 4;
const MOST = 20000;

/**
 * Lets points be drawn on an element while `isOn` says so; `add(points)` takes them. The square reaches from -3 to 3.
 */
export function drawOn(field, isOn, add) {
    const square = [[-3, 3], [-3, 3]];
    let isDown = false;
    let last = 0;

    function spray(event) {
        const box = field.getBoundingClientRect();
        const [x, y] = unplacer(square, box.width)(event.clientX - box.left, event.clientY - box.top);
        add(Array.from({ length: SPRAYED }, () => [x + SPRAY * normal(), y + SPRAY * normal()]));
    }

    field.addEventListener("pointerdown", (event) => {
        if (!isOn()) return;
        isDown = true;
        field.setPointerCapture(event.pointerId);
        spray(event);
    });
    field.addEventListener("pointermove", (event) => {
        if (!isDown || event.timeStamp - last < 25) return;
        last = event.timeStamp;
        spray(event);
    });
    for (const end of ["pointerup", "pointercancel"]) field.addEventListener(end, () => { isDown = false; });
}

/** Shapes to begin with, for whoever has no pointer: 200 points each. */
export const SHAPES = {
    cross: (share) => share < 0.5 ? [8 * share - 2, 0] : [0, 8 * share - 6],
    heart(share) {
        const t = 2 * Math.PI * share;
        return [
            0.125 * 16 * Math.sin(t) ** 3,
            0.125 * (13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t)),
        ];
    },
    "three blobs": (share) => [[-1.6, -1.2], [1.7, -0.8], [0, 1.6]][Math.floor(3 * share)],
};

/** The points of a shape, with a little noise. */
export function shapePoints(name) {
    return Array.from({ length: 200 }, (_, index) => SHAPES[name](index / 200).map((x) => x + SPRAY * normal()));
}

/** The points with others added, none of them beyond what the arena takes. */
export function withMore(points, more) {
    const rounded = more.map((point) => point.map((x) => Math.round(100 * Math.min(3, Math.max(-3, x))) / 100));
    return [...points, ...rounded].slice(-MOST);
}

function normal() {
    return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
