// The training images nearest to a sample: does the generator repeat them?

import { byId, element } from "/web/shared/dom.js";
import { decodePixels, toImageData } from "/web/shared/pixels.js";
import { draw } from "./generator.js";
import { startJob } from "./job.js";

const REST = 200;

export class Nearest {
    #generator;
    #asked = null;
    #job = null;
    #timer = null;

    constructor(generator) { this.#generator = generator; }

    /** Looks for the neighbors of a point, once it rests; null stops looking. */
    show(point) {
        const asked = point && JSON.stringify([point, this.#generator.choice]);
        if (asked === this.#asked) return;
        this.#asked = asked;
        clearTimeout(this.#timer);
        this.#job?.cancel();
        if (point) this.#timer = setTimeout(() => this.#look(point), REST);
    }

    async #look(point) {
        byId("nearest-note").textContent = "Comparing with the training images";
        byId("nearest-list").setAttribute("aria-busy", "true");
        const job = startJob("/api/latents/neighbors", { generator: this.#generator.choice, point }, (message) => {
            if (message instanceof ArrayBuffer) return decodePixels(message);
            byId("nearest-note").textContent = `Reading the training images: ${Math.round(100 * message.share)} %`;
            return undefined;
        });
        this.#job = job;
        try {
            const found = await job.done;
            if (found) this.#present(found);
        } catch (error) {
            byId("nearest-list").replaceChildren();
            byId("nearest-note").textContent = sentence(error.message);
        }
        if (this.#job === job) byId("nearest-list").removeAttribute("aria-busy");
    }

    #present({ header, images }) {
        const { names, distances, areMirrored, usual } = header;
        byId("nearest-list").replaceChildren(...images.map((image, index) => {
            const canvas = element("canvas", { role: "img", "aria-label": `Training image ${names[index]}` });
            draw(canvas, toImageData(image));
            return element("figure", { title: names[index] }, canvas, element("figcaption", {},
                element("b", {}, distances[index].toFixed(1)), ` ${names[index]}${areMirrored[index] ? ", mirrored" : ""}`));
        }));
        byId("nearest-note").textContent = words(distances[0], usual);
    }
}

function words(distance, usual) {
    const own = `The nearest training image differs by ${distance.toFixed(1)} of 255 (root mean square of the pixels)`;
    if (usual === undefined || usual === null) return `${own}.`;
    const others = `${own}; training images differ by ${usual.toFixed(1)} from each other's nearest (median)`;
    return distance < usual / 2 ? `${others}: this one may repeat it.` : `${others}: this one repeats none.`;
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;
