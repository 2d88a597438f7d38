// Files for the person at the page.

import { element } from "./dom.js";

export function saveBlob(blob, name) {
    const address = URL.createObjectURL(blob);
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
}
