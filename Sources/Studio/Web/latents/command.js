// The command of gan that does the same, where one does.

import { layersWithin } from "./mixing.js";

const quoted = (text) => /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
const seeds = (points) => (points.every((point) => "seed" in point) ? points.map((point) => point.seed) : null);

/**
 * @param {object} point that is shown
 * @param {object} state of the page
 * @param {object} about the generator: `argument`, `className`, `layerCount`, `cutoff`, `data`
 */
export function commandOf(point, state, about) {
    const { truncation, cutoff, noise, walk } = state;
    const layers = cutoff === null || cutoff === about.cutoff ? "" : ` --truncation-layers ${cutoff}`;
    const styles = `${truncation === 1 ? "" : ` --truncation ${truncation}${layers}`}${noise ? "" : " --noise none"}`;
    const kind = about.className ? ` --class ${quoted(about.className)}` : "";
    const isPlain = !styles;
    const gan = (verb, rest) => `gan ${verb} ${quoted(about.argument)} ${rest}${kind}`;
    if (state.tool === "nearest" && "seed" in point && isPlain && about.data) {
        return gan("neighbors", `${quoted(about.data)} --seeds ${point.seed} --out neighbors.png`);
    }
    if ("seed" in point) return gan("sample", `--seeds ${point.seed} --out image.png${styles}`);
    if (point.walk && isPlain && seeds(point.walk)) {
        const frames = `${walk.frames === 16 ? "" : ` --frames ${walk.frames}`}${walk.isLoop ? " --loop" : ""}`;
        return gan("interpolate", `--seeds ${seeds(point.walk).join(",")}${frames} --out walk.gif`);
    }
    if (point.plus && isPlain && seeds([...point.plus, ...point.minus])) {
        const minus = seeds(point.minus).map((seed) => ` - ${seed}`).join("");
        return gan("arithmetic", `"${seeds(point.plus).join(" + ")}${minus}" --out sum.png`);
    }
    if (point.moved && isPlain && "seed" in point.moved) {
        const moves = state.attributes.list.filter(({ amount }) => amount !== 0)
            .map(({ name, amount }) => ` ${amount < 0 ? "-" : "+"} ${Math.abs(amount)}*${name}.npy`);
        return `${gan("arithmetic", `"${point.moved.seed}${moves.join("")}" --out moved.png`)}   # after .npy`;
    }
    if (point.mix) return mixCommand(point, state, about, gan, styles);
    return `${gan("sample", "--latents point.npy --out image.png")}   # after Save .npy`;
}

/** One mix, or the table where it is open. */
function mixCommand({ mix, layers }, state, about, gan, styles) {
    const own = layersWithin(layers, about.layerCount);
    const [rows, columns] = state.tool === "mix" && state.mix.isTable
        ? [state.mix.rows, state.mix.columns] : [[mix[0]], [mix[1]]];
    if (!rows.length || !columns.length || !seeds([...rows, ...columns])) return "Of seeds, gan mix does the same.";
    if (!own.length || own.at(-1) - own[0] >= own.length) return "Of one range of layers, gan mix does the same.";
    return gan("mix", `--rows ${seeds(rows).join(",")} --columns ${seeds(columns).join(",")} `
        + `--layers ${own[0]}-${own.at(-1)} --out mixed.png${styles}`);
}
