// The command of gan that does the same, where one does.

const quoted = (text) => /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
const seeds = (points) => (points.every((point) => "seed" in point) ? points.map((point) => point.seed) : null);

/** @param {object} about the generator: `argument`, `className`, `layerCount` */
export function commandOf(point, { truncation, noise }, { argument, className, layerCount }) {
    const styles = `${truncation === 1 ? "" : ` --truncation ${truncation}`}${noise ? "" : " --noise none"}`;
    const kind = className ? ` --class ${quoted(className)}` : "";
    const isPlain = !styles;
    const gan = (verb, rest) => `gan ${verb} ${quoted(argument)} ${rest}${kind}`;
    if ("seed" in point) return gan("sample", `--seeds ${point.seed} --out image.png${styles}`);
    if (point.walk && isPlain && seeds(point.walk)) {
        return gan("interpolate", `--seeds ${seeds(point.walk).join(",")} --out walk.gif`);
    }
    if (point.plus && isPlain && seeds([...point.plus, ...point.minus])) {
        const minus = seeds(point.minus).map((seed) => ` - ${seed}`).join("");
        return gan("arithmetic", `"${seeds(point.plus).join(" + ")}${minus}" --out sum.png`);
    }
    if (point.mix && seeds(point.mix) && point.crossover < layerCount) {
        const [one, other] = seeds(point.mix);
        return gan("mix", `--rows ${one} --columns ${other} --layers ${point.crossover}-${layerCount - 1} --out mixed.png${styles}`);
    }
    if (point.mix) return "Of two seeds, gan mix does the same.";
    return `${gan("sample", "--latents point.npy --out image.png")}   # after Save .npy`;
}
