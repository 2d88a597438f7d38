// What takes the studio a while has a socket of its own, which is closed when all is there or nobody waits any more.

/**
 * @param {string} path below the studio's address
 * @param {object|ArrayBuffer} request
 * @param {(message: object|ArrayBuffer) => any} onMessage gives the result once it is there, undefined until then
 * @returns {{done: Promise, cancel: () => void}} the result; null of what was canceled
 */
export function startJob(path, request, onMessage) {
    const socket = new WebSocket(`ws://${location.host}${path}`);
    socket.binaryType = "arraybuffer";
    let cancel;
    const done = new Promise((resolve, reject) => {
        cancel = () => resolve(null);
        socket.addEventListener("open", () => {
            socket.send(request instanceof ArrayBuffer ? request : JSON.stringify(request));
        });
        socket.addEventListener("message", ({ data }) => {
            const message = typeof data === "string" ? JSON.parse(data) : data;
            if (message.error) return reject(new Error(message.error));
            const result = onMessage(message);
            if (result !== undefined) resolve(result);
            return undefined;
        });
        socket.addEventListener("close", () => reject(new TypeError("the studio closed the connection")));
    }).finally(() => socket.close());
    return { done, cancel };
}
