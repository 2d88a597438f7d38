// Why the saturating loss stops learning: both generator losses against D(G(z)), with their gradients.

import { element, short } from "/web/shared/dom.js";
import { css, readColors } from "./colors.js";
import { sharpContext } from "./sharp.js";

const LOSSES = [
    {
        name: "saturating", formula: "log(1 − D)", color: "real", loss: (d) => Math.log(1 - d),
        // By the logit C of D = sigmoid(C): what reaches the generator.
        slope: (d) => -d,
    },
    {
        name: "non-saturating", formula: "−log D", color: "generated", loss: (d) => -Math.log(d),
        slope: (d) => d - 1,
    },
];
const [LOW, HIGH] = [-5, 5];

/** Fills an article. */
export function showLosses(article) {
    const canvas = element("canvas", { class: "essay", role: "img" });
    const slider = element("input", { type: "range", id: "essay-d", min: 1, max: 99, value: 4 });
    const told = element("p", { class: "told", "aria-live": "polite" });
    article.append(
        element("h2", {}, "Why the saturating loss stops learning"),
        element("p", { class: "note" },
            "Early on the discriminator sees through every generated point, so D(G(z)) is near 0. Just there the "
            + "generator's loss of the minimax game is flat; −log D has the same optimum and is steep. Slopes are "
            + "by the discriminator's logit, which is what the generator's gradient passes through."),
        canvas, element("label", { for: "essay-d" }, "D(G(z)), how real D takes generated points to be"), slider, told);

    function draw() {
        const d = Number(slider.value) / 100;
        const colors = readColors();
        drawCurves(canvas, d, colors);
        told.replaceChildren(...LOSSES.flatMap(({ name, formula, color, slope }) => [
            element("span", { class: color === "real" ? "real" : "fake" },
                `${name}, ${formula}: slope ${slope(d).toFixed(2)}`), element("br")]));
        const times = LOSSES[1].slope(d) / LOSSES[0].slope(d);
        told.append(`At D(G(z)) = ${d} the non-saturating loss pulls ${short(times, 2)} times as much.`);
        canvas.setAttribute("aria-label", told.textContent);
    }

    slider.addEventListener("input", draw);
    addEventListener("themechange", draw);
    new ResizeObserver(draw).observe(canvas);
}

function drawCurves(canvas, d, colors) {
    const { clientWidth: width, clientHeight: height } = canvas;
    const context = sharpContext(canvas, width, height);
    const [left, bottom] = [34, 22];
    const x = (value) => left + value * (width - left - 8);
    const y = (value) => 8 + (HIGH - value) / (HIGH - LOW) * (height - 8 - bottom);
    context.clearRect(0, 0, width, height);
    drawAxes(context, x, y, height, colors);
    context.save();
    context.beginPath();
    context.rect(left, 0, width, height - bottom);
    context.clip();
    for (const { loss, slope, color } of LOSSES) {
        context.beginPath();
        for (let step = 1; step < 200; step++) context.lineTo(x(step / 200), y(loss(step / 200)));
        context.strokeStyle = css(colors[color]);
        context.lineWidth = 2;
        context.stroke();
        drawTangent(context, x, y, d, loss(d), slope(d), colors[color]);
    }
    context.restore();
}

/** The slope at a point, as a stroke through it: level where nothing is learned. */
function drawTangent(context, x, y, d, loss, slope, color) {
    const angle = Math.atan(-slope * 1.6);
    const [px, py] = [x(d), y(loss)];
    context.strokeStyle = css(color);
    context.lineWidth = 4;
    context.beginPath();
    context.moveTo(px - 34 * Math.cos(angle), py - 34 * Math.sin(angle));
    context.lineTo(px + 34 * Math.cos(angle), py + 34 * Math.sin(angle));
    context.stroke();
    context.fillStyle = css(color);
    context.beginPath();
    context.arc(px, py, 5, 0, 2 * Math.PI);
    context.fill();
}

function drawAxes(context, x, y, height, colors) {
    context.strokeStyle = css(colors.muted, 0.4);
    context.fillStyle = css(colors.muted);
    context.font = "11px system-ui, sans-serif";
    context.lineWidth = 1;
    for (const value of [-4, -2, 0, 2, 4]) {
        context.beginPath();
        context.moveTo(x(0), y(value));
        context.lineTo(x(1), y(value));
        context.stroke();
        context.textAlign = "right";
        context.fillText(String(value), x(0) - 6, y(value) + 4);
    }
    context.textAlign = "center";
    for (const value of [0, 0.25, 0.5, 0.75, 1]) context.fillText(String(value), x(value), height - 6);
}
