// Runs the compiled loops on the same numbers wherever it is compiled for, and prints a line for each: its name, a
// digest of the bits it wrote, and their mean and mean square.
#include "CLoops.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

// Numbers in -1..<1 that any processor draws alike.
static scalar drawn(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (scalar)((int64_t)(state >> 40) - (1 << 23)) / (1 << 23);
}

static scalar *numbers(long count)
{
    scalar *x = aligned_alloc(64, (size_t)(count * (long)sizeof(scalar) + 63) / 64 * 64);
    for (long i = 0; i < count; i++) x[i] = drawn();
    return x;
}

static void report(const char *name, const scalar *x, long count)
{
    uint64_t digest = 14695981039346656037u;
    double sum = 0, squares = 0;
    for (long i = 0; i < count; i++) {
        uint64_t bits = 0;
        memcpy(&bits, x + i, sizeof(scalar));
        digest = (digest ^ bits) * 1099511628211u;
        sum += x[i];
        squares += (double)x[i] * x[i];
    }
    printf("%s %016llx %.6e %.6e\n", name, (unsigned long long)digest, sum / count, squares / count);
}

#define REPORT(name, x, count) report(#name, x, count)
// A loop that reads one array and writes another.
#define UNARY(name)                                                                                         \
    do {                                                                                                    \
        loop_##name(out, x, count);                                                                         \
        REPORT(name, out, count);                                                                           \
    } while (0)

enum { rows = 61, columns = 67, count = rows * columns };

static void elementwise(void)
{
    scalar *x = numbers(count), *y = numbers(count), *out = numbers(count), *row = numbers(columns);
    scalar *shift = numbers(columns);
    loop_add(out, x, row, rows, columns, loop_row);
    REPORT(add, out, count);
    loop_divide(out, x, y, rows, columns, loop_full);
    REPORT(divide, out, count);
    loop_affine_rows(out, x, row, shift, (scalar)0.2, rows, columns);
    REPORT(affine_rows, out, count);
    loop_interpolate(out, x, (scalar)0.01, count);
    REPORT(interpolate, out, count);
    UNARY(exp);
    UNARY(tanh);
    UNARY(sigmoid);
    UNARY(softplus);
    for (long i = 0; i < count; i++) x[i] = 2 + x[i];
    UNARY(log);
    UNARY(square_root);
    loop_leaky_relu_gradient(out, x, y, (scalar)0.2, count);
    REPORT(leaky_relu_gradient, out, count);
    loop_resample(out, x, (resampling){rows, columns, 1, 0.9, 0.2, 1.5, -0.1, 1.1, 0.5, 1});
    REPORT(resample, out, count);
}

static void sums(void)
{
    scalar *x = numbers(count), *g = numbers(count), *y = numbers(count), *out = numbers(count);
    scalar *mean = numbers(columns), *squares = numbers(columns), *pivot = numbers(columns);
    loop_sum_rows(mean, x, rows, columns);
    REPORT(sum_rows, mean, columns);
    mean[0] = loop_sum(x, count);
    REPORT(sum, mean, 1);
    loop_moments(mean, squares, x, pivot, rows, columns);
    REPORT(moments, squares, columns);
    loop_normalization_sums(pivot, squares, g, x, y, (scalar)0.2, mean, rows, columns);
    REPORT(normalization_sums, squares, columns);
    loop_normalization_gradient(out, g, x, y, (scalar)0.2, mean, squares, pivot, rows, columns);
    REPORT(normalization_gradient, out, count);
    loop_sort(x, out, count);
    REPORT(sort, x, count);
}

static void optimizers(void)
{
    scalar *parameter = numbers(count), *first = numbers(count), *second = numbers(count);
    scalar *gradient = numbers(count);
    for (long i = 0; i < count; i++) second[i] *= second[i];
    const adam_settings adam = {
        (scalar)2e-4, (scalar)0.999, (scalar)0.5, (scalar)0.001, (scalar)0.01, (scalar)1e-8};
    loop_adam(parameter, first, second, gradient, adam, count);
    REPORT(adam, parameter, count);
    loop_rmsprop(parameter, second, gradient, (scalar)1e-3, (scalar)0.99, (scalar)0.01, (scalar)1e-8, count);
    REPORT(rmsprop, parameter, count);
}

static void products(void)
{
    enum { inner = 300 };
    const long strip = loop_strip(), padded = (columns + strip - 1) / strip * strip;
    scalar *a = numbers(rows * inner), *b = numbers(inner * columns), *c = numbers(count);
    scalar *strips = numbers(inner * padded);
    loop_pack_strips(strips, b, columns, 1, inner, columns);
    loop_product(c, columns, a, inner, 1, strips, rows, inner, columns, 0);
    REPORT(product, c, count);
    loop_product(c, columns, a, 1, rows, strips, rows, inner, columns, 1);
    REPORT(product_transposed, c, count);
    loop_transpose(b, rows, c, columns, rows, columns);
    REPORT(transpose, b, count);
}

static void convolutions(void)
{
    enum { size = 16, channels = 5, outputs = 7, points = 25 };
    scalar *image = numbers(size * size * channels), *gathered = numbers(8 * 8 * 16 * channels);
    const patch_geometry patches = {size, size, channels, 8, 4, 4, 2, 2, 1, 1};
    loop_gather_patches(gathered, image, patches, 0, 8);
    REPORT(gather_patches, gathered, 8 * 8 * 16 * channels);
    loop_scatter_patches(image, gathered, patches, 0, 8);
    REPORT(scatter_patches, image, size * size * channels);

    const winograd_geometry g = {size, size, channels, 8, 8, outputs, 2, 1, 2, 2};
    const long input_step = 4 * 4 * channels, output_step = 4 * outputs, filter_step = 4 * channels * outputs;
    scalar *inputs = numbers(points * input_step), *filters = numbers(points * filter_step);
    scalar *products = numbers(points * output_step), *taps = numbers(channels * 16 * outputs);
    scalar *result = numbers(8 * 8 * outputs);
    winograd_input_4_2(inputs, input_step, image, g, 0, 4);
    REPORT(winograd_input, inputs, points * input_step);
    winograd_filter_4_2(filters, filter_step, taps, outputs, g, 0, channels);
    REPORT(winograd_filter, filters, points * filter_step);
    winograd_output_4_2(result, products, output_step, g, 0, 4);
    REPORT(winograd_output, result, 8 * 8 * outputs);
}

int main(void)
{
    void (*const groups[])(void) = {elementwise, sums, optimizers, products, convolutions};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        state = i;
        groups[i]();
    }
}
