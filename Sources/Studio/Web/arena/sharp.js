// Canvases that are sharp on any screen.

/** Lets a canvas have `width` x `height` CSS pixels, sharp on any screen; its context measures in CSS pixels. */
export function sharpContext(canvas, width, height) {
    const ratio = devicePixelRatio || 1;
    const [real, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== real || canvas.height !== tall) [canvas.width, canvas.height] = [real, tall];
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
}
