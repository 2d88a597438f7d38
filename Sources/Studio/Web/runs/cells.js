// Where the single images of a sheet lie: a grid with two pixels between cells and around them.

const PADDING = 2;
const LATENT_COLUMNS = 8;

/** Cells across and their side; a growing model's first sheets have smaller ones, eight across. */
function grid(image, size) {
    const fits = (image.width - PADDING) % (size + PADDING) === 0;
    const columns = fits ? (image.width - PADDING) / (size + PADDING) : LATENT_COLUMNS;
    return { columns, pitch: (image.width - PADDING) / columns };
}

/** The cell of a point, or null between the last one and the edge. */
export function cellAt(image, size, { x, y }) {
    const { columns, pitch } = grid(image, size);
    const [column, row] = [Math.floor((x - PADDING) / pitch), Math.floor((y - PADDING) / pitch)];
    const rows = Math.round((image.height - PADDING) / pitch);
    if (column < 0 || column >= columns || row < 0 || row >= rows) return null;
    return { column, row, index: row * columns + column };
}

export function cellRectangle(image, size, { column, row }) {
    const { pitch } = grid(image, size);
    return { x: column * pitch + PADDING, y: row * pitch + PADDING, side: pitch - PADDING };
}
