// A label map that is painted: each pixel is the number of a label.

import { readable } from "/web/shared/pixels.js";
import { Undo } from "./undo.js";

export class LabelBoard {
    /** `labels` are `{name, color}`; `changed` is called after each change. */
    constructor(canvas, { width, height }, labels, changed) {
        Object.assign(this, { canvas, labels, changed });
        this.palette = labels.map(({ color }) => [1, 3, 5].map((place) => parseInt(color.slice(place, place + 2), 16)));
        this.label = Math.min(1, labels.length - 1);
        this.brush = Math.max(1, Math.round(Math.min(width, height) / 12));
        this.tool = "brush";
        this.undo = new Undo();
        this.put({ width, height, channels: 1, pixels: new Uint8Array(width * height) });
    }

    get side() {
        return Math.min(this.map.width, this.map.height);
    }

    image() {
        return this.map;
    }

    /** Takes another map. */
    load(image) {
        this.remember();
        this.put(image);
        this.changed();
    }

    clear() {
        this.load({ ...this.map, pixels: new Uint8Array(this.map.pixels.length) });
    }

    remember() {
        this.undo.keep(this.copy());
    }

    back() {
        this.restore(this.undo.back(this.copy()));
    }

    forth() {
        this.restore(this.undo.forth(this.copy()));
    }

    /** A stroke begins at a place, in pixels of the map. */
    begin([x, y]) {
        this.remember();
        if (this.tool === "fill") this.fill(Math.floor(x), Math.floor(y));
        else this.dot(x, y);
        this.last = [x, y];
        this.show();
        this.changed();
    }

    /** A stroke goes on. */
    move([x, y]) {
        if (this.tool === "fill") return;
        const [fromX, fromY] = this.last;
        const steps = Math.max(1, Math.ceil(2 * Math.hypot(x - fromX, y - fromY)));
        for (let step = 1; step <= steps; step++) {
            this.dot(fromX + step / steps * (x - fromX), fromY + step / steps * (y - fromY));
        }
        this.last = [x, y];
        this.show();
        this.changed();
    }

    dot(x, y) {
        const { width, height, pixels } = this.map;
        const value = this.tool === "eraser" ? 0 : this.label;
        const radius = this.brush / 2;
        for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
            for (let column = Math.max(0, Math.floor(x - radius)); column <= Math.min(width - 1, x + radius); column++) {
                const isInside = Math.hypot(column + 0.5 - x, row + 0.5 - y) <= Math.max(radius, 0.71);
                if (isInside) pixels[row * width + column] = value;
            }
        }
    }

    /** Fills the area of one label around a place. */
    fill(x, y) {
        const { width, height, pixels } = this.map;
        if (x < 0 || y < 0 || x >= width || y >= height) return;
        const old = pixels[y * width + x];
        if (old === this.label) return;
        const open = [[x, y]];
        while (open.length) {
            const [column, row] = open.pop();
            const place = row * width + column;
            if (column < 0 || row < 0 || column >= width || row >= height || pixels[place] !== old) continue;
            pixels[place] = this.label;
            open.push([column + 1, row], [column - 1, row], [column, row + 1], [column, row - 1]);
        }
    }

    copy() {
        return { ...this.map, pixels: this.map.pixels.slice() };
    }

    restore(map) {
        if (!map) return;
        this.put(map);
        this.changed();
    }

    put(image) {
        this.map = { ...image, pixels: image.pixels.slice() };
        [this.canvas.width, this.canvas.height] = [image.width, image.height];
        this.show();
    }

    show() {
        const { width, height, pixels } = this.map;
        const data = new ImageData(width, height);
        pixels.forEach((label, index) => data.data.set([...this.palette[label] ?? [0, 0, 0], 255], 4 * index));
        readable(this.canvas).putImageData(data, 0, 0);
    }
}
