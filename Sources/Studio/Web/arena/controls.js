// The panel of settings.

import { byId, element, short } from "/web/shared/dom.js";
import { fromSlider, LIVE, NETWORKS, sliderRange, toSlider } from "./knobs.js";

/**
 * Builds the panel for the studio's options. `change(edit)` is called with a function that edits the state; `update`
 * of what is returned shows a state.
 */
export function buildControls(options, change) {
    const parts = [
        dataPart(options, change), lossPart(options, change), balancePart(options, change),
        networksPart(options, change),
    ];
    return { update: (state) => parts.forEach((part) => part(state)) };
}

function dataPart(options, change) {
    const select = byId("data");
    select.replaceChildren(
        ...options.distributions.map(({ name, dimensions }) =>
            element("option", { value: name }, `${name}${dimensions === 1 ? " (on the line)" : ""}`)),
        element("option", { value: "points" }, "drawn points or a file"));
    select.addEventListener("change", () => change((state) => { state.settings.data = select.value; }));
    return ({ settings, points }) => {
        select.value = settings.data;
        byId("drawing").hidden = settings.data !== "points";
        byId("drawn").textContent = points.length === 1 ? "1 point drawn." : `${points.length} points drawn.`;
    };
}

function lossPart(options, change) {
    const recipe = byId("recipe");
    recipe.replaceChildren(
        element("option", { value: "" }, "choose…"),
        ...options.recipes.map(({ name }) => element("option", { value: name }, name)));
    recipe.addEventListener("change", () => {
        const chosen = options.recipes.find(({ name }) => name === recipe.value);
        const kept = ["data", "seed", "latentSize", "width", "depth", "batchSize"];
        change((state) => {
            for (const [key, value] of Object.entries(chosen.settings)) {
                if (!kept.includes(key)) state.settings[key] = structuredClone(value);
            }
        });
        recipe.value = "";
    });
    const own = lossFields(options, "a", (edit) => change((state) => edit(state.settings, state)));
    const other = lossFields(options, "b", (edit) => change((state) => edit(state.other, state)));
    byId("loss").append(own.node);
    byId("other-loss").append(other.node);
    const compare = byId("compare");
    compare.addEventListener("change", () => change((state) => {
        const objective = state.settings.objective === "minimax" ? "non-saturating" : "minimax";
        state.other = compare.checked ? { objective, regularizers: [], spectral: false } : null;
    }));
    return (state) => {
        compare.checked = Boolean(state.other);
        byId("other-loss").hidden = !state.other;
        own.update(state.settings, state);
        if (state.other) other.update(state.other, state);
    };
}

/** Loss and regularizers of one training; `change(edit)` edits where they are kept. */
function lossFields(options, side, change) {
    const objective = element(
        "select", { id: `objective-${side}` },
        ...options.objectives.map(({ name }) => element("option", { value: name }, name)));
    objective.addEventListener("change", () => change((place, state) => {
        place.objective = objective.value;
        const names = [state.settings, state.other].filter(Boolean).map((each) => each.objective);
        const smooths = options.objectives.every(({ name, hasTargets }) => hasTargets || !names.includes(name));
        if (!smooths) state.settings.labelSmoothing = 0;
    }));
    const boxes = options.regularizers.map((regularizer) => regularizerField(regularizer, side, change));
    const spectral = element("input", { type: "checkbox", id: `spectral-${side}` });
    spectral.addEventListener("change", () => change((place) => { place.spectral = spectral.checked; }));
    const node = element(
        "div", { class: "stack tight" },
        element("label", { class: "field" }, "Adversarial loss", objective),
        element("fieldset", {}, element("legend", {}, "Regularizers of the discriminator"),
            ...boxes.map((box) => box.node),
            element("label", { class: "check" }, spectral, "spectral normalization")));
    return {
        node,
        update(place, { settings }) {
            objective.value = place.objective;
            spectral.checked = place.spectral;
            for (const box of boxes) box.update(place, settings);
        },
    };
}

function regularizerField({ name, strength, isPenalty }, side, change) {
    const id = `${name}-${side}`;
    const box = element("input", { type: "checkbox", id });
    const amount = element("input", {
        type: "number", value: strength, min: 0, step: "any", id: `${id}-strength`,
        "aria-label": name === "clip" ? "Limit of clip" : `Weight of ${name}`,
    });
    const apply = () => change((place, state) => {
        place.regularizers = place.regularizers.filter(({ kind }) => kind !== name);
        const value = Number(amount.value);
        if (box.checked) place.regularizers.push({ kind: name, strength: Number.isFinite(value) ? value : strength });
        // A penalty on gradients of single points and BatchNorm exclude each other.
        if (box.checked && isPenalty && state.settings.normalization === "batch") state.settings.normalization = "none";
    });
    box.addEventListener("change", apply);
    amount.addEventListener("change", apply);
    return {
        node: element("div", { class: "regularizer" },
            element("label", { class: "check" }, box, name), amount),
        update(place) {
            const present = place.regularizers.find(({ kind }) => kind === name);
            box.checked = Boolean(present);
            if (present) amount.value = present.strength;
            amount.disabled = !present;
        },
    };
}

function balancePart(options, change) {
    const updates = LIVE.map((knob) => {
        const [min, max, step] = sliderRange(knob);
        const value = element("output", { for: knob.key });
        const slider = element("input", { type: "range", id: knob.key, min, max, step });
        slider.addEventListener("input", () => change((state) => {
            state.settings[knob.key] = fromSlider(knob, slider.value);
        }));
        const field = element(
            "div", { class: "knob" },
            element("label", { for: knob.key }, knob.label), value, slider,
            element("small", { class: "hint", id: `${knob.key}-hint` }, knob.text));
        slider.setAttribute("aria-describedby", `${knob.key}-hint`);
        byId("balance").append(field);
        return (state) => {
            slider.value = toSlider(knob, state.settings[knob.key]);
            value.textContent = short(state.settings[knob.key]);
            slider.setAttribute("aria-valuetext", value.textContent);
            if (knob.key === "labelSmoothing") slider.disabled = !hasTargets(options, state);
        };
    });
    return (state) => updates.forEach((update) => update(state));
}

function hasTargets(options, { settings, other }) {
    return [settings, other].filter(Boolean).every(({ objective }) =>
        options.objectives.find(({ name }) => name === objective)?.hasTargets);
}

function networksPart(options, change) {
    const place = byId("networks");
    const numbers = NETWORKS.map(({ key, label, low, high, text }) => {
        const input = element("input", { type: "number", id: key, min: low, max: high, step: 1 });
        input.addEventListener("change", () => change((state) => { state.settings[key] = Number(input.value); }));
        place.append(element("label", { class: "field" }, label, input, element("small", {}, text)));
        return (state) => { input.value = state.settings[key]; };
    });
    const betas = ["beta1", "beta2"].map((key, index) => {
        const input = element("input", { type: "number", id: key, min: 0, max: 0.9999, step: "any" });
        input.addEventListener("change", () => change((state) => { state.settings[key] = Number(input.value); }));
        place.append(element("label", { class: "field" }, `Adam's ${index ? "second" : "first"} beta`, input));
        return (state) => {
            input.value = state.settings[key];
            input.disabled = state.settings.optimizer !== "adam";
        };
    });
    const choices = [
        ["optimizer", "Optimizer", options.optimizers], ["normalization", "Normalization of D", options.normalizations],
    ].map(([key, label, names]) => {
        const select = element("select", { id: key }, ...names.map((name) => element("option", { value: name }, name)));
        select.addEventListener("change", () => change((state) => { state.settings[key] = select.value; }));
        place.append(element("label", { class: "field" }, label, select));
        return (state) => { select.value = state.settings[key]; };
    });
    const deviation = element("input", { type: "checkbox", id: "minibatchDeviation" });
    deviation.addEventListener("change", () => change((state) => {
        state.settings.minibatchDeviation = deviation.checked;
    }));
    place.append(element("label", { class: "check" }, deviation, "Minibatch deviation: D sees how much a batch differs"));
    return (state) => {
        for (const update of [...numbers, ...betas, ...choices]) update(state);
        deviation.checked = state.settings.minibatchDeviation;
    };
}
