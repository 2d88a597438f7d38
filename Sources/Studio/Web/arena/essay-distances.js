// Why the critic goes on learning: two distributions that one drags apart, under two distances.

import { element, short } from "/web/shared/dom.js";
import { css, readColors } from "./colors.js";
import { sharpContext } from "./sharp.js";

/** Half the width of both distributions, uniform on their intervals. */
const HALF = 0.5;
const REACH = 3;

/** The Jensen-Shannon divergence of two uniform distributions of width 2 HALF whose middles lie so far apart. */
export function jensenShannon(distance) {
    // Where they overlap both densities are the same and nothing is told; where they do not, a point gives itself away.
    return Math.log(2) * Math.min(1, Math.abs(distance) / (2 * HALF));
}

/** Their Wasserstein distance: all mass is moved as far. */
export function wasserstein(distance) {
    return Math.abs(distance);
}

/** Fills an article. */
export function showDistances(article) {
    const canvas = element("canvas", { class: "essay", role: "img" });
    const slider = element("input", { type: "range", id: "essay-distance", min: -REACH, max: REACH, step: 0.02, value: 1.6 });
    const told = element("p", { class: "told", "aria-live": "polite" });
    article.append(
        element("h2", {}, "Why the critic goes on learning"),
        element("p", { class: "note" },
            "Drag the generated distribution. While it overlaps the real one, both distances fall as it comes closer. "
            + "Once they lie apart, the Jensen-Shannon divergence stays at log 2 wherever it goes: no slope says which "
            + "way. The Wasserstein distance falls all the way."),
        canvas, element("label", { for: "essay-distance" }, "Where the generated distribution lies"), slider, told);

    function draw() {
        const distance = Number(slider.value);
        drawFigure(canvas, distance, readColors());
        const isApart = Math.abs(distance) >= 2 * HALF;
        told.textContent =
            `Jensen-Shannon divergence ${short(jensenShannon(distance))}${isApart ? " (log 2), slope 0" : ""}. `
            + `Wasserstein distance ${short(wasserstein(distance))}, slope ${distance === 0 ? 0 : 1} toward the real one.`;
        canvas.setAttribute("aria-label", told.textContent);
    }

    let isDown = false;
    function drag(event) {
        const box = canvas.getBoundingClientRect();
        slider.value = ((event.clientX - box.left) / box.width * 2 - 1) * REACH;
        draw();
    }
    canvas.addEventListener("pointerdown", (event) => {
        isDown = true;
        canvas.setPointerCapture(event.pointerId);
        drag(event);
    });
    canvas.addEventListener("pointermove", (event) => { if (isDown) drag(event); });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { isDown = false; });
    slider.addEventListener("input", draw);
    addEventListener("themechange", draw);
    new ResizeObserver(draw).observe(canvas);
}

function drawFigure(canvas, distance, colors) {
    const { clientWidth: width, clientHeight: height } = canvas;
    const context = sharpContext(canvas, width, height);
    const x = (value) => (value / REACH + 1) / 2 * width;
    const base = height * 0.3;
    context.clearRect(0, 0, width, height);
    for (const [middle, color, name] of [[0, colors.real, "real"], [distance, colors.generated, "generated"]]) {
        context.fillStyle = css(color, 0.3);
        context.strokeStyle = css(color);
        context.lineWidth = 1.5;
        context.fillRect(x(middle - HALF), 18, x(HALF) - x(-HALF), base - 18);
        context.strokeRect(x(middle - HALF), 18, x(HALF) - x(-HALF), base - 18);
        context.fillStyle = css(color);
        context.font = "12px system-ui, sans-serif";
        context.textAlign = "center";
        context.fillText(name, Math.min(Math.max(x(middle), 34), width - 34), 12);
    }
    const panels = [
        ["Jensen-Shannon divergence", jensenShannon, Math.log(2) * 1.7, height * 0.62],
        ["Wasserstein distance", wasserstein, REACH * 1.6, height - 6],
    ];
    for (const [name, measure, highest, bottom] of panels) {
        drawMeasure(context, { name, measure, highest, bottom, tall: height * 0.27, distance, width, x, colors });
    }
}

function drawMeasure(context, { name, measure, highest, bottom, tall, distance, width, x, colors }) {
    const y = (value) => bottom - value / highest * tall;
    context.strokeStyle = css(colors.muted, 0.5);
    context.lineWidth = 1;
    context.strokeRect(0.5, bottom - tall, width - 1, tall);
    context.beginPath();
    for (let step = 0; step <= 240; step++) {
        const place = (step / 120 - 1) * REACH;
        context.lineTo(x(place), y(measure(place)));
    }
    context.strokeStyle = css(colors.ink);
    context.lineWidth = 1.8;
    context.stroke();
    context.fillStyle = css(colors.generated);
    context.beginPath();
    context.arc(x(distance), y(measure(distance)), 5, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = css(colors.muted);
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "left";
    context.fillText(name, 8, bottom - tall + 15);
}
