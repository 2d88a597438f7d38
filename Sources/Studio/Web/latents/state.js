// What the page stands for, with undo: one object that is replaced, never changed.

const FRESH = { tool: "walk", walk: { ends: [{ seed: 0 }, { seed: 1 }], share: 0.5 },
    pad: { corners: [{ seed: 0 }, { seed: 1 }, { seed: 2 }], weights: [1 / 3, 1 / 3, 1 / 3] },
    sum: { plus: [{ seed: 0 }, { seed: 1 }], minus: [{ seed: 2 }] },
    mix: { ends: [{ seed: 0 }, { seed: 1 }], crossover: 4 },
    attributes: { base: { seed: 0 }, list: [], with: [], without: [] },
    truncation: 1, noise: true, kept: [] };
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
    const { tool, walk, pad, sum, mix, attributes } = state;
    switch (tool) {
    case "walk": return { walk: walk.ends, share: walk.share };
    case "pad": return { blend: pad.corners, weights: pad.weights };
    case "sum": return sum.plus.length ? { plus: sum.plus, minus: sum.minus } : null;
    case "mix": return { mix: mix.ends, crossover: mix.crossover };
    default: {
        const moves = attributes.list.filter((attribute) => attribute.amount !== 0)
            .map(({ with: examples, without, amount }) => ({ with: examples, without, amount }));
        return moves.length ? { moved: attributes.base, by: moves } : attributes.base;
    }
    }
}
