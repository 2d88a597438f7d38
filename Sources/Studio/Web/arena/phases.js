// What slow motion says of each phase of a step.

export const PHASES = [
    {
        name: "generate",
        title: "G generates",
        sentence: "The generator turns random latents z into points G(z): the orange ones.",
    },
    {
        name: "judge",
        title: "D judges",
        sentence:
            "The discriminator gives every point of the plane an output: blue where it takes points for real, "
            + "orange where it takes them for generated.",
    },
    {
        name: "discriminator-learns",
        title: "D learns",
        sentence:
            "The discriminator takes a step of its optimizer: its output rises at real points and falls at "
            + "generated ones.",
    },
    {
        name: "pull",
        title: "D's gradient pulls",
        sentence:
            "Through the discriminator each generated point gets a gradient: the arrow along which the "
            + "generator's loss falls.",
    },
    {
        name: "generator-learns",
        title: "G learns",
        sentence:
            "The generator takes a step of its optimizer: its points move along the arrows, and all others "
            + "with them, since they share its weights.",
    },
];

/** What is said of a phase, or of how the arena goes on where there is none. */
export function sentence(phase, mode) {
    const known = PHASES.find(({ name }) => name === phase);
    if (known) return known.sentence;
    return mode === "training"
        ? "Both networks learn in turns: D to tell real from generated points, G to deceive it."
        : "Paused. Train, or take single steps and watch what each network does.";
}
