// Plain loops over contiguous arrays, compiled for AVX-512, AVX2 and the baseline; the fastest supported
// version is selected when the program loads. Outputs never overlap inputs unless stated.
#ifndef CLOOPS_H
#define CLOOPS_H

#ifdef DOUBLE_PRECISION
typedef double scalar;
#else
typedef float scalar;
#endif

// out[r][c] = a[r][c] OP b, where b is a full array, one row that repeats, or one number that repeats.
typedef enum { loop_full, loop_row, loop_number } loop_operand;
void loop_add(scalar *out, const scalar *a, const scalar *b, long rows, long columns, loop_operand kind);
void loop_subtract(scalar *out, const scalar *a, const scalar *b, long rows, long columns, loop_operand kind);
void loop_multiply(scalar *out, const scalar *a, const scalar *b, long rows, long columns, loop_operand kind);
void loop_divide(scalar *out, const scalar *a, const scalar *b, long rows, long columns, loop_operand kind);

// y[i] += x[i]
void loop_accumulate(scalar *y, const scalar *x, long count);
// out[i] = x[i] * scale + shift
void loop_affine(scalar *out, const scalar *x, scalar scale, scalar shift, long count);
// out[r][c] = v where positive, slope * v elsewhere, for v = x[r][c] * scale[c] + shift[c]
void loop_affine_rows(
    scalar *out, const scalar *x, const scalar *scale, const scalar *shift, scalar slope, long rows,
    long columns);
// out[r][c] = v where positive, slope * v elsewhere, for v = x[r][c] + shift[c]
void loop_shift_rows(
    scalar *out, const scalar *x, const scalar *shift, scalar slope, long rows, long columns);
// out[r][c] = v where positive, slope * v elsewhere, for v = x[r][c] + noise[r] * strength[c] + shift[c]
void loop_noise_rows(
    scalar *out, const scalar *x, const scalar *noise, const scalar *strength, const scalar *shift,
    scalar slope, long rows, long columns);
// y[i] += weight * (x[i] - y[i])
void loop_interpolate(scalar *y, const scalar *x, scalar weight, long count);

void loop_exp(scalar *out, const scalar *x, long count);
void loop_log(scalar *out, const scalar *x, long count);
void loop_square_root(scalar *out, const scalar *x, long count);
void loop_tanh(scalar *out, const scalar *x, long count);
void loop_sigmoid(scalar *out, const scalar *x, long count);
void loop_softplus(scalar *out, const scalar *x, long count);
// out[i] = x[i] > 0 ? x[i] : slope * x[i]
void loop_leaky_relu(scalar *out, const scalar *x, scalar slope, long count);
// out[i] = y[i] > 0 ? g[i] : slope * g[i]
void loop_leaky_relu_gradient(scalar *out, const scalar *g, const scalar *y, scalar slope, long count);

// sum[c] = the sum over rows of x[r][c]
void loop_sum_rows(scalar *sum, const scalar *x, long rows, long columns);
// The sum of all, in 16 interleaved partial sums.
scalar loop_sum(const scalar *x, long count);
// out[r][c] = row[c]
void loop_repeat_row(scalar *out, const scalar *row, long rows, long columns);
// With d[r][c] = x[r][c] - pivot[c]: mean[c] of d[r][c] over rows, and squares[c] = the sum over rows of
// (d[r][c] - mean[c])^2
void loop_moments(
    scalar *mean, scalar *squares, const scalar *x, const scalar *pivot, long rows, long columns);
// With h[r][c] = g[r][c] where y[r][c] is positive, slope * g[r][c] elsewhere:
// sum[c] = sum over rows of h[r][c]; product[c] = sum over rows of h[r][c] * (x[r][c] - mean[c])
void loop_normalization_sums(
    scalar *sum, scalar *product, const scalar *g, const scalar *x, const scalar *y, scalar slope,
    const scalar *mean, long rows, long columns);
// out[r][c] = h[r][c] * a[c] + x[r][c] * b[c] + d[c], with the same h
void loop_normalization_gradient(
    scalar *out, const scalar *g, const scalar *x, const scalar *y, scalar slope, const scalar *a,
    const scalar *b, const scalar *d, long rows, long columns);

// Gathers the patches of a channels-last image (im2col): a row of kernel rows, kernel columns and channels
// for each output pixel. Output rows first_row..<last_row are written.
typedef struct {
    long input_height, input_width, channels;
    long output_width;
    long kernel_height, kernel_width;
    long stride_height, stride_width;
    long padding_height, padding_width;
} patch_geometry;
void loop_gather_patches(
    scalar *columns, const scalar *image, patch_geometry geometry, long first_row, long last_row);
// The adjoint (col2im): adds every patch to the pixels that it was gathered from.
void loop_scatter_patches(
    scalar *image, const scalar *columns, patch_geometry geometry, long first_row, long last_row);

// Each pixel (x, y) of the result is read from the image at (xx x + xy y + x', yx x + yy y + y'), by bilinear
// interpolation; positions are in pixels from the center of the image. Past the edges, the image is padded by
// zeros or by reflection at its outermost pixels. Image and result have the same extents.
typedef struct {
    long height, width, channels;
    double xx, xy, x, yx, yy, y;
    int mirrored;
} resampling;
void loop_resample(scalar *out, const scalar *image, resampling r);
// The adjoint: adds every pixel of the result to those it was read from, with the same weights.
void loop_resample_adjoint(scalar *image, const scalar *result, resampling r);

// A sparse matrix: the entries of row i are at starts[i]..<starts[i + 1], each a column index and a weight.
typedef struct {
    const int *starts, *places;
    const scalar *weights;
} sparse_rows;
// out[i - first][c] = the sum over row i's entries of weight * x[place][c], for i in first..<last
void loop_combine_rows(
    scalar *out, const scalar *x, sparse_rows taps, long first, long last, long columns);
// Max pooling of two rows: out[j][c] = the value at that of the four pixels 2 j and 2 j + 1 whose x is the
// largest.
void loop_pick_largest(scalar *out, const scalar *values, const scalar *x, long width, long channels);
// The adjoint: g[j][c] where x is the largest of the four, 0 at the other three; an odd last column is not
// written.
void loop_place_at_largest(scalar *out, const scalar *g, const scalar *x, long width, long channels);

// out[p][i] = shift[i] + the sum over j of matrix[i][j] * x[p][j]
void loop_mix_channels(
    scalar *out, const scalar *x, const scalar *matrix, const scalar *shift, long pixels, long channels);

// Sorts fewer than 2^32 scalars by rising value; scratch holds as many.
void loop_sort(scalar *x, scalar *scratch, long count);
// The sum of |a[i] - b[i]|
double loop_sum_distances(const scalar *a, const scalar *b, long count);

// The sum of a[i] b[i].
double loop_double_dot(const double *a, const double *b, long count);
// c[r][q] = the product of row r of a and row q of b, both of `inner` numbers.
void loop_double_products(
    double *c, long c_step, const double *a, const double *b, long rows, long columns, long inner);
// row[i] -= v_factor w[i] + w_factor v[i]; returns the sum of row[i] next[i].
double loop_double_update_dot(
    double *row, double v_factor, const double *w, double w_factor, const double *v, const double *next,
    long count);

// Whether there are tiles of products for this processor, better than the ones for all.
int loop_has_tiles(void);
// The columns of a strip on this processor: the right operand of a product is packed in strips of columns,
// the last padded with zeros.
long loop_strip(void);
// The size of a matrix of rows x columns in strips: rows * columns, columns rounded up to whole strips.
// strips[column / strip][row][column % strip] = b[row * row_step + column * column_step]; one of the steps
// is 1.
void loop_pack_strips(
    scalar *strips, const scalar *b, long row_step, long column_step, long rows, long columns);
// c[r][i] = the sum over k of a[r * a_row_step + k * a_column_step] * b[k][i], or c += it if adding, for b of
// inner x columns in strips.
void loop_product(
    scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *strips,
    long rows, long inner, long columns, int is_adding);
// The same for b[k * b_step + i], of whole strips' columns.
void loop_product_unpacked(
    scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *b,
    long b_step, long rows, long inner, long columns, int is_adding);

// out[c][r] = in[r][c]; rows lie out_step and in_step scalars apart.
void loop_transpose(scalar *out, long out_step, const scalar *in, long in_step, long rows, long columns);

// One optimizer step in place; see Networks/Optimizers for the formulas. Complements (1 - beta) are given,
// since computing them here in single precision would lose digits.
typedef struct {
    scalar rate, beta2, complement1, complement2, correction2, epsilon;
} adam_settings;
void loop_adam(
    scalar *parameter, scalar *first, scalar *second, const scalar *gradient, adam_settings settings,
    long count);
void loop_rmsprop(
    scalar *parameter, scalar *square, const scalar *gradient, scalar rate, scalar decay, scalar complement,
    scalar epsilon, long count);
void loop_sgd(
    scalar *parameter, scalar *velocity, const scalar *gradient, scalar rate, scalar momentum, long count);

// out[i] = (2 * x[i] - 255) / 255
void loop_bytes_to_signed(scalar *out, const unsigned char *x, long count);
// out[i] = round((x[i] + 1) * 127.5), clamped to 0...255
void loop_signed_to_bytes(unsigned char *out, const scalar *x, long count);

// Winograd convolution F(m, r) for kernels of r * stride pixels; see winograd.c. The image's phases (its
// pixels by their position modulo the stride) count as channels, of which every phase is convolved with
// stride 1.
typedef struct {
    long input_height, input_width, channels;
    long output_height, output_width, output_channels;
    long stride, padding;
    // Tiles of m x m output pixels to an image.
    long tile_rows, tile_columns;
} winograd_geometry;
// Points are the (m + r - 1)^2 matrices between the transforms, point_step scalars apart: of [tiles][phases *
// channels] for inputs, [tiles][output_channels] for outputs. Tiles are numbered image by image; the matrices
// hold tiles first..<last. Taps are [channel][kernel rows][kernel columns][output], the last axis tap_step
// scalars wide, of the given channels alone. An input's adjoint takes tiles in order: it writes what no
// earlier tile has written, and adds to the rest.
#define DECLARE_WINOGRAD(name)                                                                              \
    void winograd_input_##name(                                                                             \
        scalar *points, long point_step, const scalar *images, winograd_geometry g, long first, long last);\
    void winograd_input_adjoint_##name(                                                                     \
        scalar *images, const scalar *points, long point_step, winograd_geometry g, long first, long last,\
        long phase, long first_channel, long last_channel);                                                 \
    void winograd_output_##name(                                                                            \
        scalar *images, const scalar *points, long point_step, winograd_geometry g, long first, long last);\
    void winograd_output_adjoint_##name(                                                                    \
        scalar *points, long point_step, const scalar *images, winograd_geometry g, long first, long last);\
    void winograd_filter_##name(                                                                            \
        scalar *points, long point_step, const scalar *taps, long tap_step, winograd_geometry g,            \
        long first_channel, long last_channel);                                                             \
    void winograd_filter_adjoint_##name(                                                                    \
        scalar *taps, long tap_step, const scalar *points, long point_step, winograd_geometry g,            \
        long first_channel, long last_channel);
DECLARE_WINOGRAD(2_2)
DECLARE_WINOGRAD(4_2)
DECLARE_WINOGRAD(2_3)
DECLARE_WINOGRAD(4_3)

// Hints to the processor that this thread spins.
static inline void loop_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// Cores that this process may use, which whoever started it may have bound it to.
long loop_cores(void);

// Whether the loops use AVX-512: the processor runs F, DQ, BW, VL and CD, and the build is not held to AVX2.
int loop_uses_avx512(void);

#endif
