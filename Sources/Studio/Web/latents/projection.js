// Photos become samples: each is projected into the generator's space while one looks on.

import { attempt, notice, post } from "/web/shared/api.js";
import { byId, duration } from "/web/shared/dom.js";
import { decodePixels, encodePixels, toImageData } from "/web/shared/pixels.js";
import { draw } from "./generator.js";
import { startJob } from "./job.js";

const isArray = (file) => file.name.toLowerCase().endsWith(".npy");

export class Projection {
    #generator;
    #onFound;
    #waiting = [];
    #job = null;

    /** @param {(points: object[]) => void} onFound gets samples of photos, and those of files of vectors */
    constructor(generator, onFound) {
        this.#generator = generator;
        this.#onFound = onFound;
        byId("photo").addEventListener("change", (event) => {
            this.#add([...event.target.files]);
            event.target.value = "";
        });
        byId("projection-end").addEventListener("click", () => this.end());
        this.#takeDrops();
    }

    /** Cancels what goes on, or puts away what was found. */
    end() {
        this.#waiting = [];
        this.#job?.cancel();
        byId("projection").hidden = true;
    }

    #takeDrops() {
        const holdsFiles = (event) => event.dataTransfer.types.includes("Files");
        const over = (isOver) => byId("samples").classList.toggle("over", isOver);
        addEventListener("dragover", (event) => {
            if (!holdsFiles(event)) return;
            event.preventDefault();
            over(true);
        });
        addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
        addEventListener("drop", (event) => {
            if (!holdsFiles(event)) return;
            event.preventDefault();
            over(false);
            this.#add([...event.dataTransfer.files]);
        });
    }

    async #add(files) {
        const isBusy = this.#waiting.length > 0 || this.#job;
        this.#waiting.push(...files);
        if (isBusy) return;
        while (this.#waiting.length) {
            const [file] = this.#waiting;
            await attempt(() => (isArray(file) ? this.#read(file) : this.#project(file)));
            this.#waiting.shift();
        }
    }

    async #read(file) {
        const { checkpoint } = this.#generator.choice;
        const vectors = await post(`/api/latents/read-npy/${checkpoint}`, file);
        const named = (index) => (vectors.length === 1 ? file.name : `${file.name} ${index + 1}`);
        this.#onFound(vectors.map((numbers, index) => ({ numbers, checkpoint, name: named(index) })));
    }

    async #project(file) {
        const { choice } = this.#generator;
        const photo = decodePixels(await (await post(`/api/latents/photo/${choice.checkpoint}`, file)).arrayBuffer());
        this.#begin(file, photo.images[0]);
        this.#job = startJob("/api/latents/project", encodePixels(choice, photo.images), (message) => {
            const { header, images } = decodePixels(message);
            this.#show(header, images[0]);
            return header.share === 1 ? header : undefined;
        });
        try {
            const found = await this.#job.done;
            if (found) this.#finish(file, found, choice);
        } catch (error) {
            byId("projection").hidden = true;
            throw error;
        } finally {
            this.#job = null;
        }
    }

    #begin(file, photo) {
        byId("projection").hidden = false;
        draw(byId("projection-photo"), toImageData(photo));
        const { width, height } = photo;
        draw(byId("projection-image"), new ImageData(width, height));
        byId("projection-name").textContent = file.name;
        byId("projection-share").hidden = false;
        byId("projection-share").removeAttribute("value");
        byId("projection-text").textContent = "Looking for samples that are like it";
        byId("projection-end").textContent = "Cancel";
        byId("projection-command").textContent =
            `gan project ${this.#generator.argument} photo.png --out pair.png --save photo.npy`;
    }

    #show({ share, secondsLeft, difference }, image) {
        draw(byId("projection-image"), toImageData(image));
        byId("projection-share").value = share;
        byId("projection-text").textContent =
            `${duration(secondsLeft)} left. Pixels differ by ${difference.toFixed(1)} of 255.`;
    }

    #finish(file, { numbers, difference }, { checkpoint }) {
        byId("projection-share").hidden = true;
        byId("projection-text").textContent = `A sample now. Pixels differ by ${difference.toFixed(1)} of 255.`;
        byId("projection-end").textContent = "Close";
        notice(`${file.name} is a sample now, among those kept.`);
        this.#onFound([{ numbers, checkpoint, name: file.name }]);
    }
}
