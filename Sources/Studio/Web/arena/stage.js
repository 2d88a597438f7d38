// One training on the page: its losses, its plane or line, its modes, its figures.

import { element, short } from "/web/shared/dom.js";
import { drawLine } from "./line.js";
import { drawPlane, placer } from "./plane.js";
import { drawStrip, LossRecord } from "./strip.js";
import { sharpContext } from "./sharp.js";

const SVG = "http://www.w3.org/2000/svg";

export class Stage {
    constructor() {
        this.title = element("h2");
        this.modes = element("p", { class: "modes" });
        this.strip = element("canvas", { class: "strip", role: "img" });
        this.canvas = element("canvas", { class: "plane", role: "img" });
        this.overlay = document.createElementNS(SVG, "svg");
        this.overlay.setAttribute("class", "overlay");
        this.overlay.setAttribute("aria-hidden", "true");
        this.figures = element("dl", { class: "figures" });
        this.field = element("div", { class: "field-of-play" }, this.canvas, this.overlay);
        this.node = element(
            "section", { class: "stage panel" }, element("header", {}, this.title, this.modes),
            element("div", { class: "strip-key note", "aria-hidden": "true" },
                element("span", { class: "real" }, "discriminator's loss"),
                element("span", { class: "fake" }, "generator's loss")),
            this.strip, this.field, this.figures);
        this.record = new LossRecord();
    }

    /** Another training begins. */
    begin(layout, settings, equilibrium) {
        Object.assign(this, { layout, equilibrium, settings });
        this.record = new LossRecord();
        this.view = null;
        this.describe(settings, equilibrium);
    }

    /** The training goes on by other settings. */
    describe(settings, equilibrium) {
        Object.assign(this, { settings, equilibrium });
        const regularizers = settings.regularizers.map(({ kind, strength }) => `${kind} ${short(strength)}`);
        if (settings.spectral) regularizers.push("spectral");
        this.title.textContent = [settings.objective, ...regularizers].join(" + ");
    }

    /** Takes a frame's view; `isPast` when the page looks back. */
    show(view, isPast) {
        this.view = view;
        if (!isPast) this.record.add(view.step, view.losses);
    }

    draw(layers, colors) {
        const { view, layout } = this;
        if (!view) return;
        const size = this.field.clientWidth;
        const context = sharpContext(this.canvas, size, size);
        (layout.dimensions === 2 ? drawPlane : drawLine)(context, size, view, layout, layers, colors);
        drawStrip(this.strip, this.record, {
            equilibrium: this.equilibrium, label: equilibriumName(this.equilibrium), step: view.step, colors,
        });
        this.drawModes(size);
        this.tell(view);
    }

    drawModes(size) {
        const { modes, extent } = this.layout;
        const counts = this.view.modeCounts;
        this.overlay.setAttribute("viewBox", `0 0 ${size} ${size}`);
        while (this.overlay.childElementCount > modes.length) this.overlay.lastChild.remove();
        while (this.overlay.childElementCount < modes.length) {
            this.overlay.append(document.createElementNS(SVG, "circle"));
        }
        if (!modes.length) return;
        const place = placer(extent, size);
        modes.forEach((mode, index) => {
            const circle = this.overlay.children[index];
            const [x, y] = place(...mode);
            circle.setAttribute("cx", x);
            circle.setAttribute("cy", y);
            circle.setAttribute("r", Math.max(9, size / 45));
            circle.setAttribute("class", counts && counts[index] === 0 ? "missed" : "covered");
        });
    }

    tell(view) {
        const { losses, modeCounts: counts } = view;
        const covered = counts?.filter((count) => count > 0).length;
        this.modes.textContent = counts ? `${covered} of ${counts.length} modes` : "";
        this.modes.classList.toggle("all", Boolean(counts) && covered === counts.length);
        const shares = counts ? counts.reduce((sum, count) => sum + count, 0) / 2500 : null;
        const rows = [
            ["step", view.step],
            ["D loss", short(losses.discriminator)], ["G loss", short(losses.generator)],
            [view.isLogit ? "D(x)" : "C(x)", short(losses.realScore)],
            [view.isLogit ? "D(G(z))" : "C(G(z))", short(losses.fakeScore)],
        ];
        if (losses.penalty) rows.push(["penalty", short(losses.penalty)]);
        if (shares !== null) rows.push(["high quality", `${Math.round(100 * shares)}%`]);
        this.showFigures(rows);
        const summary = rows.map(([name, value]) => `${name} ${value}`).join(", ");
        this.canvas.setAttribute("aria-label", `Real and generated points. ${this.modes.textContent} ${summary}`);
        this.strip.setAttribute("aria-label", `Losses up to step ${view.step}`);
    }

    /** Changes the figures in place where they have the same names as before. */
    showFigures(rows) {
        const names = rows.map(([name]) => name).join();
        if (names !== this.figureNames) {
            this.figureNames = names;
            this.figures.replaceChildren(...rows.map(([name]) =>
                element("div", {}, element("dt", {}, name), element("dd"))));
        }
        rows.forEach(([, value], index) => {
            this.figures.children[index].lastChild.textContent = String(value);
        });
    }
}

/** The discriminator's loss at the equilibrium, by the name that papers give it. */
function equilibriumName(value) {
    if (Math.abs(value - Math.log(4)) < 1e-9) return "log 4";
    if (Math.abs(value - Math.log(2)) < 1e-9) return "log 2";
    return `${short(value)} at the equilibrium`;
}
