#include "CLoops.h"
#include "clones.h"

// The index of the largest of a square's four pixels: the first of equal ones, and NaN before all others.
static inline __attribute__((always_inline)) int largest(
    const scalar *upper, const scalar *lower, long c, long channels)
{
    const scalar rest[3] = {upper[c + channels], lower[c], lower[c + channels]};
    scalar best = upper[c];
    int place = 0;
    for (int k = 0; k < 3; k++) {
        const int wins = rest[k] > best || rest[k] != rest[k];
        best = wins ? rest[k] : best;
        place = wins ? k + 1 : place;
    }
    return place;
}

CLONES void loop_pick_largest(
    scalar *restrict out, const scalar *values, const scalar *x, long width, long channels)
{
    const long row = width * channels;
    for (long j = 0; j < width / 2; j++, out += channels, values += 2 * channels, x += 2 * channels)
        for (long c = 0; c < channels; c++) {
            const int place = largest(x, x + row, c, channels);
            const scalar upper = place & 1 ? values[c + channels] : values[c];
            const scalar lower = place & 1 ? values[row + c + channels] : values[row + c];
            out[c] = place & 2 ? lower : upper;
        }
}

CLONES void loop_place_at_largest(
    scalar *restrict out, const scalar *restrict g, const scalar *restrict x, long width, long channels)
{
    const long row = width * channels;
    for (long j = 0; j < width / 2; j++, g += channels, out += 2 * channels, x += 2 * channels)
        for (long c = 0; c < channels; c++) {
            const int place = largest(x, x + row, c, channels);
            out[c] = place == 0 ? g[c] : 0;
            out[c + channels] = place == 1 ? g[c] : 0;
            out[row + c] = place == 2 ? g[c] : 0;
            out[row + c + channels] = place == 3 ? g[c] : 0;
        }
}
