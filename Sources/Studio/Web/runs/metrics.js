// The rows of a run's metrics.jsonl, as they come.

/** Reads what was added since the last time. */
export class MetricsLog {
    rows = [];
    #id;
    #cursor = "";

    constructor(id) { this.#id = id; }

    /** @returns {Promise<boolean>} whether anything is new */
    async update() {
        for (let isNew = false; ; isNew = true) {
            const response = await fetch(`/api/runs/run/${this.#id}/metrics?after=${this.#cursor}`);
            if (!response.ok) return isNew;
            const text = await response.text();
            if (response.headers.get("X-Anew") === "1") this.rows = [];
            this.#cursor = response.headers.get("X-Cursor");
            if (!text) return isNew;
            for (const line of text.split("\n")) {
                try { if (line) this.rows.push(JSON.parse(line)); } catch { /* A damaged row is left out. */ }
            }
        }
    }

    /** A line of a plot: the rows that have a value. */
    line(name, color, value) {
        const rows = this.rows.filter((row) => value(row) !== undefined);
        return { name, color, x: rows.map((row) => row.step), y: rows.map(value) };
    }

    get warnings() {
        return this.rows.flatMap((row) => (row.warnings ?? []).map((warning) => ({ step: row.step, ...warning })));
    }

    get lastKID() { return this.rows.findLast((row) => row.kid)?.kid.value; }

    /** How many training images a step shows, which sheets of different runs are compared by. */
    get imagesPerStep() {
        const last = this.rows.at(-1);
        return last?.step ? last.images / last.step : 1;
    }
}
