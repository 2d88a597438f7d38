// A triangle whose corners are three samples; the point within says how much of each there is.

import { color } from "/web/shared/dom.js";

const STEP = 0.03;
const RADIUS = 9;

/** @param {(weights: number[]) => void} onMove */
export function setUpPad(canvas, onMove) {
    const corners = [[canvas.width / 2, 60], [60, canvas.height - 50], [canvas.width - 60, canvas.height - 50]];
    let weights = [1 / 3, 1 / 3, 1 / 3];

    const place = () => [0, 1].map((axis) => corners.reduce((sum, corner, index) => sum + corner[axis] * weights[index], 0));

    /** The weights of a point, on the nearest edge where it lies outside. */
    function weightsOf([x, y]) {
        const [[ax, ay], [bx, by], [cx, cy]] = corners;
        const area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
        const first = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / area;
        const second = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / area;
        const inside = [first, second, 1 - first - second].map((weight) => Math.max(0, weight));
        const sum = inside.reduce((total, weight) => total + weight, 0);
        return inside.map((weight) => weight / sum);
    }

    function move(point) { onMove(weightsOf(point)); }

    function draw() {
        const context = canvas.getContext("2d");
        context.clearRect(0, 0, canvas.width, canvas.height);
        context.beginPath();
        for (const corner of corners) context.lineTo(...corner);
        context.closePath();
        context.fillStyle = color("sunken");
        context.fill();
        context.strokeStyle = color("line-strong");
        context.lineWidth = 1.5;
        context.stroke();
        const [x, y] = place();
        context.strokeStyle = color("line");
        for (const corner of corners) {
            context.beginPath();
            context.moveTo(...corner);
            context.lineTo(x, y);
            context.stroke();
        }
        context.beginPath();
        context.arc(x, y, RADIUS, 0, 2 * Math.PI);
        context.fillStyle = color("accent");
        context.fill();
        const shares = weights.map((weight) => `${Math.round(100 * weight)} %`);
        canvas.setAttribute("aria-valuetext", shares.join(", "));
    }

    const pointer = (event) => {
        const scale = canvas.width / canvas.clientWidth;
        move([event.offsetX * scale, event.offsetY * scale]);
    };
    canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); pointer(event); });
    canvas.addEventListener("pointermove", (event) => { if (event.buttons) pointer(event); });
    canvas.addEventListener("keydown", (event) => {
        const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!by) return;
        event.preventDefault();
        const [x, y] = place();
        move([x + by[0] * STEP * canvas.width, y + by[1] * STEP * canvas.height]);
    });
    addEventListener("themechange", draw);
    return { show(now) { weights = now; draw(); } };
}
