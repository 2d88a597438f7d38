#include "CLoops.h"
#include "clones.h"
#include <string.h>

// Minimal filtering by small matrices (Winograd 1980; Lavin and Gray 2016, "Fast algorithms for
// convolutional neural networks", section 4). F(m, r) computes m outputs of an r-tap filter from
// t = m + r - 1 inputs with t products:
//
//     y = AT [ (G g) . (BT d) ]
//
// and in two dimensions with each matrix on both sides. The gradients use the same three transforms,
// transposed. Everything below follows from these matrices.

// F(2, 2): points 0, 1, infinity.
static const scalar bt_2_2[] = {1, -1, 0, /**/ 0, 1, 0, /**/ 0, -1, 1};
static const scalar g_2_2[] = {1, 0, /**/ 1, 1, /**/ 0, 1};
static const scalar at_2_2[] = {1, 1, 0, /**/ 0, 1, 1};

// F(4, 2): points 0, 1, -1, 2, infinity.
static const scalar bt_4_2[] = {
    2, -1, -2, 1, 0, /**/ 0, 2, 1, -1, 0, /**/ 0, -2, 3, -1, 0, /**/ 0, -1, 0, 1, 0, /**/ 0, 2, -1, -2, 1};
static const scalar g_4_2[] = {
    (scalar)1 / 2, 0, /**/ (scalar)1 / 2, (scalar)1 / 2, /**/ (scalar)1 / 6, -(scalar)1 / 6, /**/
    (scalar)1 / 6, (scalar)1 / 3, /**/ 0, 1};
static const scalar at_4_2[] = {1, 1, 1, 1, 0, /**/ 0, 1, -1, 2, 0, /**/ 0, 1, 1, 4, 0, /**/ 0, 1, -1, 8, 1};

// F(2, 3): points 0, 1, -1, infinity.
static const scalar bt_2_3[] = {1, 0, -1, 0, /**/ 0, 1, 1, 0, /**/ 0, -1, 1, 0, /**/ 0, -1, 0, 1};
static const scalar g_2_3[] = {
    1, 0, 0, /**/ (scalar)1 / 2, (scalar)1 / 2, (scalar)1 / 2, /**/
    (scalar)1 / 2, -(scalar)1 / 2, (scalar)1 / 2, /**/ 0, 0, 1};
static const scalar at_2_3[] = {1, 1, 1, 0, /**/ 0, 1, -1, 1};

// F(4, 3): points 0, 1, -1, 2, -2, infinity.
static const scalar bt_4_3[] = {
    4, 0, -5, 0, 1, 0, /**/ 0, -4, -4, 1, 1, 0, /**/ 0, 4, -4, -1, 1, 0, /**/
    0, -2, -1, 2, 1, 0, /**/ 0, 2, -1, -2, 1, 0, /**/ 0, 4, 0, -5, 0, 1};
static const scalar g_4_3[] = {
    (scalar)1 / 4, 0, 0, /**/ -(scalar)1 / 6, -(scalar)1 / 6, -(scalar)1 / 6, /**/
    -(scalar)1 / 6, (scalar)1 / 6, -(scalar)1 / 6, /**/ (scalar)1 / 24, (scalar)1 / 12, (scalar)1 / 6, /**/
    (scalar)1 / 24, -(scalar)1 / 12, (scalar)1 / 6, /**/ 0, 0, 1};
static const scalar at_4_3[] = {
    1, 1, 1, 1, 1, 0, /**/ 0, 1, -1, 2, -2, 0, /**/ 0, 1, 1, 4, 4, 0, /**/ 0, 1, -1, 8, -8, 1};

// Neighboring channels, transformed side by side.
typedef scalar vec __attribute__((vector_size(64)));
enum { lanes = 64 / sizeof(scalar) };
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// Vectors are passed by address: by value, their calling convention would differ between the clones.
INLINE void load(vec *v, const scalar *p, long count)
{
    if (count >= lanes) {
        memcpy(v, p, sizeof *v);
        return;
    }
    *v = (vec){0};
    memcpy(v, p, (size_t)count * sizeof(scalar));
}

INLINE void store(scalar *p, const vec *v, long count)
{
    if (count >= lanes)
        memcpy(p, v, sizeof *v);
    else
        memcpy(p, v, (size_t)count * sizeof(scalar));
}

INLINE void load_if(int is_inside, vec *v, const scalar *p, long offset, long count)
{
    if (is_inside)
        load(v, p + offset, count);
    else
        *v = (vec){0};
}

// The sum of the inputs, each times its coefficient; unrolled, zeros cost nothing and ones no product.
INLINE void combine(vec *out, const scalar *coefficients, int step, const vec *in, int in_step, int count)
{
    vec sum = {0};
    UNROLL for (int i = 0; i < count; i++) {
        const scalar c = coefficients[i * step];
        if (c == 1)
            sum += in[i * in_step];
        else if (c == -1)
            sum -= in[i * in_step];
        else if (c != 0)
            sum += c * in[i * in_step];
    }
    *out = sum;
}

// out = M in M^T for a matrix M of rows x columns, stored so or transposed.
INLINE void both_sides(
    const scalar *matrix, int rows, int columns, int is_transposed, const vec *in, vec *out)
{
    const int row_step = is_transposed ? 1 : columns, step = is_transposed ? rows : 1;
    vec half[36];
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int c = 0; c < columns; c++)
            combine(half + r * columns + c, matrix + r * row_step, step, in + c, columns, columns);
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int c = 0; c < rows; c++)
            combine(out + r * rows + c, matrix + c * row_step, step, half + r * columns, 1, columns);
}

// The index of the kernel's pixel, row by row, that is tap i of a phase.
INLINE long tap_of(long i, long r, long s, long phase)
{
    return (s * (i / r) + phase / s) * s * r + s * (i % r) + phase % s;
}

INLINE long minimum(long a, long b) { return a < b ? a : b; }

// The position of a tile.
typedef struct {
    long image, y, x;
} tile_place;

INLINE tile_place place(winograd_geometry g, long tile)
{
    const long per_image = g.tile_rows * g.tile_columns, rest = tile % per_image;
    return (tile_place){tile / per_image, rest / g.tile_columns, rest % g.tile_columns};
}

// Runs BODY for every pixel of an input tile's phase: `i` counts the tile's pixels, `is_inside` is whether
// the pixel lies in the image, and `offset` then leads to its first channel.
#define FOR_INPUT_PIXELS(t, m, BODY)                                                                        \
    for (int row = 0; row < t; row++) {                                                                     \
        const long y = g.stride * (m * at.y + row) + phase / g.stride - g.padding;                          \
        for (int column = 0; column < t; column++) {                                                        \
            const long x = g.stride * (m * at.x + column) + phase % g.stride - g.padding;                   \
            const int i = row * t + column;                                                                 \
            const int is_inside = y >= 0 && y < g.input_height && x >= 0 && x < g.input_width;              \
            const long offset = ((at.image * g.input_height + y) * g.input_width + x) * g.channels;       \
            BODY                                                                                            \
        }                                                                                                   \
    }

// The same for an output tile.
#define FOR_OUTPUT_PIXELS(m, BODY)                                                                          \
    for (int row = 0; row < m; row++)                                                                       \
        for (int column = 0; column < m; column++) {                                                        \
            const long y = m * at.y + row, x = m * at.x + column;                                           \
            const int i = row * m + column;                                                                 \
            const int is_inside = y < g.output_height && x < g.output_width;                                \
            const long offset =                                                                             \
                ((at.image * g.output_height + y) * g.output_width + x) * g.output_channels;              \
            BODY                                                                                            \
        }

#define DEFINE_WINOGRAD(m, r)                                                                               \
    CLONES void winograd_input_##m##_##r(                                                                   \
        scalar *points, long point_step, const scalar *images, winograd_geometry g, long first, long last)\
    {                                                                                                       \
        enum { t = m + r - 1 };                                                                             \
        const long phases = g.stride * g.stride, width = phases * g.channels;                               \
        for (long tile = first; tile < last; tile++, points += width) {                                     \
            const tile_place at = place(g, tile);                                                           \
            for (long phase = 0; phase < phases; phase++)                                                   \
                for (long c = 0; c < g.channels; c += lanes) {                                              \
                    const long count = minimum(lanes, g.channels - c);                                      \
                    vec in[t * t], out[t * t];                                                              \
                    FOR_INPUT_PIXELS(                                                                       \
                        t, m, load_if(is_inside, in + i, images, offset + c, count);)                     \
                    both_sides(bt_##m##_##r, t, t, 0, in, out);                                             \
                    for (int i = 0; i < t * t; i++)                                                         \
                        store(points + i * point_step + phase * g.channels + c, out + i, count);            \
                }                                                                                           \
        }                                                                                                   \
    }                                                                                                       \
    CLONES void winograd_input_adjoint_##m##_##r(                                                           \
        scalar *images, const scalar *points, long point_step, winograd_geometry g, long first, long last,\
        long phase, long first_channel, long last_channel)                                                  \
    {                                                                                                       \
        enum { t = m + r - 1 };                                                                             \
        const long width = g.stride * g.stride * g.channels;                                                \
        for (long tile = first; tile < last; tile++, points += width) {                                     \
            const tile_place at = place(g, tile);                                                           \
            for (long c = first_channel; c < last_channel; c += lanes) {                                    \
                const long count = minimum(lanes, last_channel - c);                                        \
                vec in[t * t], out[t * t];                                                                  \
                for (int i = 0; i < t * t; i++)                                                             \
                    load(in + i, points + i * point_step + phase * g.channels + c, count);                  \
                both_sides(bt_##m##_##r, t, t, 1, in, out);                                                 \
                FOR_INPUT_PIXELS(t, m, if (is_inside) {                                                     \
                    scalar *target = images + offset + c;                                                 \
                    /* The tiles above and to the left share the first r - 1 rows and columns. */           \
                    if ((row < r - 1 && at.y > 0) || (column < r - 1 && at.x > 0)) {                        \
                        vec sum;                                                                            \
                        load(&sum, target, count);                                                          \
                        out[i] += sum;                                                                      \
                    }                                                                                       \
                    store(target, out + i, count);                                                          \
                })                                                                                          \
            }                                                                                               \
        }                                                                                                   \
    }                                                                                                       \
    CLONES void winograd_output_##m##_##r(                                                                  \
        scalar *images, const scalar *points, long point_step, winograd_geometry g, long first, long last)\
    {                                                                                                       \
        enum { t = m + r - 1 };                                                                             \
        for (long tile = first; tile < last; tile++, points += g.output_channels) {                         \
            const tile_place at = place(g, tile);                                                           \
            for (long c = 0; c < g.output_channels; c += lanes) {                                           \
                const long count = minimum(lanes, g.output_channels - c);                                   \
                vec in[t * t], out[m * m];                                                                  \
                for (int i = 0; i < t * t; i++)                                                             \
                    load(in + i, points + i * point_step + c, count);                                       \
                both_sides(at_##m##_##r, m, t, 0, in, out);                                                 \
                FOR_OUTPUT_PIXELS(m, if (is_inside) store(images + offset + c, out + i, count);)          \
            }                                                                                               \
        }                                                                                                   \
    }                                                                                                       \
    CLONES void winograd_output_adjoint_##m##_##r(                                                          \
        scalar *points, long point_step, const scalar *images, winograd_geometry g, long first, long last)\
    {                                                                                                       \
        enum { t = m + r - 1 };                                                                             \
        for (long tile = first; tile < last; tile++, points += g.output_channels) {                         \
            const tile_place at = place(g, tile);                                                           \
            for (long c = 0; c < g.output_channels; c += lanes) {                                           \
                const long count = minimum(lanes, g.output_channels - c);                                   \
                vec in[m * m], out[t * t];                                                                  \
                FOR_OUTPUT_PIXELS(m, load_if(is_inside, in + i, images, offset + c, count);)              \
                both_sides(at_##m##_##r, t, m, 1, in, out);                                                 \
                for (int i = 0; i < t * t; i++)                                                             \
                    store(points + i * point_step + c, out + i, count);                                     \
            }                                                                                               \
        }                                                                                                   \
    }                                                                                                       \
    CLONES void winograd_filter_##m##_##r(                                                                  \
        scalar *points, long point_step, const scalar *taps, long tap_step, winograd_geometry g,            \
        long first_channel, long last_channel)                                                              \
    {                                                                                                       \
        enum { t = m + r - 1 };                                                                             \
        const long s = g.stride;                                                                            \
        for (long c = first_channel; c < last_channel; c++, taps += s * r * s * r * tap_step)               \
            for (long phase = 0; phase < s * s; phase++)                                                    \
                for (long k = 0; k < g.output_channels; k += lanes) {                                       \
                    const long count = minimum(lanes, g.output_channels - k);                               \
                    scalar *target = points + (phase * g.channels + c) * g.output_channels + k;             \
                    vec in[r * r], out[t * t];                                                              \
                    for (int i = 0; i < r * r; i++)                                                         \
                        load(in + i, taps + tap_of(i, r, s, phase) * tap_step + k, count);                  \
                    both_sides(g_##m##_##r, t, r, 0, in, out);                                              \
                    for (int i = 0; i < t * t; i++)                                                         \
                        store(target + i * point_step, out + i, count);                                     \
                }                                                                                           \
    }                                                                                                       \
    CLONES void winograd_filter_adjoint_##m##_##r(                                                          \
        scalar *taps, long tap_step, const scalar *points, long point_step, winograd_geometry g,            \
        long first_channel, long last_channel)                                                              \
    {                                                                                                       \
        enum { t = m + r - 1 };                                                                             \
        const long s = g.stride;                                                                            \
        for (long c = first_channel; c < last_channel; c++, taps += s * r * s * r * tap_step)               \
            for (long phase = 0; phase < s * s; phase++)                                                    \
                for (long k = 0; k < g.output_channels; k += lanes) {                                       \
                    const long count = minimum(lanes, g.output_channels - k);                               \
                    const scalar *source = points + (phase * g.channels + c) * g.output_channels + k;       \
                    vec in[t * t], out[r * r];                                                              \
                    for (int i = 0; i < t * t; i++)                                                         \
                        load(in + i, source + i * point_step, count);                                       \
                    both_sides(g_##m##_##r, r, t, 1, in, out);                                              \
                    for (int i = 0; i < r * r; i++)                                                         \
                        store(taps + tap_of(i, r, s, phase) * tap_step + k, out + i, count);                \
                }                                                                                           \
    }

DEFINE_WINOGRAD(2, 2)
DEFINE_WINOGRAD(4, 2)
DEFINE_WINOGRAD(2, 3)
DEFINE_WINOGRAD(4, 3)
