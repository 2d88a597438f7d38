#include "CLoops.h"
#include "clones.h"

// With the number of taps known, sums stay in registers.
static inline __attribute__((always_inline)) void combine(
    scalar *restrict out, const scalar *restrict x, const int *restrict places,
    const scalar *restrict weights, const long taps, long columns)
{
    for (long c = 0; c < columns; c++) {
        scalar sum = 0;
        for (long t = 0; t < taps; t++)
            sum += weights[t] * x[places[t] * columns + c];
        out[c] = sum;
    }
}

CLONES void loop_combine_rows(
    scalar *restrict out, const scalar *restrict x, sparse_rows taps, long first, long last, long columns)
{
    for (long i = first; i < last; i++, out += columns) {
        const int *places = taps.places + taps.starts[i];
        const scalar *weights = taps.weights + taps.starts[i];
        const long count = taps.starts[i + 1] - taps.starts[i];
        switch (count) {
        case 1: combine(out, x, places, weights, 1, columns); break;
        case 2: combine(out, x, places, weights, 2, columns); break;
        case 3: combine(out, x, places, weights, 3, columns); break;
        case 4: combine(out, x, places, weights, 4, columns); break;
        default: combine(out, x, places, weights, count, columns);
        }
    }
}
