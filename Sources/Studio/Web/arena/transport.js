// Train, pause, single steps, slow motion, and looking back.

import { byId, element } from "/web/shared/dom.js";
import { PHASES, sentence } from "./phases.js";

const KEYS = { " ": "train", s: "step-both", d: "step-discriminator", g: "step-generator", m: "slow", r: "restart" };

export class Transport {
    /** `send` sends a request to the session. */
    constructor(send) {
        this.send = send;
        this.mode = "paused";
        this.phase = null;
        this.looksBack = false;
        byId("train").addEventListener("click", () => this.go(this.mode === "training" ? "paused" : "training"));
        byId("slow").addEventListener("click", () => this.go(this.mode === "slow" ? "paused" : "slow"));
        for (const step of ["both", "discriminator", "generator"]) {
            byId(`step-${step}`).addEventListener("click", () => {
                this.returnToNow();
                send({ step });
            });
        }
        byId("restart").addEventListener("click", () => {
            this.returnToNow();
            send({ restart: true });
        });
        byId("history").addEventListener("input", () => this.look(Number(byId("history").value)));
        byId("now").addEventListener("click", () => this.look(Number(byId("history").max)));
        byId("phases").append(...PHASES.map(({ title }) => element("li", {}, title)));
        document.addEventListener("keydown", (event) => this.key(event));
        this.show();
    }

    go(mode) {
        this.returnToNow();
        this.send({ mode });
    }

    pause() {
        this.send({ mode: "paused" });
    }

    /** Shows the frame at a place of the history; the training waits. */
    look(place) {
        const isNow = place >= Number(byId("history").max);
        if (!this.looksBack) this.pause();
        this.looksBack = !isNow;
        this.send({ show: place });
        this.show();
    }

    returnToNow() {
        if (!this.looksBack) return;
        this.looksBack = false;
        byId("history").value = byId("history").max;
        this.send({ show: Number(byId("history").max) });
    }

    key(event) {
        const isTyping = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
        const isPressed = event.key === " " && event.target.closest("button, summary, a, input");
        if (isTyping || isPressed || event.ctrlKey || event.metaKey || event.altKey) return;
        const button = byId(KEYS[event.key.toLowerCase()] ?? "");
        if (!button) return;
        event.preventDefault();
        button.click();
    }

    begin() {
        this.looksBack = false;
        this.show();
    }

    lost() {
        this.mode = "paused";
        this.show();
    }

    frame({ phase, views }) {
        this.step = views[0].step;
        if (phase === this.phase && !this.looksBack) return;
        this.phase = phase;
        this.show();
    }

    status({ mode, frames, stepsPerSecond }) {
        this.mode = mode;
        const slider = byId("history");
        slider.max = Math.max(0, frames - 1);
        slider.disabled = frames < 2;
        if (!this.looksBack) slider.value = slider.max;
        byId("rate").textContent = stepsPerSecond > 0 ? `${Math.round(stepsPerSecond)} steps a second` : "";
        this.show();
    }

    show() {
        byId("train").textContent = this.mode === "training" ? "Pause" : "Train";
        byId("slow").setAttribute("aria-pressed", String(this.mode === "slow"));
        const text = this.looksBack ? "Looking back at what was. Train or step to go on from now." : sentence(this.phase, this.mode);
        if (byId("sentence").textContent !== text) byId("sentence").textContent = text;
        byId("now").hidden = !this.looksBack;
        byId("place").textContent = this.looksBack ? `step ${this.step ?? 0}` : "now";
        const current = PHASES.findIndex(({ name }) => name === this.phase);
        byId("phases").hidden = current < 0;
        [...byId("phases").children].forEach((item, index) => {
            if (index === current) item.setAttribute("aria-current", "step");
            else item.removeAttribute("aria-current");
        });
    }
}
