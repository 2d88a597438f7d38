// A sheet that is drawn on with a pen, finer than what the network sees, to which it is brought by the studio.

import { fit, fromCanvas, readable, toPicture } from "/web/shared/pixels.js";
import { Undo } from "./undo.js";

/** How many times finer. */
export const FINER = 4;

export class LineBoard {
    constructor(canvas, { width, height }, changed) {
        Object.assign(this, { canvas, changed });
        this.size = { width: FINER * width, height: FINER * height };
        // As wide as the lines of the drawn avatars: a hundredth of the image or 0.8 of its pixels.
        this.brush = Math.max(0.011 * Math.min(this.size.width, this.size.height), 0.8 * FINER);
        this.tool = "brush";
        this.undo = new Undo();
        [canvas.width, canvas.height] = [this.size.width, this.size.height];
        this.context = readable(canvas);
        this.wipe();
    }

    image() {
        return fromCanvas(this.canvas, 1);
    }

    load(image) {
        this.loadPicture(toPicture(image));
    }

    /** Takes any picture, in gray, cut to the sheet. */
    loadPicture(picture) {
        this.remember();
        const cut = new OffscreenCanvas(1, 1);
        fit(cut, picture, { size: this.size });
        this.context.filter = "grayscale(1)";
        this.context.drawImage(cut, 0, 0);
        this.context.filter = "none";
        this.changed();
    }

    clear() {
        this.remember();
        this.wipe();
        this.changed();
    }

    wipe() {
        this.context.fillStyle = "white";
        this.context.fillRect(0, 0, this.size.width, this.size.height);
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

    begin(place) {
        this.remember();
        this.last = place;
        this.move(place);
    }

    move([x, y]) {
        const { context } = this;
        context.strokeStyle = this.tool === "eraser" ? "white" : "#202028";
        context.lineWidth = this.tool === "eraser" ? 6 * this.brush : this.brush;
        context.lineCap = context.lineJoin = "round";
        context.beginPath();
        context.moveTo(...this.last);
        context.lineTo(x, y + 0.01);
        context.stroke();
        this.last = [x, y];
        this.changed();
    }

    copy() {
        return this.context.getImageData(0, 0, this.size.width, this.size.height);
    }

    restore(data) {
        if (!data) return;
        this.context.putImageData(data, 0, 0);
        this.changed();
    }
}
