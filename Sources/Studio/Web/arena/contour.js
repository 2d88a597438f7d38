// Marching squares: the line along which a grid of values passes a level.

/**
 * Segments `[x1, y1, x2, y2]` in units of the grid's cells, from the upper left, of a square grid with `side` values
 * in each row.
 */
export function contour(values, side, level) {
    const segments = [];
    for (let y = 0; y + 1 < side; y++) {
        for (let x = 0; x + 1 < side; x++) {
            const place = y * side + x;
            const corners = [values[place], values[place + 1], values[place + side + 1], values[place + side]];
            const ends = crossings(corners, level);
            for (let index = 0; index + 1 < ends.length; index += 2) {
                segments.push([x + ends[index][0], y + ends[index][1], x + ends[index + 1][0], y + ends[index + 1][1]]);
            }
        }
    }
    return segments;
}

const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];

/** Where a cell's edges pass the level, in the order of the edges around it. */
function crossings(corners, level) {
    const ends = [];
    for (let edge = 0; edge < 4; edge++) {
        const [from, to] = [corners[edge], corners[(edge + 1) % 4]];
        if (from < level === to < level) continue;
        const share = (level - from) / (to - from);
        const [[x1, y1], [x2, y2]] = [CORNERS[edge], CORNERS[(edge + 1) % 4]];
        ends.push([x1 + share * (x2 - x1), y1 + share * (y2 - y1)]);
    }
    return ends;
}
