#include "CLoops.h"
#include "clones.h"
#include <math.h>
#include <tgmath.h>

#include "functions.h"

#define BINARY(name, operator)                                                                              \
    CLONES void name(                                                                                       \
        scalar *restrict out, const scalar *a, const scalar *b, long rows, long columns, loop_operand kind) \
    {                                                                                                       \
        if (kind == loop_row) {                                                                             \
            for (long r = 0; r < rows; r++)                                                                 \
                for (long c = 0; c < columns; c++)                                                          \
                    out[r * columns + c] = a[r * columns + c] operator b[c];                                \
        } else if (kind == loop_number) {                                                                   \
            const scalar number = b[0];                                                                     \
            for (long i = 0; i < rows * columns; i++)                                                       \
                out[i] = a[i] operator number;                                                              \
        } else {                                                                                            \
            for (long i = 0; i < rows * columns; i++)                                                       \
                out[i] = a[i] operator b[i];                                                                \
        }                                                                                                   \
    }
BINARY(loop_add, +)
BINARY(loop_subtract, -)
BINARY(loop_multiply, *)
BINARY(loop_divide, /)

#define UNARY(name, expression)                                                                             \
    CLONES void name(scalar *restrict out, const scalar *restrict input, long count)                        \
    {                                                                                                       \
        for (long i = 0; i < count; i++) {                                                                  \
            const scalar x = input[i];                                                                      \
            out[i] = expression;                                                                            \
        }                                                                                                   \
    }
UNARY(loop_exp, exponential(x))
UNARY(loop_log, log(x))
UNARY(loop_square_root, square_root(x))
UNARY(loop_tanh, hyperbolic_tangent(x))
UNARY(loop_sigmoid, 1 / (1 + exponential(-x)))
// log(1 + e^x) without overflow for large x or cancellation for small.
UNARY(loop_softplus, fmax(x, (scalar)0) + log1p(exp(-fabs(x))))

CLONES void loop_accumulate(scalar *restrict y, const scalar *restrict x, long count)
{
    for (long i = 0; i < count; i++)
        y[i] += x[i];
}

CLONES void loop_affine(
    scalar *restrict out, const scalar *restrict x, scalar scale, scalar shift, long count)
{
    for (long i = 0; i < count; i++)
        out[i] = x[i] * scale + shift;
}

CLONES void loop_affine_rows(
    scalar *restrict out, const scalar *restrict x, const scalar *restrict scale,
    const scalar *restrict shift, scalar slope, long rows, long columns)
{
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++) {
            const scalar v = x[r * columns + c] * scale[c] + shift[c];
            out[r * columns + c] = v > 0 ? v : slope * v;
        }
}

CLONES void loop_shift_rows(
    scalar *restrict out, const scalar *restrict x, const scalar *restrict shift, scalar slope, long rows,
    long columns)
{
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++) {
            const scalar v = x[r * columns + c] + shift[c];
            out[r * columns + c] = v > 0 ? v : slope * v;
        }
}

CLONES void loop_noise_rows(
    scalar *restrict out, const scalar *restrict x, const scalar *restrict noise,
    const scalar *restrict strength, const scalar *restrict shift, scalar slope, long rows, long columns)
{
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++) {
            const scalar v = x[r * columns + c] + (noise[r] * strength[c] + shift[c]);
            out[r * columns + c] = v > 0 ? v : slope * v;
        }
}

CLONES void loop_interpolate(scalar *restrict y, const scalar *restrict x, scalar weight, long count)
{
    for (long i = 0; i < count; i++)
        y[i] += weight * (x[i] - y[i]);
}

CLONES void loop_leaky_relu(scalar *restrict out, const scalar *restrict x, scalar slope, long count)
{
    for (long i = 0; i < count; i++)
        out[i] = x[i] > 0 ? x[i] : slope * x[i];
}

CLONES void loop_leaky_relu_gradient(
    scalar *restrict out, const scalar *restrict g, const scalar *restrict y, scalar slope, long count)
{
    for (long i = 0; i < count; i++)
        out[i] = y[i] > 0 ? g[i] : slope * g[i];
}

CLONES void loop_bytes_to_signed(scalar *restrict out, const unsigned char *restrict x, long count)
{
    for (long i = 0; i < count; i++)
        out[i] = (scalar)(2 * (int)x[i] - 255) / 255;
}

CLONES void loop_signed_to_bytes(unsigned char *restrict out, const scalar *restrict x, long count)
{
    for (long i = 0; i < count; i++) {
        const scalar value = (x[i] + 1) * (scalar)127.5 + (scalar)0.5;
        out[i] = (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

static inline __attribute__((always_inline)) void mix_channels(
    scalar *restrict out, const scalar *restrict x, const scalar *restrict matrix,
    const scalar *restrict shift,
    long pixels, const long channels)
{
    for (long p = 0; p < pixels; p++)
        for (long i = 0; i < channels; i++) {
            scalar sum = shift[i];
            for (long j = 0; j < channels; j++)
                sum += matrix[i * channels + j] * x[p * channels + j];
            out[p * channels + i] = sum;
        }
}

// With the usual numbers of channels as compile-time constants.
CLONES void loop_mix_channels(
    scalar *restrict out, const scalar *restrict x, const scalar *restrict matrix,
    const scalar *restrict shift,
    long pixels, long channels)
{
    switch (channels) {
    case 1: mix_channels(out, x, matrix, shift, pixels, 1); break;
    case 3: mix_channels(out, x, matrix, shift, pixels, 3); break;
    case 4: mix_channels(out, x, matrix, shift, pixels, 4); break;
    default: mix_channels(out, x, matrix, shift, pixels, channels);
    }
}
