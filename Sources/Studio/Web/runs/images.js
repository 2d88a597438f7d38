// Images that were loaded lately, so that a slider goes back and forth without asking anew.

const KEPT = 80;

export class ImageStore {
    #loaded = new Map();
    #turn = 0;

    /** @returns {Promise<HTMLImageElement>} ready to be drawn */
    load(address) {
        let loading = this.#loaded.get(address);
        if (!loading) {
            const image = new Image();
            image.src = address;
            loading = image.decode().then(() => image);
            loading.catch(() => this.#loaded.delete(address));
        }
        // The last ones asked for are kept.
        this.#loaded.delete(address);
        this.#loaded.set(address, loading);
        if (this.#loaded.size > KEPT) this.#loaded.delete(this.#loaded.keys().next().value);
        return loading;
    }

    /** Loads images; gives null where others were asked for meanwhile, or one is not there. */
    async newest(addresses) {
        this.#turn += 1;
        const turn = this.#turn;
        try {
            const images = await Promise.all(addresses.map((address) => this.load(address)));
            return turn === this.#turn ? images : null;
        } catch {
            return null;
        }
    }

    prefetch(addresses) { for (const address of addresses) this.load(address).catch(() => {}); }
}
