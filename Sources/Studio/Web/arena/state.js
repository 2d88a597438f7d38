// What the page's address holds: settings that differ from the defaults, the second training's loss, drawn points.

const LAYERS = ["map", "boundary", "reals", "generated", "pulls", "manifold"];
const SHOWN = ["map", "boundary", "reals", "generated", "pulls"];
/** More points would make an address that cannot be passed on. */
const MOST_POINTS = 400;

/** The state of a page without an address of its own. */
export function defaultState(options) {
    return {
        settings: structuredClone(options.settings),
        // Of the second training: what it does otherwise; null for one training alone.
        other: null,
        points: [],
        layers: Object.fromEntries(LAYERS.map((layer) => [layer, SHOWN.includes(layer)])),
        average: false,
        speed: 0,
    };
}

/** The settings of each training. */
export function trainings({ settings, other }) {
    return other ? [settings, { ...settings, ...other }] : [settings];
}

/** The state that an address holds; what it does not name has its default, and what it names wrongly as well. */
export function readState(options, hash) {
    const state = defaultState(options);
    const fields = new URLSearchParams(hash.replace(/^#/, ""));
    for (const [key, usual] of Object.entries(options.settings)) {
        if (fields.has(key)) state.settings[key] = parse(fields.get(key), usual);
    }
    if (fields.has("vs")) {
        state.other = {
            objective: fields.get("vs"),
            regularizers: parse(fields.get("vs.regularizers") ?? "", []),
            spectral: fields.get("vs.spectral") === "true",
        };
    }
    if (fields.has("points")) state.points = parsePoints(fields.get("points"));
    if (fields.has("show")) {
        const shown = fields.get("show").split(",");
        for (const layer of LAYERS) state.layers[layer] = shown.includes(layer);
    }
    state.average = fields.get("average") === "true";
    state.speed = Number(fields.get("speed")) || 0;
    return state;
}

/** The address's part behind the #. */
export function writeState(options, state) {
    const fields = new URLSearchParams();
    for (const [key, usual] of Object.entries(options.settings)) {
        const text = write(state.settings[key]);
        if (text !== write(usual)) fields.set(key, text);
    }
    if (state.other) {
        fields.set("vs", state.other.objective);
        if (state.other.regularizers.length) fields.set("vs.regularizers", write(state.other.regularizers));
        if (state.other.spectral) fields.set("vs.spectral", "true");
    }
    if (state.settings.data === "points" && state.points.length && state.points.length <= MOST_POINTS) {
        fields.set("points", state.points.map((point) => point.map((x) => Math.round(100 * x)).join("_")).join("."));
    }
    const shown = LAYERS.filter((layer) => state.layers[layer]);
    if (shown.join() !== SHOWN.join()) fields.set("show", shown.join());
    if (state.average) fields.set("average", "true");
    if (state.speed) fields.set("speed", String(state.speed));
    return fields.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

function write(value) {
    if (Array.isArray(value)) return value.map(({ kind, strength }) => `${kind}:${strength}`).join(",");
    return String(value);
}

function parse(text, usual) {
    if (Array.isArray(usual)) {
        return text.split(",").filter(Boolean).map((part) => {
            const [kind, strength] = part.split(":");
            return { kind, strength: Number(strength) || 0 };
        });
    }
    if (typeof usual === "boolean") return text === "true";
    if (typeof usual !== "number") return text;
    return Number.isFinite(Number(text)) && text !== "" ? Number(text) : usual;
}

function parsePoints(text) {
    const points = text.split(".").map((point) => point.split("_").map((x) => Number(x) / 100));
    return points.filter((point) => point.length === points[0].length && point.every(Number.isFinite));
}
