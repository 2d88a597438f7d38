// What the network made: with the discriminator's output over it, and a wipe to what it was made of.

import { byId } from "/web/shared/dom.js";
import { toImageData, toPicture } from "/web/shared/pixels.js";

export class Result {
    constructor() {
        this.images = [];
        this.wipes = false;
        byId("opacity").addEventListener("input", () => this.showPatches());
        byId("wipe").addEventListener("input", () => this.showWipe());
        let isDown = false;
        const frame = byId("result");
        const drag = (event) => {
            const box = frame.getBoundingClientRect();
            byId("wipe").value = 100 * (event.clientX - box.left) / box.width;
            this.showWipe();
        };
        frame.addEventListener("pointerdown", (event) => {
            if (!this.wipes) return;
            isDown = true;
            frame.setPointerCapture(event.pointerId);
            drag(event);
        });
        frame.addEventListener("pointermove", (event) => { if (isDown) drag(event); });
        for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => { isDown = false; });
    }

    /** Another checkpoint, whose results are wiped over their inputs or not. */
    begin(wipes) {
        this.wipes = wipes;
        this.images = [];
        byId("result").classList.toggle("wipes", wipes);
        byId("wipe-field").hidden = byId("before").hidden = byId("edge").hidden = !wipes;
        byId("time").textContent = "";
    }

    /** Whether the discriminator's output is looked at, so that it must be asked for. */
    get wantsPatches() {
        return Number(byId("opacity").value) > 0;
    }

    /** Shows the result of an input. */
    show({ header, images }, input) {
        if (!images.length) return;
        this.images = images;
        const output = byId("output");
        [output.width, output.height] = [images[0].width, images[0].height];
        output.getContext("2d").putImageData(toImageData(images[0]), 0, 0);
        byId("time").textContent = `${images[0].width} x ${images[0].height}, in ${Math.round(header.milliseconds)} ms`;
        if (this.wipes) this.showBefore(input, images[0]);
        this.showPatches();
        this.showWipe();
    }

    showBefore(input, { width, height }) {
        const before = byId("before");
        [before.width, before.height] = [width, height];
        const context = before.getContext("2d");
        context.imageSmoothingQuality = "high";
        context.drawImage(toPicture(input), 0, 0, width, height);
    }

    showPatches() {
        const opacity = Number(byId("opacity").value);
        byId("opacity-value").textContent = `${opacity}%`;
        const canvas = byId("patches");
        const scores = this.images[1];
        canvas.hidden = !scores || opacity === 0;
        if (canvas.hidden) return;
        [canvas.width, canvas.height] = [scores.width, scores.height];
        canvas.getContext("2d").putImageData(toImageData(scores), 0, 0);
        canvas.style.opacity = String(opacity / 100);
    }

    showWipe() {
        if (!this.wipes) return;
        const share = Number(byId("wipe").value);
        byId("wipe-value").textContent = `${Math.round(share)}%`;
        byId("before").style.clipPath = `inset(0 ${100 - share}% 0 0)`;
        byId("edge").style.left = `${share}%`;
    }
}
