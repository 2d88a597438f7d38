// Images that are saved, with where they come from.

import { attempt, post } from "/web/shared/api.js";
import { saveBlob } from "/web/shared/saving.js";

/**
 * An image as a PNG file, which tells where it comes from.
 *
 * @param {object} wanted the `generator`, the `points` row by row, the `columns` of the table that they make, what the
 *     page calls the `input`, and the `command` that makes the same, where there is one
 */
export const savePNG = (wanted, name) => attempt(async () => saveBlob(await post("/api/latents/png", wanted), name));

/** A command that can be typed; null for one that needs a file first, or for a hint. */
export const typed = (command) => (command.startsWith("gan ") && !command.includes("#") ? command : null);
