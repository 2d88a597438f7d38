// The page's session with the studio: requests as JSON, frames as bytes, of which the newest is drawn.

import { openSocket } from "/web/shared/socket.js";
import { decodeFrame } from "./frame.js";

/**
 * Opens a session. `handlers` has `open`, `lost`, `frame`, `layout`, `status` and `problem`; of frames that come faster
 * than the screen shows them only the newest is given.
 */
export function openSession(handlers) {
    let received = 0;
    let newest = null;

    function draw() {
        const buffer = newest;
        newest = null;
        handlers.frame(decodeFrame(buffer));
        // The studio sends no more than two frames ahead of what is drawn.
        socket.send({ drawn: received });
    }

    const socket = openSocket("/api/arena/session", {
        onOpen() {
            received = 0;
            handlers.open();
        },
        onLost: handlers.lost,
        onMessage(message) {
            if (message instanceof ArrayBuffer) {
                received += 1;
                if (!newest) requestAnimationFrame(draw);
                newest = message;
            } else if (message.kind === "problem") {
                handlers.problem(message.problem, message.setting);
            } else if (message.kind) {
                handlers[message.kind](message[message.kind]);
            } else {
                handlers.problem(message.error);
            }
        },
    });
    return socket;
}
