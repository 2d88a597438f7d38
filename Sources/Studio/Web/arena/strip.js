// The losses so far, with the discriminator's loss at the equilibrium.

import { short } from "/web/shared/dom.js";
import { css } from "./colors.js";
import { sharpContext } from "./sharp.js";

const MOST = 1200;

/** The losses of one training, frame by frame. */
export class LossRecord {
    constructor() {
        this.rows = [];
    }

    /** Takes in a frame's losses; those of an earlier step begin the record anew. */
    add(step, { discriminator, generator }) {
        const last = this.rows.at(-1);
        if (last && step < last.step) this.rows = [];
        if (Number.isFinite(discriminator) && Number.isFinite(generator)) {
            this.rows.push({ step, discriminator, generator });
        }
        // What was is kept ever more coarsely.
        if (this.rows.length > MOST) this.rows = this.rows.filter((_, index) => index % 2 === 0);
    }
}

/** Draws a record on a canvas as wide as its box; `step` is the one that is shown. */
export function drawStrip(canvas, record, { equilibrium, label, step, colors }) {
    const { clientWidth: width, clientHeight: height } = canvas;
    const context = sharpContext(canvas, width, height);
    context.clearRect(0, 0, width, height);
    const rows = record.rows;
    const values = rows.flatMap((row) => [row.discriminator, row.generator]).sort((one, other) => one - other);
    // A few far losses do not flatten all others.
    const at = (share) => values[Math.floor(share * (values.length - 1))] ?? equilibrium;
    const low = Math.min(at(0.01), equilibrium) - 0.1;
    const high = Math.max(at(0.99), equilibrium) + 0.2;
    const left = 44;
    const first = rows[0]?.step ?? 0;
    const last = Math.max(rows.at(-1)?.step ?? 1, first + 1);
    const x = (value) => left + (value - first) / (last - first) * (width - left - 4);
    const y = (value) => 6 + (high - Math.min(Math.max(value, low), high)) / (high - low) * (height - 12);

    context.font = "11px system-ui, sans-serif";
    context.fillStyle = css(colors.muted);
    context.textAlign = "right";
    context.fillText(short(high, 2), left - 6, 13);
    context.fillText(short(low, 2), left - 6, height - 4);
    context.strokeStyle = css(colors.muted, 0.9);
    context.setLineDash([3, 3]);
    strokeLine(context, left, y(equilibrium), width - 4, y(equilibrium));
    context.setLineDash([]);
    for (const [name, color] of [["discriminator", colors.real], ["generator", colors.generated]]) {
        context.beginPath();
        for (const row of rows) context.lineTo(x(row.step), y(row[name]));
        context.strokeStyle = css(color);
        context.lineWidth = 1.4;
        context.stroke();
    }
    drawLabel(context, label, width - 8, y(equilibrium), colors);
    if (rows.length && step < last) {
        context.strokeStyle = css(colors.ink, 0.7);
        strokeLine(context, x(step), 2, x(step), height - 2);
    }
}

/** The equilibrium's name, readable over the curves. */
function drawLabel(context, label, right, y, colors) {
    context.textAlign = "right";
    const wide = context.measureText(label).width + 8;
    context.fillStyle = css(colors.paper, 0.85);
    context.fillRect(right - wide + 4, y - 15, wide, 13);
    context.fillStyle = css(colors.ink);
    context.fillText(label, right, y - 4);
}

function strokeLine(context, x1, y1, x2, y2) {
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
}
