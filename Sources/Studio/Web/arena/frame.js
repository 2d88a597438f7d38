// A frame as the server encodes it: the length of a JSON header, the header, then all arrays as 32-bit floats.

const NAMES = ["reals", "generated", "outputs", "pulls", "manifold"];

/** The frame in an ArrayBuffer: `{number, phase, views}`, each view with its arrays by name. */
export function decodeFrame(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    let place = 4 + length;
    const views = header.views.map((view) => {
        const arrays = {};
        view.counts.forEach((count, index) => {
            arrays[NAMES[index]] = new Float32Array(buffer, place, count);
            place += 4 * count;
        });
        return { ...view, ...arrays };
    });
    return { number: header.number, phase: header.phase ?? null, views };
}
