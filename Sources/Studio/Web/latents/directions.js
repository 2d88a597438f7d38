// Directions that were saved, kept by the browser for each checkpoint.

const keyOf = (checkpoint) => `gan-studio-directions-${checkpoint}`;

function read(checkpoint) {
    try {
        return JSON.parse(localStorage.getItem(keyOf(checkpoint))) ?? {};
    } catch {
        return {};
    }
}

/** The saved ones of a checkpoint, as attributes. */
export function savedDirections(checkpoint) {
    return Object.entries(read(checkpoint)).map(([name, direction]) => ({ name, direction, checkpoint, amount: 0 }));
}

/** Keeps those that are new in a list of attributes, and forgets those that are gone; others stay as they are. */
export function keepDirections(checkpoint, before, now) {
    const held = (list) => new Map(list.filter((attribute) => attribute.direction && attribute.checkpoint === checkpoint)
        .map(({ name, direction }) => [name, direction]));
    const [old, wanted] = [held(before), held(now)];
    const isSame = old.size === wanted.size && [...wanted].every(([name, direction]) => old.get(name) === direction);
    if (isSame) return;
    const all = read(checkpoint);
    for (const name of old.keys()) if (!wanted.has(name)) delete all[name];
    for (const [name, direction] of wanted) all[name] = direction;
    localStorage.setItem(keyOf(checkpoint), JSON.stringify(all));
}
