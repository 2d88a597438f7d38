// Every sample sheet on one slider; one seed followed over time; two runs with a wipe between.

import { byId, color, element, grouped } from "/web/shared/dom.js";
import { nearest } from "/web/shared/plot.js";
import { Transport } from "/web/shared/transport.js";
import { sheetAddress } from "./list.js";
import { ImageStore } from "./images.js";
import { cellAt, cellRectangle } from "./cells.js";

const STRIP_LENGTH = 12;
const STRIP_CELL = 64;

export class SheetView {
    #details = null;
    #log = null;
    #other = null;
    #onStep;
    #images = new ImageStore();
    #canvas = byId("sheet");
    #transport;
    #followed = null;
    #drawn = null;

    constructor(onStep) {
        this.#onStep = onStep;
        this.#transport = new Transport(byId("transport"), {
            label: "Step of the sample sheet", onChange: () => this.#draw(),
        });
        byId("wipe").addEventListener("input", () => this.#draw());
        this.#canvas.addEventListener("click", (event) => this.#clicked(event));
        this.#canvas.addEventListener("pointermove", (event) => {
            if (this.#other && event.buttons) this.#wipeTo(event);
        });
        byId("seed-close").addEventListener("click", () => this.#follow(null));
    }

    /** Forgets the run before. */
    begin() {
        this.#transport.stop();
        this.#transport.set(1, 0);
        this.#details = null;
        this.#drawn = null;
        this.#canvas.getContext("2d").clearRect(0, 0, this.#canvas.width, this.#canvas.height);
        this.#follow(null);
    }

    /** Shows a run; who looks at the newest sheet sees the next one, too. */
    show(details, log) {
        const wasAtEnd = !this.#details || this.#transport.isAtEnd;
        const hadCount = this.#details?.sheets.length;
        this.#details = details;
        this.#log = log;
        const count = details.sheets.length;
        const position = wasAtEnd ? count - 1 : this.#transport.position;
        this.#transport.set(count, position);
        if (!count) byId("sheet-note").textContent = "no sheet yet";
        else if (count !== hadCount) {
            this.#draw();
            this.#showStrip();
        }
    }

    goToStep(step) {
        if (!this.#details?.sheets.length) return;
        this.#transport.stop();
        this.#transport.goTo(nearest(this.#details.sheets.map((sheet) => sheet.step), step));
    }

    /** Another run's details, or null. */
    compareWith(other) {
        this.#other = other?.sheets.length ? other : null;
        byId("wipe-label").hidden = !this.#other;
        byId("sheet-hint").textContent = this.#other
            ? "Drag across the sheet or move the wipe: left this run, right the other one, after as many images."
            : "Space plays, ← and → step through the training. Click an image to follow its seed.";
        if (this.#details) this.#draw();
    }

    /** The other run's sheet after as many training images. */
    #otherSheet(step) {
        const ownImages = step * this.#log.imagesPerStep;
        const last = this.#other.summary.last;
        const perStep = last?.step ? last.images / last.step : this.#log.imagesPerStep;
        const sheets = this.#other.sheets;
        return sheets[nearest(sheets.map((sheet) => sheet.step), ownImages / perStep)];
    }

    async #draw() {
        const sheet = this.#details.sheets[this.#transport.position];
        if (!sheet) return;
        const { id, name } = this.#details.summary;
        this.#onStep(sheet.step);
        this.#transport.set(this.#details.sheets.length, this.#transport.position, `step ${sheet.step}`);
        const other = this.#other && this.#otherSheet(sheet.step);
        const wanted = [sheetAddress(id, sheet), ...(other ? [sheetAddress(this.#other.summary.id, other)] : [])];
        const images = await this.#images.newest(wanted);
        if (!images) return;
        const [image, second] = images;
        this.#canvas.width = image.width;
        this.#canvas.height = image.height;
        // Never higher than the window, so that the slider below stays in sight.
        this.#canvas.style.maxWidth = `calc(75vh * ${image.width / image.height})`;
        const context = this.#canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        if (second) this.#drawWipe(context, second, name, other);
        this.#drawn = image;
        byId("sheet-title").textContent = `Samples after step ${grouped(sheet.step)}`;
        byId("sheet-note").textContent = `sheet ${this.#transport.position + 1} of ${this.#details.sheets.length}`;
        this.#canvas.setAttribute("aria-label", `Sheet of samples after step ${sheet.step}`);
        this.#drawFollowed(context, image);
        this.#images.prefetch(this.#neighbors().map((near) => sheetAddress(id, near)));
    }

    #neighbors() {
        const at = this.#transport.position;
        return [at + 1, at + 2, at - 1].map((index) => this.#details.sheets[index]).filter(Boolean);
    }

    #drawWipe(context, second, name, other) {
        const { width, height } = this.#canvas;
        const at = Math.round(width * Number(byId("wipe").value) / 100);
        context.save();
        context.beginPath();
        context.rect(at, 0, width - at, height);
        context.clip();
        context.fillStyle = color("sunken");
        context.fillRect(0, 0, width, height);
        context.drawImage(second, 0, 0, width, height);
        context.restore();
        context.fillStyle = color("accent");
        context.fillRect(at - 1, 0, 2, height);
        byId("wipe-left").textContent = name;
        byId("wipe-right").textContent = `${this.#other.summary.name}, step ${grouped(other.step)}`;
    }

    #place(event) {
        const scale = this.#canvas.width / this.#canvas.clientWidth;
        return { x: event.offsetX * scale, y: event.offsetY * scale };
    }

    #wipeTo(event) {
        byId("wipe").value = 100 * this.#place(event).x / this.#canvas.width;
        this.#draw();
    }

    #clicked(event) {
        if (this.#other) this.#wipeTo(event);
        else if (this.#drawn) this.#follow(cellAt(this.#drawn, this.#details.summary.size, this.#place(event)));
    }

    /** Follows the image of a cell over time; null for none. */
    #follow(cell) {
        this.#followed = cell;
        byId("seed").hidden = !cell;
        if (!this.#details) return;
        this.#draw();
        this.#showStrip();
    }

    #drawFollowed(context, image) {
        if (!this.#followed) return;
        const { x, y, width, height } = cellRectangle(image, this.#details.summary.size, this.#followed);
        const large = byId("seed-large").getContext("2d");
        large.imageSmoothingEnabled = false;
        large.clearRect(0, 0, 256, 256);
        large.drawImage(image, x, y, width, height, ...within(width, height, 256));
        context.strokeStyle = color("accent");
        context.lineWidth = 2;
        context.strokeRect(x - 1, y - 1, width + 2, height + 2);
    }

    /** Some moments of the followed image, spread over the training. */
    async #showStrip() {
        if (!this.#followed) return;
        const { sheets, summary } = this.#details;
        const followed = this.#followed;
        byId("seed-title").textContent = `Image ${followed.index + 1} of the sheet, over time`;
        const count = Math.min(STRIP_LENGTH, sheets.length);
        const chosen = Array.from({ length: count }, (_, index) =>
            sheets[count > 1 ? Math.round(index * (sheets.length - 1) / (count - 1)) : 0]);
        const images = await Promise.all(chosen.map((sheet) => this.#images.load(sheetAddress(summary.id, sheet))));
        if (followed !== this.#followed) return;
        byId("seed-strip").replaceChildren(...chosen.map((sheet, index) => {
            const canvas = element("canvas", { width: STRIP_CELL, height: STRIP_CELL, class: "pixels" });
            const { x, y, width, height } = cellRectangle(images[index], summary.size, followed);
            canvas.getContext("2d")
                .drawImage(images[index], x, y, width, height, ...within(width, height, STRIP_CELL));
            return element("button", { type: "button", "aria-label": `Go to step ${sheet.step}`,
                onclick: () => this.goToStep(sheet.step) }, canvas, grouped(sheet.step));
        }));
    }
}

/** Where an image lies in the middle of a square. */
function within(width, height, square) {
    const scale = square / Math.max(width, height);
    const [wide, tall] = [width * scale, height * scale];
    return [(square - wide) / 2, (square - tall) / 2, wide, tall];
}
