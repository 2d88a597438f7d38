// Walks from one end to the other and back while it is on; and the walk as a file.

import { attempt } from "/web/shared/api.js";
import { byId } from "/web/shared/dom.js";
import { saveBlob } from "/web/shared/saving.js";
import { startJob } from "./job.js";
import { typed } from "./saving.js";

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

/** The walk as a GIF; a second click on the button cancels it. */
export function setUpSaving(state, generator) {
    const button = byId("walk-save");
    const change = (parts, gesture) => state.change({ walk: { ...state.now.walk, ...parts } }, gesture);
    byId("walk-frames").addEventListener("change", (event) => {
        const frames = Math.round(Number(event.target.value));
        change({ frames: Math.min(200, Math.max(1, frames || 16)) });
    });
    byId("walk-loop").addEventListener("change", (event) => change({ isLoop: event.target.checked }));
    let job = null;
    button.addEventListener("click", async () => {
        if (job) return job.cancel();
        const { ends, frames, isLoop } = state.now.walk;
        const command = typed(byId("command").textContent);
        job = startJob("/api/latents/walk", { generator: generator.choice, ends, frames, isLoop, command }, (message) => {
            if (message instanceof ArrayBuffer) return message;
            button.textContent = `${Math.round(100 * message.share)} % · Cancel`;
            return undefined;
        });
        await attempt(async () => {
            const file = await job.done;
            if (file) saveBlob(new Blob([file], { type: "image/gif" }), "walk.gif");
        });
        job = null;
        button.textContent = "Save GIF";
        return undefined;
    });
}
