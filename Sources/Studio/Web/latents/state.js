// What the page stands for, with undo: one object that is replaced, never changed.

/** All layers from one on; those that a generator has not do not count. */
export const layersFrom = (first) => Array.from({ length: 64 - first }, (_, index) => first + index);

const seeds = (...numbers) => numbers.map((seed) => ({ seed }));

const FRESH = { tool: "walk", walk: { ends: seeds(0, 1), share: 0.5, frames: 16, isLoop: true },
    pad: { corners: seeds(0, 1, 2), weights: [1 / 3, 1 / 3, 1 / 3] },
    sum: { plus: seeds(0, 1), minus: seeds(2) },
    mix: { ends: seeds(0, 1), layers: layersFrom(4), isTable: false, rows: seeds(0, 1, 2), columns: seeds(3, 4, 5, 6) },
    attributes: { base: { seed: 0 }, list: [], with: [], without: [] },
    nearest: { sample: { seed: 0 } },
    truncation: 1, cutoff: null, noise: true, kept: [] };
const GESTURE = 700;

export class State {
    #now = FRESH;
    #past = [];
    #future = [];
    #gesture = { name: null, time: 0 };
    #listeners = [];

    get now() { return this.#now; }

    get canUndo() { return this.#past.length > 0; }

    get canRedo() { return this.#future.length > 0; }

    onChange(listener) { this.#listeners.push(listener); }

    /**
     * Changes some parts.
     * @param {object} parts
     * @param {string|null} gesture of changes that follow fast upon each other, which are undone together
     */
    change(parts, gesture = null) {
        const time = performance.now();
        const goesOn = gesture && gesture === this.#gesture.name && time - this.#gesture.time < GESTURE;
        if (!goesOn) this.#past.push(this.#now);
        this.#future = [];
        this.#gesture = { name: gesture, time };
        this.#now = { ...this.#now, ...parts };
        this.#tell();
    }

    /** Changes every state there is, also those that undoing leads to; says nothing. */
    rewrite(transform) {
        this.#now = transform(this.#now);
        this.#past = this.#past.map(transform);
        this.#future = this.#future.map(transform);
    }

    undo() { this.#travel(this.#past, this.#future); }

    redo() { this.#travel(this.#future, this.#past); }

    #travel(from, to) {
        if (!from.length) return;
        to.push(this.#now);
        this.#now = from.pop();
        this.#gesture.name = null;
        this.#tell();
    }

    #tell() { for (const listener of this.#listeners) listener(this.#now); }
}

/** The point in latent space that the chosen tool makes, or null while something is missing. */
export function pointOf(state) {
    const { tool, walk, pad, sum, mix, attributes, nearest } = state;
    switch (tool) {
    case "walk": return { walk: walk.ends, share: walk.share };
    case "pad": return { blend: pad.corners, weights: pad.weights };
    case "sum": return sum.plus.length ? { plus: sum.plus, minus: sum.minus } : null;
    case "mix": return { mix: mix.ends, layers: mix.layers };
    case "nearest": return nearest.sample;
    default: {
        const moves = attributes.list.filter((attribute) => attribute.amount !== 0)
            .map(({ direction, with: examples, without, amount }) =>
                (direction ? { direction, amount } : { with: examples, without, amount }));
        return moves.length ? { moved: attributes.base, by: moves } : attributes.base;
    }
    }
}

/** Whether a sample or direction means nothing to a generator: it holds another one's numbers, or styles to mix. */
function isForeign(value, { checkpoint, hasStyles }) {
    if (!value || typeof value !== "object") return false;
    if (value.checkpoint && value.checkpoint !== checkpoint) return true;
    if (value.mix && !hasStyles) return true;
    return Object.values(value).some((part) => isForeign(part, { checkpoint, hasStyles }));
}

/** A state without what means nothing to a generator. */
export function fitted(state, generator) {
    const tray = (points) => points.filter((point) => !isForeign(point, generator));
    const slots = (points) => points.map((point, seed) => (isForeign(point, generator) ? { seed } : point));
    const { walk, pad, sum, mix, attributes, nearest, kept } = state;
    return { ...state, walk: { ...walk, ends: slots(walk.ends) }, pad: { ...pad, corners: slots(pad.corners) },
        sum: { plus: tray(sum.plus), minus: tray(sum.minus) },
        mix: { ...mix, ends: slots(mix.ends), rows: tray(mix.rows), columns: tray(mix.columns) },
        attributes: { base: slots([attributes.base])[0], list: tray(attributes.list), with: tray(attributes.with),
            without: tray(attributes.without) },
        nearest: { sample: slots([nearest.sample])[0] }, kept: tray(kept), cutoff: null };
}
