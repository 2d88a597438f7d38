// The line: both densities, the discriminator's output, and where latents go, as in figure 1 of Goodfellow et al. 2014.

import { css } from "./colors.js";
import { probability } from "./outputs.js";

const MARGIN = { left: 12, right: 12, top: 16 };

/** Draws a view of points of the line on a square canvas of `size` CSS pixels. */
export function drawLine(context, size, view, layout, layers, colors) {
    const [[left, right]] = layout.extent;
    const width = size - MARGIN.left - MARGIN.right;
    const base = size * 0.74;
    const across = (x) => MARGIN.left + (x - left) / (right - left) * width;
    context.clearRect(0, 0, size, size);
    if (layers.map) drawShades(context, size, view, across, layout, base, colors);
    const densities = [];
    if (layers.reals) densities.push([view.reals, colors.real]);
    if (layers.generated) densities.push([view.generated, colors.generated]);
    const curves = densities.map(([points, color]) => [density(points, left, right), color]);
    const highest = Math.max(1e-9, ...curves.map(([values]) => Math.max(...values)));
    for (const [values, color] of curves) {
        drawDensity(context, values, (share) => MARGIN.left + share * width, base, highest, color);
    }
    if (layers.boundary) drawOutputs(context, view, across, layout, base, colors);
    if (layers.manifold) drawLatents(context, size, view, across, base, colors);
    if (layers.pulls) drawPulls(context, view, across, base, size, colors);
    drawAxis(context, size, across, left, right, base, colors);
}

const CURVE = 160;

/** Heights of a kernel density estimate with Silverman's bandwidth, evenly from left to right. */
function density(points, left, right) {
    const count = points.length;
    let mean = 0;
    for (const point of points) mean += point / count;
    let variance = 0;
    for (const point of points) variance += (point - mean) ** 2 / count;
    const bandwidth = Math.max(1.06 * Math.sqrt(variance) * count ** -0.2, (right - left) / 300);
    const values = new Float32Array(CURVE + 1);
    const scale = 1 / (count * bandwidth * Math.sqrt(2 * Math.PI));
    for (const point of points) {
        for (let index = 0; index <= CURVE; index++) {
            const distance = (left + index / CURVE * (right - left) - point) / bandwidth;
            if (Math.abs(distance) < 4) values[index] += scale * Math.exp(-distance * distance / 2);
        }
    }
    return values;
}

function drawDensity(context, values, across, base, highest, color) {
    const height = (value) => base - value / highest * (base - MARGIN.top - 10);
    context.beginPath();
    context.moveTo(across(0), base);
    values.forEach((value, index) => context.lineTo(across(index / CURVE), height(value)));
    context.lineTo(across(1), base);
    context.fillStyle = css(color, 0.16);
    context.fill();
    context.beginPath();
    values.forEach((value, index) => context.lineTo(across(index / CURVE), height(value)));
    context.strokeStyle = css(color);
    context.lineWidth = 2;
    context.stroke();
}

function outputHeights(view, base) {
    const outputs = Array.from(view.outputs);
    const room = base - MARGIN.top - 10;
    if (view.isLogit) return outputs.map((output) => base - probability(output) * room);
    const [low, high] = [Math.min(...outputs), Math.max(...outputs)];
    return outputs.map((output) => base - (output - low) / Math.max(high - low, 1e-9) * room);
}

function drawOutputs(context, view, across, layout, base, colors) {
    const [[left, right]] = layout.extent;
    context.beginPath();
    outputHeights(view, base).forEach((y, index, all) => {
        context.lineTo(across(left + index / (all.length - 1) * (right - left)), y);
    });
    context.strokeStyle = css(colors.ink, 0.85);
    context.lineWidth = 1.6;
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = css(colors.ink);
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "right";
    context.fillText(view.isLogit ? "D(x), from 0 to 1" : "C(x), from its lowest to its highest", across(right), 12);
}

function drawShades(context, size, view, across, layout, base, colors) {
    const [[left, right]] = layout.extent;
    const step = (right - left) / (view.outputs.length - 1);
    view.outputs.forEach((output, index) => {
        context.fillStyle = css(output > view.boundary ? colors.real : colors.generated, 0.1);
        const [from, to] = [-0.5, 0.5].map((half) => Math.round(across(left + (index + half) * step)));
        context.fillRect(from, MARGIN.top, to - from, base - MARGIN.top);
    });
}

/** Lines from latents, evenly likely along the lower edge, to the points that the generator makes of them. */
function drawLatents(context, size, view, across, base, colors) {
    const points = Array.from(view.manifold);
    const side = Math.sqrt(points.length);
    // Of a grid of two latents its middle row: the second is 0.
    const row = Number.isInteger(side) && side > 1 ? points.slice((side >> 1) * side, (side >> 1) * side + side) : points;
    context.strokeStyle = css(colors.generated, 0.75);
    context.lineWidth = 1;
    context.beginPath();
    const low = size - 22;
    row.forEach((point, index) => {
        const from = MARGIN.left + (index + 1) / (row.length + 1) * (size - MARGIN.left - MARGIN.right);
        context.moveTo(from, low);
        context.lineTo(across(point), base + 18);
    });
    context.stroke();
    context.fillStyle = css(colors.muted);
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "left";
    context.fillText("latents z, evenly likely", MARGIN.left, size - 6);
}

function drawPulls(context, view, across, base, size, colors) {
    context.strokeStyle = css(colors.ink, 0.55);
    context.lineWidth = 1;
    context.beginPath();
    for (let index = 0; index < view.pulls.length; index += 2) {
        const x = across(view.generated[index]);
        const length = Math.max(-60, Math.min(60, 60 * view.pulls[index]));
        const y = base - 4 - (index * 7) % 40;
        if (Math.abs(length) < 1.5) continue;
        context.moveTo(x, y);
        context.lineTo(x + length, y);
        context.lineTo(x + length - 3 * Math.sign(length), y - 2.5);
    }
    context.stroke();
}

function drawAxis(context, size, across, left, right, base, colors) {
    context.strokeStyle = css(colors.muted, 0.8);
    context.fillStyle = css(colors.muted);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(MARGIN.left, base + 0.5);
    context.lineTo(size - MARGIN.right, base + 0.5);
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "center";
    const step = 10 ** Math.floor(Math.log10((right - left) / 3));
    const spacing = (right - left) / step > 12 ? 2 * step : step;
    for (let tick = Math.ceil(left / spacing) * spacing; tick <= right; tick += spacing) {
        context.moveTo(across(tick), base);
        context.lineTo(across(tick), base + 4);
        context.fillText(String(Number(tick.toPrecision(6))), across(tick), base + 15);
    }
    context.stroke();
}
