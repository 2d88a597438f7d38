// Requests to the networks: while one is under way, only the newest waits.

import { openSocket } from "/web/shared/socket.js";
import { decodePixels, encodePixels } from "/web/shared/pixels.js";

/** `show({header, images})` is given each result, `fail(sentence)` each refusal. */
export function openSession({ show, fail, lost }) {
    let number = 0;
    let isBusy = false;
    let waiting = null;

    function next() {
        isBusy = false;
        if (waiting) ask(...waiting);
    }

    const socket = openSocket("/api/translate/session", {
        onOpen: next,
        onLost() {
            isBusy = false;
            lost();
        },
        onMessage(message) {
            if (message instanceof ArrayBuffer) show(decodePixels(message));
            else fail(message.error);
            next();
        },
    });

    /** Asks for the translation of an image, maybe in the style of another one. */
    function ask(header, images) {
        waiting = [header, images];
        if (isBusy) return;
        number += 1;
        if (!socket.send(encodePixels({ ...header, number }, images))) return;
        isBusy = true;
        waiting = null;
    }

    return { ask };
}
