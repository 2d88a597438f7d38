// A slider over moments of a training, with play, steps and arrow keys.

import { element } from "./dom.js";

const FRAMES_PER_SECOND = 6;

/** Whether the space key would press something; what is current already is not chosen again. */
const pressesButton = (target) => target.closest("button, a") && !target.closest("[aria-current]");

/** Plays through positions 0 to `count - 1`; `onChange(position)` is called whenever the position changes. */
export class Transport {
    #slider;
    #play;
    #onChange;
    #timer = null;

    /** @param {HTMLElement} place gets the controls. */
    constructor(place, { label, onChange }) {
        this.#onChange = onChange;
        this.#slider = element("input", {
            type: "range", min: 0, max: 0, value: 0, "aria-label": label,
            oninput: () => { this.stop(); this.#changed(); },
        });
        this.#play = element("button", {
            type: "button", class: "play", "aria-label": "Play", title: "Play (space)", onclick: () => this.toggle(),
        }, "▶");
        place.classList.add("transport");
        place.replaceChildren(
            this.#play,
            element("button", { type: "button", "aria-label": "Previous", title: "Previous (←)",
                onclick: () => this.#go(-1) }, "‹"),
            this.#slider,
            element("button", { type: "button", "aria-label": "Next", title: "Next (→)",
                onclick: () => this.#go(1) }, "›"));
        document.addEventListener("keydown", (event) => this.#key(event, place));
    }

    get position() { return Number(this.#slider.value); }

    get count() { return Number(this.#slider.max) + 1; }

    get isAtEnd() { return this.position === this.count - 1; }

    /** Sets how many positions there are, and where it stands; says nothing. */
    set(count, position, text) {
        this.#slider.max = Math.max(0, count - 1);
        this.#slider.value = position;
        this.#slider.disabled = count < 2;
        if (text) this.#slider.setAttribute("aria-valuetext", text);
    }

    /** Goes somewhere, as if the slider were moved. */
    goTo(position) {
        this.#slider.value = position;
        this.#changed();
    }

    toggle() {
        if (this.#timer) return this.stop();
        if (this.isAtEnd) this.goTo(0);
        this.#timer = setInterval(() => {
            if (this.isAtEnd) this.stop();
            else this.goTo(this.position + 1);
        }, 1000 / FRAMES_PER_SECOND);
        this.#show("❚❚", "Pause");
        return undefined;
    }

    stop() {
        clearInterval(this.#timer);
        this.#timer = null;
        this.#show("▶", "Play");
    }

    #show(sign, label) {
        this.#play.textContent = sign;
        this.#play.setAttribute("aria-label", label);
        this.#play.title = `${label} (space)`;
    }

    #go(by) {
        this.stop();
        this.goTo(this.position + by);
    }

    #changed() { this.#onChange(this.position); }

    /** Keys work anywhere on the page but where they mean something else. */
    #key(event, place) {
        if (!place.offsetParent || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.target.closest("input, select, textarea, dialog")) return;
        if (event.key === "ArrowLeft") this.#go(-1);
        else if (event.key === "ArrowRight") this.#go(1);
        else if (event.key === " " && !pressesButton(event.target)) this.toggle();
        else return;
        event.preventDefault();
    }
}
