// States to go back to.

const MOST = 60;

export class Undo {
    constructor() {
        this.past = [];
        this.future = [];
    }

    /** Remembers a state before it is changed. */
    keep(state) {
        this.past.push(state);
        if (this.past.length > MOST) this.past.shift();
        this.future = [];
    }

    /** The state before, for which `present` can be come back to; undefined if there is none. */
    back(present) {
        if (!this.past.length) return undefined;
        this.future.push(present);
        return this.past.pop();
    }

    /** The state that was gone back from. */
    forth(present) {
        if (!this.future.length) return undefined;
        this.past.push(present);
        return this.future.pop();
    }
}
