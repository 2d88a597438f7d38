// A page's WebSocket, which opens again when the connection is lost.

/**
 * @param {string} path below the studio's address
 * @param {{onMessage: (data: object|ArrayBuffer) => void, onOpen?: () => void, onLost?: () => void}} handlers
 */
export function openSocket(path, { onMessage, onOpen, onLost }) {
    let socket;
    let wait = 500;

    function connect() {
        socket = new WebSocket(`ws://${location.host}${path}`);
        socket.binaryType = "arraybuffer";
        socket.addEventListener("open", () => { wait = 500; onOpen?.(); });
        socket.addEventListener("message", ({ data }) => {
            onMessage(typeof data === "string" ? JSON.parse(data) : data);
        });
        socket.addEventListener("close", () => {
            onLost?.();
            setTimeout(connect, wait);
            wait = Math.min(2 * wait, 10000);
        });
    }

    connect();
    // The studio closes what is silent for long.
    setInterval(() => { if (socket.readyState === WebSocket.OPEN) socket.send(""); }, 45000);
    return {
        /** Sends an object as JSON, or bytes; what cannot be sent now is dropped. */
        send(message) {
            if (socket.readyState !== WebSocket.OPEN) return false;
            socket.send(message instanceof ArrayBuffer || ArrayBuffer.isView(message)
                ? message : JSON.stringify(message));
            return true;
        },
    };
}
