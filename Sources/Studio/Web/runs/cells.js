// Where the single images of a sheet lie: a grid with two pixels between cells and around them.

import { sides } from "/web/shared/pixels.js";

const PADDING = 2;
const LATENT_COLUMNS = 8;

/** Cells across, and how far apart they lie; a growing model's first sheets have smaller ones, eight across. */
function grid(image, size) {
    const { width, height } = sides(size);
    const fits = (image.width - PADDING) % (width + PADDING) === 0;
    const columns = fits ? (image.width - PADDING) / (width + PADDING) : LATENT_COLUMNS;
    const across = (image.width - PADDING) / columns;
    return { columns, across, down: (across - PADDING) * height / width + PADDING };
}

/** The cell of a point, or null between the last one and the edge. */
export function cellAt(image, size, { x, y }) {
    const { columns, across, down } = grid(image, size);
    const [column, row] = [Math.floor((x - PADDING) / across), Math.floor((y - PADDING) / down)];
    const rows = Math.round((image.height - PADDING) / down);
    if (column < 0 || column >= columns || row < 0 || row >= rows) return null;
    return { column, row, index: row * columns + column };
}

export function cellRectangle(image, size, { column, row }) {
    const { across, down } = grid(image, size);
    return {
        x: column * across + PADDING, y: row * down + PADDING, width: across - PADDING, height: down - PADDING,
    };
}
