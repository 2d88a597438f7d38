// `gan toy` commands: what they say becomes settings.

const KEYS = {
    "objective": "objective", "regularization-interval": "regularizationInterval", "optimizer": "optimizer",
    "beta1": "beta1", "beta2": "beta2", "g-lr": "generatorRate", "d-lr": "discriminatorRate",
    "critic-steps": "criticSteps", "discriminator-strength": "discriminatorStrength", "normalization": "normalization",
    "instance-noise": "instanceNoise", "label-smoothing": "labelSmoothing", "pack": "pack", "latent": "latentSize",
    "width": "width", "depth": "depth", "batch": "batchSize", "seed": "seed",
};
/** Options that say when it ends and what it writes. */
const IGNORED = ["steps", "out", "frames", "decay-from", "threads"];
const FLAGS = ["apng", "overwrite"];
/** What losses and regularizers were published with, and bring along unless it is said otherwise. */
const PARTNERS = { clip: "wgan", "gradient-penalty": "wgan-gp", r1: "r1", r2: "r1", dragan: "dragan", spectral: "sngan" };

/** The settings that a `gan toy` command stands for; throws an Error that says what is not understood. */
export function parseCommand(text, options) {
    const words = text.replaceAll(/\\\s*\n/g, " ").trim().split(/\s+/);
    if (words[0] !== "gan" || words[1] !== "toy") throw new Error("A command of the arena begins with gan toy.");
    const given = readOptions(words.slice(2));
    const base = options.recipes.find(({ name }) => name === presetOf(given));
    if (given.preset && !base && given.preset !== "points") throw new Error(`There is no preset ${given.preset}.`);
    const settings = structuredClone(base?.settings ?? options.settings);
    if (given.data) settings.data = given.data;
    if (given.regularizers.length) {
        settings.regularizers = [];
        settings.spectral = given.regularizers.some(({ kind }) => kind === "spectral");
        for (const { kind, strength } of given.regularizers) {
            const known = options.regularizers.find(({ name }) => name === kind);
            if (known) settings.regularizers.push({ kind, strength: strength ?? known.strength });
        }
    }
    for (const [key, value] of Object.entries(given.settings)) {
        const isNumber = typeof options.settings[key] === "number";
        settings[key] = isNumber ? Number(value) : value;
    }
    return settings;
}

function presetOf({ preset, regularizers, settings }) {
    if (preset) return preset;
    const partner = regularizers.map(({ kind }) => PARTNERS[kind]).find(Boolean);
    return partner ?? (settings.objective === "wasserstein" ? "wgan-gp" : null);
}

function readOptions(words) {
    const given = { data: null, preset: null, regularizers: [], settings: {} };
    while (words.length) {
        const word = words.shift();
        if (!word.startsWith("--")) {
            given.data = word;
            continue;
        }
        let [, name, value] = word.match(/^--([^=]+)(?:=(.*))?$/);
        if (FLAGS.includes(name)) continue;
        if (name === "minibatch-deviation" || name === "no-minibatch-deviation") {
            given.settings.minibatchDeviation = name[0] === "m";
            continue;
        }
        value ??= words.shift();
        if (value === undefined) throw new Error(`--${name} lacks its value.`);
        if (name === "lr") given.settings.generatorRate = given.settings.discriminatorRate = value;
        else if (name === "preset") given.preset = value;
        else if (name === "regularizer") given.regularizers.push(regularizer(value));
        else if (KEYS[name]) given.settings[KEYS[name]] = value;
        else if (!IGNORED.includes(name)) throw new Error(`The arena has no --${name}.`);
    }
    return given;
}

function regularizer(text) {
    const [kind, strength] = text.split("=");
    return { kind, strength: strength === undefined ? null : Number(strength) };
}
