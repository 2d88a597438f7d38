// Elements in short.

/** An element with properties, of which `data-` and `aria-` ones and `for` are attributes, and children. */
export function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (/^(data-|aria-|for$|role$)/.test(key)) made.setAttribute(key, value);
        else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
        else made[key] = value;
    }
    made.append(...children.filter((child) => child !== null));
    return made;
}

/** The element of an id. */
export function byId(id) {
    return document.getElementById(id);
}

/** Lets a canvas have `width` x `height` CSS pixels, sharp on any screen; its context measures in CSS pixels. */
export function sharpContext(canvas, width, height) {
    const ratio = devicePixelRatio || 1;
    const [real, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== real || canvas.height !== tall) [canvas.width, canvas.height] = [real, tall];
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
}

/** A number as short as it can be read. */
export function short(value, digits = 3) {
    if (value === null || value === undefined || !Number.isFinite(Number(value))) return "–";
    return String(Number(Number(value).toPrecision(digits)));
}
