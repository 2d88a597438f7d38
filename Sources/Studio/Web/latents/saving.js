// Files for the person at the page.

import { element } from "/web/shared/dom.js";

export function saveBlob(blob, name) {
    const address = URL.createObjectURL(blob);
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** A canvas as a PNG file. */
export function savePNG(canvas, name) { canvas.toBlob((blob) => saveBlob(blob, name), "image/png"); }
