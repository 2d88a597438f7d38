// What the discriminator's outputs mean.

/** A function from an output to -1 (surely generated) to 1 (surely real), 0 at the boundary. */
export function certainty(view) {
    if (view.isLogit) return (output) => Math.tanh(output / 2);
    // Scores without fixed bounds: from the frame's farthest.
    let farthest = 1e-6;
    for (const output of view.outputs) farthest = Math.max(farthest, Math.abs(output - view.boundary));
    return (output) => (output - view.boundary) / farthest;
}

/** D(x), where outputs are logits. */
export function probability(output) {
    return 1 / (1 + Math.exp(-output));
}
