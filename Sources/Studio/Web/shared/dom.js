// Elements and texts.

/** Makes an element: properties, `class`, `on…` listeners, `data-…` and `aria-…` attributes, then its content. */
export function element(tag, properties = {}, ...content) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
        else if (name === "class") made.className = value;
        else if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, value);
        else made[name] = value;
    }
    made.append(...content.filter((part) => part !== null && part !== undefined));
    return made;
}

/** The element of an id. */
export const byId = (id) => document.getElementById(id);

/** `3 h 05 min`, `4 min 09 s` or `12 s`. */
export function duration(seconds) {
    const whole = Math.round(seconds);
    const two = (number) => String(number).padStart(2, "0");
    if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole % 3600 / 60))} min`;
    if (whole >= 60) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
    return `${whole} s`;
}

/** A number with at most so many significant digits. */
export function short(value, digits = 3) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)) return value.toExponential(1);
    return String(Number(value.toPrecision(digits)));
}

/** Thousands apart. */
export const grouped = (number) => Math.round(number).toLocaleString("en-US");

/** A color of the stylesheet as it is now, light or dark. */
export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Copies a text, and says so on the button. */
export function copyButton(text) {
    const button = element("button", { type: "button", class: "quiet", onclick: async () => {
        await navigator.clipboard.writeText(text());
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
    } }, "Copy");
    return button;
}
