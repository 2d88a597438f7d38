// A line plot on a canvas: lines over steps, a cursor, marks, and the values under the pointer.

import { color, grouped, short } from "./dom.js";

const MARGIN = { left: 52, right: 10, top: 12, bottom: 22 };

/** Ticks at round numbers between two values. */
function ticks(low, high, about) {
    const raw = (high - low) / about;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].find((factor) => factor * power >= raw) * power;
    const first = Math.ceil(low / step);
    return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}

/** The range that holds nearly all values: a few outliers do not flatten the rest. */
function rangeOf(lines) {
    const values = lines.flatMap((line) => line.y.filter(Number.isFinite)).sort((a, b) => a - b);
    if (!values.length) return [0, 1];
    const cut = values.length > 50 ? Math.floor(values.length * 0.01) : 0;
    const [low, high] = [values[cut], values[values.length - 1 - cut]];
    const space = (high - low || Math.abs(high) || 1) * 0.08;
    return [low - space, high + space];
}

/** The mean over about the last `window` values. */
function smoothed(values, window) {
    let mean = values[0];
    const weight = 1 / Math.max(1, window);
    return values.map((value) => {
        if (Number.isFinite(value)) mean = Number.isFinite(mean) ? mean + weight * (value - mean) : value;
        return mean;
    });
}

export class Plot {
    #canvas;
    #lines = [];
    #options;
    #marks = [];
    #given = null;
    #cursor = null;
    #pointer = null;
    #onSeek;

    /**
     * @param {HTMLCanvasElement} canvas
     * @param {{range?: number[], reference?: {value: number, name: string}, onSeek?: (x: number) => void}} options
     */
    constructor(canvas, { range, reference, onSeek } = {}) {
        this.#canvas = canvas;
        this.#options = { range, reference };
        this.#onSeek = onSeek;
        canvas.setAttribute("role", "img");
        new ResizeObserver(() => this.draw()).observe(canvas);
        addEventListener("themechange", () => this.draw());
        canvas.addEventListener("pointermove", (event) => { this.#pointer = event.offsetX; this.draw(); });
        canvas.addEventListener("pointerleave", () => { this.#pointer = null; this.draw(); });
        canvas.addEventListener("click", (event) => this.#onSeek?.(this.#stepAt(event.offsetX)));
    }

    /**
     * @param {{name: string, color: string, x: number[], y: number[]}[]} lines colors are the stylesheet's names
     * @param {{marks?: {x: number}[], extent?: number[]}} options the first and last step; all of the lines' by default
     */
    set(lines, { marks = [], extent = null } = {}) {
        this.#lines = lines.filter((line) => line.x.length);
        this.#marks = marks;
        this.#given = extent;
        const words = this.#lines.map((line) => `${line.name} ${short(line.y.at(-1))}`);
        this.#canvas.setAttribute("aria-label", `Plot over the steps. Last: ${words.join(", ")}`);
        this.draw();
    }

    /** Where the page stands, as a vertical line. */
    setCursor(x) { this.#cursor = x; this.draw(); }

    #area() {
        const { clientWidth, clientHeight } = this.#canvas;
        return { left: MARGIN.left, top: MARGIN.top, right: clientWidth - MARGIN.right,
            bottom: clientHeight - MARGIN.bottom };
    }

    #extent() {
        const first = this.#given?.[0] ?? Math.min(...this.#lines.map((line) => line.x[0]));
        const last = this.#given?.[1] ?? Math.max(...this.#lines.map((line) => line.x.at(-1)));
        return [first, Math.max(last, first + 1)];
    }

    #stepAt(offset) {
        const area = this.#area();
        const [first, last] = this.#extent();
        const share = (offset - area.left) / (area.right - area.left);
        return first + Math.min(1, Math.max(0, share)) * (last - first);
    }

    draw() {
        const { clientWidth: width, clientHeight: height } = this.#canvas;
        if (!width || !height) return;
        const density = devicePixelRatio || 1;
        this.#canvas.width = width * density;
        this.#canvas.height = height * density;
        const context = this.#canvas.getContext("2d");
        context.scale(density, density);
        context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
        if (!this.#lines.length) {
            context.fillStyle = color("quiet");
            context.fillText("No figures yet", MARGIN.left, height / 2);
            return;
        }
        const area = this.#area();
        const [first, last] = this.#extent();
        const [low, high] = this.#options.range ?? this.#rangeWithReference();
        const place = {
            x: (value) => area.left + (value - first) / (last - first) * (area.right - area.left),
            y: (value) => area.bottom - (value - low) / (high - low) * (area.bottom - area.top),
        };
        this.#drawGrid(context, area, place, { first, last, low, high });
        context.save();
        context.beginPath();
        context.rect(area.left, area.top - 4, area.right - area.left, area.bottom - area.top + 8);
        context.clip();
        for (const line of this.#lines) this.#drawLine(context, line, place, area);
        context.restore();
        this.#drawMarks(context, area, place);
        if (this.#cursor !== null) this.#drawRule(context, place.x(this.#cursor), area, color("line-strong"), [3, 3]);
        if (this.#pointer !== null) this.#drawReadout(context, area, place);
    }

    #rangeWithReference() {
        const [low, high] = rangeOf(this.#lines);
        const value = this.#options.reference?.value;
        return value === undefined ? [low, high] : [Math.min(low, value * 0.9), Math.max(high, value * 1.1)];
    }

    #drawGrid(context, area, place, { first, last, low, high }) {
        context.lineWidth = 1;
        context.textBaseline = "middle";
        context.textAlign = "right";
        for (const value of ticks(low, high, Math.max(2, (area.bottom - area.top) / 36))) {
            const y = Math.round(place.y(value)) + 0.5;
            context.strokeStyle = color("line");
            context.beginPath();
            context.moveTo(area.left, y);
            context.lineTo(area.right, y);
            context.stroke();
            context.fillStyle = color("quiet");
            context.fillText(short(value, 4), area.left - 8, y);
        }
        context.textBaseline = "top";
        context.textAlign = "center";
        for (const value of ticks(first, last, Math.max(2, (area.right - area.left) / 110))) {
            const x = Math.min(area.right - 16, Math.max(area.left + 8, place.x(value)));
            context.fillText(grouped(value), x, area.bottom + 7);
        }
        const { reference } = this.#options;
        if (!reference) return;
        const y = Math.round(place.y(reference.value)) + 0.5;
        context.strokeStyle = color("line-strong");
        context.setLineDash([5, 4]);
        context.beginPath();
        context.moveTo(area.left, y);
        context.lineTo(area.right, y);
        context.stroke();
        context.setLineDash([]);
        context.textAlign = "right";
        context.textBaseline = "bottom";
        context.fillText(reference.name, area.right - 2, y - 2);
    }

    #drawLine(context, line, place, area) {
        context.strokeStyle = color(line.color);
        context.lineJoin = "round";
        const path = (values) => {
            context.beginPath();
            const perPixel = Math.max(1, Math.floor(values.length / (2 * (area.right - area.left))));
            for (let index = 0; index < values.length; index += perPixel) {
                if (Number.isFinite(values[index])) context.lineTo(place.x(line.x[index]), place.y(values[index]));
            }
            context.stroke();
        };
        const isLong = line.y.length > 60;
        if (isLong) {
            context.globalAlpha = 0.25;
            context.lineWidth = 1;
            path(line.y);
            context.globalAlpha = 1;
        }
        context.lineWidth = 1.8;
        path(isLong ? smoothed(line.y, line.y.length * 0.02) : line.y);
        if (line.y.length === 1) {
            context.fillStyle = color(line.color);
            context.fillRect(place.x(line.x[0]) - 2, place.y(line.y[0]) - 2, 4, 4);
        }
    }

    #drawMarks(context, area, place) {
        for (const mark of this.#marks) {
            const x = place.x(mark.x);
            this.#drawRule(context, x, area, color("warn"), [2, 3]);
            context.fillStyle = color("warn");
            context.beginPath();
            context.moveTo(x, area.top + 6);
            context.lineTo(x - 5, area.top - 4);
            context.lineTo(x + 5, area.top - 4);
            context.fill();
        }
    }

    #drawRule(context, x, area, style, dash) {
        context.strokeStyle = style;
        context.lineWidth = 1;
        context.setLineDash(dash);
        context.beginPath();
        context.moveTo(Math.round(x) + 0.5, area.top);
        context.lineTo(Math.round(x) + 0.5, area.bottom);
        context.stroke();
        context.setLineDash([]);
    }

    #drawReadout(context, area, place) {
        const step = this.#stepAt(this.#pointer);
        const rows = this.#lines.map((line) => {
            const index = nearest(line.x, step);
            return { text: `${line.name} ${short(line.y[index])}`, color: line.color, x: line.x[index] };
        });
        const x = place.x(rows[0].x);
        this.#drawRule(context, x, area, color("line-strong"), []);
        const texts = [{ text: `step ${grouped(rows[0].x)}`, color: "quiet" }, ...rows];
        const width = Math.max(...texts.map((row) => context.measureText(row.text).width)) + 16;
        const left = x + width + 8 > area.right ? x - width - 8 : x + 8;
        context.fillStyle = color("raised");
        context.strokeStyle = color("line");
        context.beginPath();
        context.roundRect(left, area.top + 2, width, 16 * texts.length + 8, 5);
        context.fill();
        context.stroke();
        context.textAlign = "left";
        context.textBaseline = "top";
        texts.forEach((row, index) => {
            context.fillStyle = color(row.color);
            context.fillText(row.text, left + 8, area.top + 8 + 16 * index);
        });
    }
}

/** The index of the value next to another in a rising list. */
export function nearest(sorted, value) {
    let [low, high] = [0, sorted.length - 1];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low > 0 && value - sorted[low - 1] < sorted[low] - value ? low - 1 : low;
}
