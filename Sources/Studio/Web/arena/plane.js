// The plane: heat map and decision boundary, manifold, points, and pulls.

import { contour } from "./contour.js";
import { css, mix } from "./colors.js";
import { certainty } from "./outputs.js";

/** Draws a view of points of the plane on a square canvas of `size` CSS pixels. */
export function drawPlane(context, size, view, layout, layers, colors) {
    const place = placer(layout.extent, size);
    context.clearRect(0, 0, size, size);
    if (layers.map) drawMap(context, size, view, layout.mapPoints, colors);
    if (layers.manifold) drawManifold(context, view.manifold, layout, place, colors);
    if (layers.boundary) drawBoundary(context, size, view, layout.mapPoints, colors);
    if (layers.reals) drawPoints(context, view.reals, place, colors.real, colors.paper);
    if (layers.generated) drawPoints(context, view.generated, place, colors.generated, colors.paper);
    if (layers.pulls) drawPulls(context, view, place, size, colors);
}

/** From the data's units to pixels. */
export function placer([[left, right], [bottom, top]], size) {
    return (x, y) => [(x - left) / (right - left) * size, (top - y) / (top - bottom) * size];
}

/** From pixels to the data's units. */
export function unplacer([[left, right], [bottom, top]], size) {
    return (x, y) => [left + x / size * (right - left), top - y / size * (top - bottom)];
}

const maps = new WeakMap();

function drawMap(context, size, view, side, colors) {
    const small = maps.get(context) ?? new OffscreenCanvas(side, side);
    maps.set(context, small);
    const image = new ImageData(side, side);
    const judge = certainty(view);
    view.outputs.forEach((output, index) => {
        const value = judge(output);
        const target = value > 0 ? colors.real : colors.generated;
        const color = mix(colors.paper, target, 0.45 * Math.abs(value));
        image.data.set([...color, 255], 4 * index);
    });
    small.getContext("2d").putImageData(image, 0, 0);
    // The outer samples lie on the canvas's edges.
    const cell = size / (side - 1);
    context.imageSmoothingQuality = "high";
    context.drawImage(small, -cell / 2, -cell / 2, size + cell, size + cell);
}

function drawBoundary(context, size, view, side, colors) {
    const cell = size / (side - 1);
    context.strokeStyle = css(colors.ink, 0.75);
    context.lineWidth = 1.5;
    context.setLineDash([]);
    context.beginPath();
    for (const [x1, y1, x2, y2] of contour(view.outputs, side, view.boundary)) {
        context.moveTo(x1 * cell, y1 * cell);
        context.lineTo(x2 * cell, y2 * cell);
    }
    context.stroke();
}

function drawPoints(context, points, place, color, edge) {
    context.fillStyle = css(color, 0.85);
    context.strokeStyle = css(edge, 0.8);
    context.lineWidth = 0.6;
    context.beginPath();
    for (let index = 0; index < points.length; index += 2) {
        const [x, y] = place(points[index], points[index + 1]);
        context.moveTo(x + 2.4, y);
        context.arc(x, y, 2.4, 0, 2 * Math.PI);
    }
    context.fill();
    context.stroke();
}

function drawManifold(context, points, layout, place, colors) {
    const side = layout.gridPoints;
    const rows = points.length / 2 / side;
    const at = (row, column) => place(...points.slice(2 * (row * side + column), 2 * (row * side + column) + 2));
    context.fillStyle = css(colors.generated, 0.1);
    context.strokeStyle = css(colors.generated, 0.55);
    context.lineWidth = 0.8;
    context.beginPath();
    for (let row = 0; row < rows; row++) {
        for (let column = 0; column < side; column++) {
            const here = at(row, column);
            if (column + 1 < side) line(context, here, at(row, column + 1));
            if (row + 1 < rows) line(context, here, at(row + 1, column));
        }
    }
    context.stroke();
    // Each cell holds the same share of all latents: where cells are small, points are dense.
    for (let row = 0; row + 1 < rows; row++) {
        for (let column = 0; column + 1 < side; column++) {
            context.beginPath();
            context.moveTo(...at(row, column));
            context.lineTo(...at(row, column + 1));
            context.lineTo(...at(row + 1, column + 1));
            context.lineTo(...at(row + 1, column));
            context.fill();
        }
    }
}

function line(context, from, to) {
    context.moveTo(...from);
    context.lineTo(...to);
}

/** The share of the canvas that a pull of length 1 is drawn as, and the longest. */
const PULL = { unit: 0.07, longest: 0.075 };

function drawPulls(context, view, place, size, colors) {
    context.strokeStyle = css(colors.ink, 0.6);
    context.lineWidth = 1;
    context.beginPath();
    for (let index = 0; index < view.pulls.length; index += 2) {
        const length = Math.hypot(view.pulls[index], view.pulls[index + 1]);
        if (!(length > 1e-6)) continue;
        const drawn = Math.min(PULL.unit * length, PULL.longest) * size;
        if (drawn < 1) continue;
        const [dx, dy] = [view.pulls[index] / length * drawn, -view.pulls[index + 1] / length * drawn];
        const [x, y] = place(view.generated[index], view.generated[index + 1]);
        arrow(context, x, y, x + dx, y + dy);
    }
    context.stroke();
}

function arrow(context, x, y, tipX, tipY) {
    const angle = Math.atan2(tipY - y, tipX - x);
    const head = Math.min(4, Math.hypot(tipX - x, tipY - y) / 2);
    line(context, [x, y], [tipX, tipY]);
    for (const turn of [2.6, -2.6]) {
        line(context, [tipX, tipY], [tipX + head * Math.cos(angle + turn), tipY + head * Math.sin(angle + turn)]);
    }
}
