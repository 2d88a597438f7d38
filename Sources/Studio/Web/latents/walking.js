// Walks from one end to the other and back while it is on.

const LEG = 4000;

/** @param {(share: number) => void} onMove */
export function setUpWalking(button, onMove) {
    let start = null;

    function step(time) {
        if (start === null) return;
        // A sheet or tab that is not seen does not walk.
        if (!button.offsetParent) return stop();
        onMove(0.5 - 0.5 * Math.cos(Math.PI * (time - start) / LEG));
        requestAnimationFrame(step);
    }

    function stop() {
        start = null;
        button.textContent = "Walk there and back";
    }

    button.addEventListener("click", () => {
        if (start !== null) return stop();
        start = performance.now();
        button.textContent = "Stop walking";
        requestAnimationFrame(step);
        return undefined;
    });
}
