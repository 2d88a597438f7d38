// The numbers that can be set, with what each does in a sentence.

/** Those that act at once. */
export const LIVE = [
    {
        key: "discriminatorStrength", label: "Discriminator strength", low: 0.1, high: 10, scale: "log",
        text: "How fast D learns beside G: whole multiples by more steps, the rest by its learning rate.",
    },
    {
        key: "criticSteps", label: "Critic steps", low: 1, high: 10, scale: "whole",
        text: "Steps of the discriminator for each step of the generator.",
    },
    {
        key: "generatorRate", label: "Learning rate of G", low: 1e-5, high: 0.1, scale: "log",
        text: "The length of the generator's steps.",
    },
    {
        key: "discriminatorRate", label: "Learning rate of D", low: 1e-5, high: 0.1, scale: "log",
        text: "The length of the discriminator's steps.",
    },
    {
        key: "instanceNoise", label: "Instance noise", low: 0, high: 1, scale: "linear",
        text: "Deviation of the noise on all points that D sees; 1 is about the data's own.",
    },
    {
        key: "labelSmoothing", label: "Label smoothing", low: 0, high: 0.5, scale: "linear",
        text: "Taken from the target 1 for real points, so that D is never quite sure.",
    },
];

/** Those that make another training. */
export const NETWORKS = [
    { key: "seed", label: "Seed", low: 0, high: 999999, text: "Of first weights, latents and points." },
    { key: "latentSize", label: "Latent numbers", low: 1, high: 64, text: "Numbers in a latent z." },
    { key: "width", label: "Units of a layer", low: 1, high: 512, text: "Of each hidden layer, in both networks." },
    { key: "depth", label: "Hidden layers", low: 1, high: 6, text: "In both networks." },
    { key: "pack", label: "Points seen at once", low: 1, high: 16, text: "By D, against mode collapse (PacGAN)." },
    { key: "batchSize", label: "Batch", low: 2, high: 2048, text: "Points in a step. Acts at once." },
];

const STEPS = 400;

/** The place of a value on a range input of `STEPS` steps. */
export function toSlider({ low, high, scale }, value) {
    if (scale === "whole") return value;
    if (scale === "linear") return Math.round((value - low) / (high - low) * STEPS);
    return Math.round(Math.log(Math.max(value, low) / low) / Math.log(high / low) * STEPS);
}

/** The value at a place of a range input. */
export function fromSlider({ low, high, scale }, place) {
    if (scale === "whole") return Number(place);
    const share = Number(place) / STEPS;
    const value = scale === "linear" ? low + share * (high - low) : low * (high / low) ** share;
    return Number(value.toPrecision(2));
}

/** The lowest, the highest and the step of a knob's range input. */
export function sliderRange({ low, high, scale }) {
    return scale === "whole" ? [low, high, 1] : [0, STEPS, 1];
}
