#include "CLoops.h"
#include "clones.h"
#include <math.h>

// Pixels whose neighbors are found together, in a loop that vectorizes.
#define BLOCK 64

// For each pixel of the result, the offsets and weights of the four pixels that it is interpolated from.
typedef struct {
    int place[4][BLOCK];
    scalar weight[4][BLOCK];
} neighbors;

static inline double clamp(double place, double last) { return place < 0 ? 0 : place > last ? last : place; }

// Reflects an integer position past the edges at the first and the last pixel.
static inline double mirror(double place, double last)
{
    const double period = last > 0 ? 2 * last : 1;
    const double folded = place - period * floor(place / period);
    return folded > last ? period - folded : folded;
}

// The two pixels around a position along an axis; weights are zero where there is none.
static inline void along(
    double position, double last, int mirrored, double *first, double *second, double *first_weight,
    double *second_weight)
{
    const double before = floor(position), after = before + 1, share = position - before;
    // Clamped in both cases: rounding may leave a far position outside.
    *first = clamp(mirrored ? mirror(before, last) : before, last);
    *second = clamp(mirrored ? mirror(after, last) : after, last);
    *first_weight = mirrored || (before >= 0 && before <= last) ? 1 - share : 0;
    *second_weight = mirrored || (after >= 0 && after <= last) ? share : 0;
}

static inline __attribute__((always_inline)) void find_neighbors(
    neighbors *n, resampling r, long row, long first, long count, const int mirrored)
{
    const double center_x = 0.5 * (double)(r.width - 1), center_y = 0.5 * (double)(r.height - 1);
    const double y = (double)row - center_y;
    for (long k = 0; k < count; k++) {
        const double x = (double)(first + k) - center_x;
        double left, right, upper, lower, on_left, on_right, on_upper, on_lower;
        along(
            r.xx * x + (r.xy * y + r.x) + center_x, (double)(r.width - 1), mirrored, &left, &right, &on_left,
            &on_right);
        along(
            r.yx * x + (r.yy * y + r.y) + center_y, (double)(r.height - 1), mirrored, &upper, &lower,
            &on_upper, &on_lower);
        const int above = (int)upper * (int)r.width, below = (int)lower * (int)r.width;
        n->place[0][k] = (above + (int)left) * (int)r.channels;
        n->place[1][k] = (above + (int)right) * (int)r.channels;
        n->place[2][k] = (below + (int)left) * (int)r.channels;
        n->place[3][k] = (below + (int)right) * (int)r.channels;
        n->weight[0][k] = (scalar)(on_upper * on_left);
        n->weight[1][k] = (scalar)(on_upper * on_right);
        n->weight[2][k] = (scalar)(on_lower * on_left);
        n->weight[3][k] = (scalar)(on_lower * on_right);
    }
}

static inline __attribute__((always_inline)) void gather(
    scalar *restrict out, const scalar *restrict image, const neighbors *n, long count, const long channels)
{
    for (long k = 0; k < count; k++, out += channels)
        for (long c = 0; c < channels; c++)
            out[c] = n->weight[0][k] * image[n->place[0][k] + c]
                + n->weight[1][k] * image[n->place[1][k] + c]
                + n->weight[2][k] * image[n->place[2][k] + c]
                + n->weight[3][k] * image[n->place[3][k] + c];
}

static inline __attribute__((always_inline)) void scatter(
    scalar *restrict image, const scalar *restrict result, const neighbors *n, long count,
    const long channels)
{
    for (long k = 0; k < count; k++, result += channels)
        for (int side = 0; side < 4; side++)
            for (long c = 0; c < channels; c++)
                image[n->place[side][k] + c] += n->weight[side][k] * result[c];
}

// Calls BODY, which reads `pixels` and `channels`, for every block of the result; with the usual numbers of
// channels known to the compiler.
#define FOR_EACH_BLOCK(BODY)                                                                                \
    neighbors n;                                                                                            \
    for (long row = 0; row < r.height; row++)                                                               \
        for (long first = 0; first < r.width; first += BLOCK) {                                             \
            const long count = r.width - first < BLOCK ? r.width - first : BLOCK;                           \
            const long start = (row * r.width + first) * r.channels;                                        \
            if (r.mirrored)                                                                                 \
                find_neighbors(&n, r, row, first, count, 1);                                                \
            else                                                                                            \
                find_neighbors(&n, r, row, first, count, 0);                                                \
            switch (r.channels) {                                                                           \
            case 1: BODY(1); break;                                                                         \
            case 3: BODY(3); break;                                                                         \
            case 4: BODY(4); break;                                                                         \
            default: BODY(r.channels);                                                                      \
            }                                                                                               \
        }

CLONES void loop_resample(scalar *restrict out, const scalar *restrict image, resampling r)
{
#define GATHER(channels) gather(out + start, image, &n, count, channels)
    FOR_EACH_BLOCK(GATHER)
}

CLONES void loop_resample_adjoint(scalar *restrict image, const scalar *restrict result, resampling r)
{
    for (long i = 0; i < r.height * r.width * r.channels; i++)
        image[i] = 0;
#define SCATTER(channels) scatter(image, result + start, &n, count, channels)
    FOR_EACH_BLOCK(SCATTER)
}
