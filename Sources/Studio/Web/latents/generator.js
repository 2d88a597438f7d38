// The chosen generator: images of points, one that follows a slider and many that are kept.

import { attempt, notice, post } from "/web/shared/api.js";
import { decodePixels, toImageData } from "/web/shared/pixels.js";
import { openSocket } from "/web/shared/socket.js";

const MEASURED = 200;

export class Generator {
    /** What images are made with: checkpoint, class, truncation, noise. */
    choice = null;
    /** What a command names the checkpoint by. */
    argument = "";
    #socket;
    #turn = 0;
    #shown = 0;
    #sent = new Map();
    #latencies = [];
    #wanted = null;
    #onImage;
    #waiting = [];
    #thumbnails = new Map();

    /** @param {(image: ImageData) => void} onImage gets the newest image that was asked for by `follow` */
    constructor(onImage) {
        this.#onImage = onImage;
        this.#socket = openSocket("/api/latents/session", {
            onMessage: (message) => this.#received(message),
            onOpen: () => { if (this.#wanted) this.follow(this.#wanted); },
        });
    }

    /** Asks for an image; of several that are waiting only the newest is made. */
    follow(point) {
        this.#wanted = point;
        if (!this.choice) return;
        this.#turn += 1;
        this.#sent.set(this.#turn, performance.now());
        this.#socket.send({ generator: this.choice, point, turn: this.#turn });
    }

    #received(message) {
        if (!(message instanceof ArrayBuffer)) return notice(message.error);
        const { header, images } = decodePixels(message);
        if (header.turn < this.#shown) return undefined;
        this.#shown = header.turn;
        this.#onImage(toImageData(images[0]));
        this.#measure(header.turn);
        return undefined;
    }

    /** Notes the time from the request to the frame that shows its image. */
    #measure(turn) {
        const start = this.#sent.get(turn);
        for (const earlier of this.#sent.keys()) if (earlier <= turn) this.#sent.delete(earlier);
        requestAnimationFrame(() => {
            this.#latencies.push(performance.now() - start);
            if (this.#latencies.length > MEASURED) this.#latencies.shift();
        });
    }

    /** Milliseconds from request to screen that 95 of 100 images took at most, and of how many; null before ten. */
    get latency() {
        const sorted = this.#latencies.toSorted((a, b) => a - b);
        if (sorted.length < 10) return null;
        return { p95: sorted[Math.ceil(0.95 * sorted.length) - 1], count: sorted.length };
    }

    /** A canvas with the image of a point, which is drawn when it is made. */
    thumbnail(point) {
        const canvas = document.createElement("canvas");
        canvas.width = 64;
        canvas.height = 64;
        this.#thumbnails.set(canvas, point);
        this.#load([[canvas, point]]);
        return canvas;
    }

    /** Makes all images anew that the page still shows. */
    refresh() {
        for (const canvas of this.#thumbnails.keys()) if (!canvas.isConnected) this.#thumbnails.delete(canvas);
        this.#load([...this.#thumbnails]);
    }

    /** Asks for those that are wanted now in one request. */
    #load(entries) {
        if (!this.#waiting.length) setTimeout(() => this.#loadWaiting(), 0);
        this.#waiting.push(...entries);
    }

    async #loadWaiting() {
        const entries = this.#waiting;
        this.#waiting = [];
        const choice = this.choice;
        if (!choice) return;
        for (let first = 0; first < entries.length; first += 64) {
            const part = entries.slice(first, first + 64);
            const blob = await attempt(() => post("/api/latents/images",
                { generator: choice, points: part.map(([, point]) => point) }));
            if (!blob || choice !== this.choice) return;
            const { images } = decodePixels(await blob.arrayBuffer());
            part.forEach(([canvas], index) => draw(canvas, toImageData(images[index])));
        }
    }
}

export function draw(canvas, image) {
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext("2d").putImageData(image, 0, 0);
}
