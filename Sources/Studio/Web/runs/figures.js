// The plots of a run, and its warnings pinned where they happened.

import { byId, element, grouped } from "/web/shared/dom.js";
import { Plot } from "/web/shared/plot.js";

/** The panels that a run can have, each shown where there are values. */
function panels(details) {
    const reference = details.equilibriumLoss > 0
        ? { value: details.equilibriumLoss, name: "neither wins" } : undefined;
    return [
        { title: "Adversarial losses", adversarial: true, options: { reference }, lines: [
            ["discriminator", "real", (row) => row.discriminatorLoss],
            ["generator", "fake", (row) => row.generatorLoss]] },
        { title: details.outputIsProbability ? "Discriminator output: probability of real" : "Discriminator output",
            adversarial: true,
            options: details.outputIsProbability ? { range: [0, 1], reference: { value: 0.5, name: "undecided" } } : {},
            lines: [["D(x)", "real", (row) => row.realScore], ["D(G(z))", "fake", (row) => row.fakeScore]] },
        { title: "KID to the training images, lower is better", options: {}, lines: [
            ["KID", "accent", (row) => row.kid?.value]] },
        { title: "Difference from held-out targets, lower is better", options: {}, lines: [
            ["mean absolute difference", "accent", (row) => row.difference]] },
        { title: "Distance to held-out images, lower is better", options: {}, lines: [
            ["sliced Wasserstein distance", "accent", (row) => row.distance?.mean]] },
        { title: "Diversity of samples, of real images 1", options: {}, lines: [
            ["diversity", "accent", (row) => row.observation?.diversity]] },
        { title: "Probability of augmentation", options: { range: [0, 1] }, lines: [
            ["p", "accent", (row) => row.augmentation]] },
    ];
}

export class Figures {
    #onSeek;
    #shown = [];

    constructor(onSeek) { this.#onSeek = onSeek; }

    /** Forgets the run before. */
    begin() {
        this.#shown = [];
        byId("plots").replaceChildren();
        byId("warnings").hidden = true;
    }

    show(details, log) {
        const { warnings } = log;
        const marks = warnings.map((warning) => ({ x: warning.step }));
        const extent = [log.rows[0]?.step ?? 0, log.rows.at(-1)?.step ?? 1];
        if (!this.#shown.length) this.#shown = panels(details).map((panel) => ({ ...panel }));
        for (const panel of this.#shown) {
            if (panel.adversarial && !details.isAdversarial) continue;
            const lines = panel.lines.map(([name, color, value]) => log.line(name, color, value));
            if (!lines[0].x.length) continue;
            panel.plot ??= this.#add(panel);
            panel.plot.set(lines, { marks, extent });
        }
        // In their order, whichever had values first.
        byId("plots").append(...this.#shown.flatMap((panel) => panel.element ?? []));
        this.#showWarnings(warnings, details.advice);
    }

    setCursor(step) { for (const panel of this.#shown) panel.plot?.setCursor(step); }

    #add(panel) {
        const canvas = element("canvas", {});
        const names = panel.lines.length > 1
            ? panel.lines.map(([name, color]) => element("span", { class: color }, name)) : [];
        panel.element = element("div", { class: "plot" }, element("h3", {}, panel.title, ...names), canvas);
        byId("plots").append(panel.element);
        return new Plot(canvas, { ...panel.options, onSeek: this.#onSeek });
    }

    #showWarnings(warnings, advice) {
        byId("warnings").hidden = !warnings.length;
        byId("warning-list").replaceChildren(...warnings.toReversed().map((warning) => element("li", { class: "warning" },
            element("button", { type: "button", onclick: () => this.#onSeek(warning.step) }, `Step ${grouped(warning.step)}`),
            `${warning.message[0].toUpperCase()}${warning.message.slice(1)}. ${advice[warning.kind] ? `Try ${advice[warning.kind]}.` : ""}`)));
    }
}
