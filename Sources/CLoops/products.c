#include "CLoops.h"
#include "clones.h"
#include <limits.h>
#include <string.h>

// Matrix products whose right operand is packed in strips (loop_pack_strips), so that a tile of the product
// stays in registers while rows of the strip and single elements of the left operand, at any stride, are
// read. Every element of the product is one sum in the order of `inner`, whatever the tile.
//
// Source: Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication", section 4; here
// the left operand is copied only where that pays.

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

enum {
    // Rows of the strip, and so terms of a sum, that are processed before the next tile: few enough to stay
    // in the inner cache.
    block = 256,
    most_rows = 14,
    least_strip = 32 / sizeof(scalar),
    most_strip = 128 / sizeof(scalar),
    // Rows of the left operand that are copied at a time, so that they stay in the middle cache, and scalars
    // from one to the next: no power of two, whose multiples would share cache lines.
    band_rows = 96,
    band_step = block + 16,
};

typedef void tile_function(
    scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *strip,
    long strip_step, long inner, int is_adding);

// A tile of `rows` rows and the columns of a strip, which are two vectors. Where the left operand was copied,
// the compiler knows the steps.
#define DEFINE_TILE(level, level_target, bytes, rows)                                                       \
    level_target INLINE void any_tile_##level##_##rows(                                                     \
        scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *strip,  \
        long strip_step, long inner, int is_adding)                                                         \
    {                                                                                                       \
        typedef scalar vec __attribute__((vector_size(bytes), aligned(sizeof(scalar))));                    \
        enum { lanes = bytes / sizeof(scalar) };                                                            \
        UNROLL for (int r = 0; r < rows; r++) __builtin_prefetch(c + r * c_step, 1);                        \
        vec sum[rows][2] = {0};                                                                             \
        for (long k = 0; k < inner; k++) {                                                                  \
            const scalar *b = strip + k * strip_step;                                                       \
            const vec left = *(const vec *)b, right = *(const vec *)(b + lanes);                            \
            UNROLL for (int r = 0; r < rows; r++) {                                                         \
                const scalar number = a[r * a_row_step + k * a_column_step];                                \
                sum[r][0] += number * left;                                                                 \
                sum[r][1] += number * right;                                                                \
            }                                                                                               \
        }                                                                                                   \
        UNROLL for (int r = 0; r < rows; r++)                                                               \
            UNROLL for (int v = 0; v < 2; v++) {                                                            \
                vec *const target = (vec *)(c + r * c_step + v * lanes);                                    \
                *target = is_adding ? *target + sum[r][v] : sum[r][v];                                      \
            }                                                                                               \
    }                                                                                                       \
    level_target static void tile_##level##_##rows(                                                         \
        scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *strip,  \
        long strip_step, long inner, int is_adding)                                                         \
    {                                                                                                       \
        enum { strip_columns = 2 * bytes / sizeof(scalar) };                                                \
        if (a_row_step == band_step && a_column_step == 1 && strip_step == strip_columns)                   \
            any_tile_##level##_##rows(                                                                      \
                c, c_step, a, band_step, 1, strip, strip_columns, inner, is_adding);                        \
        else                                                                                                \
            any_tile_##level##_##rows(                                                                      \
                c, c_step, a, a_row_step, a_column_step, strip, strip_step, inner, is_adding);              \
    }

// Tiles of 1 to 6 rows leave room for their sums in 16 registers, up to 14 rows in 32.
#define DEFINE_LOW_TILES(level, level_target, bytes)                                                        \
    DEFINE_TILE(level, level_target, bytes, 1)                                                              \
    DEFINE_TILE(level, level_target, bytes, 2)                                                              \
    DEFINE_TILE(level, level_target, bytes, 3)                                                              \
    DEFINE_TILE(level, level_target, bytes, 4)                                                              \
    DEFINE_TILE(level, level_target, bytes, 5)                                                              \
    DEFINE_TILE(level, level_target, bytes, 6)
#define LOW_TILES(level)                                                                                    \
    tile_##level##_1, tile_##level##_2, tile_##level##_3, tile_##level##_4, tile_##level##_5, tile_##level##_6

DEFINE_LOW_TILES(plain, , 16)
static tile_function *const plain_tiles[] = {LOW_TILES(plain)};

#ifdef __x86_64__
#define AVX2 __attribute__((target("arch=x86-64-v3")))
#define AVX512 __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512cd")))
DEFINE_LOW_TILES(avx2, AVX2, 32)
static tile_function *const avx2_tiles[] = {LOW_TILES(avx2)};
#ifndef UP_TO_AVX2
DEFINE_LOW_TILES(avx512, AVX512, 64)
DEFINE_TILE(avx512, AVX512, 64, 7)
DEFINE_TILE(avx512, AVX512, 64, 8)
DEFINE_TILE(avx512, AVX512, 64, 9)
DEFINE_TILE(avx512, AVX512, 64, 10)
DEFINE_TILE(avx512, AVX512, 64, 11)
DEFINE_TILE(avx512, AVX512, 64, 12)
DEFINE_TILE(avx512, AVX512, 64, 13)
DEFINE_TILE(avx512, AVX512, 64, 14)
static tile_function *const avx512_tiles[] = {
    LOW_TILES(avx512), tile_avx512_7,  tile_avx512_8,  tile_avx512_9,  tile_avx512_10,
    tile_avx512_11,    tile_avx512_12, tile_avx512_13, tile_avx512_14};
#endif
#endif

typedef struct {
    tile_function *const *of_rows;
    long most_rows;
    long strip;
    // Columns of a product above which the left operand is copied. With AVX2 a product of 1024 x 256 x 512
    // whose left operand is transposed then has 0.94 of OpenBLAS' speed instead of 0.67; with AVX-512 copying
    // was not measured.
    long copies_above;
} tile_set;

static tile_set best_tiles(void)
{
#ifdef __x86_64__
#ifndef UP_TO_AVX2
    if (loop_uses_avx512())
        return (tile_set){avx512_tiles, most_rows, most_strip, LONG_MAX};
#endif
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return (tile_set){avx2_tiles, 6, 64 / sizeof(scalar), 64};
#endif
    return (tile_set){plain_tiles, 6, least_strip, 64};
}

long loop_strip(void) { return best_tiles().strip; }

int loop_has_tiles(void) { return best_tiles().of_rows != plain_tiles; }

CLONES void loop_pack_strips(
    scalar *strips, const scalar *b, long row_step, long column_step, long rows, long columns)
{
    const long width = best_tiles().strip;
    // Few rows before the next strip, so that the cache lines that two strips share are read once.
    const long together = column_step == 1 ? 8 : rows;
    for (long top = 0; top < rows; top += together) {
        const long height = rows - top < together ? rows - top : together;
        for (long first = 0; first < columns; first += width) {
            const long count = columns - first < width ? columns - first : width;
            const scalar *source = b + top * row_step + first * column_step;
            scalar *strip = strips + first * rows + top * width;
            if (count < width)
                memset(strip, 0, (size_t)(height * width) * sizeof(scalar));
            if (column_step != 1)
                loop_transpose(strip, width, source, column_step, count, height);
            else if (count == width)
                for (long k = 0; k < height; k++)
                    for (long i = 0; i < width; i += least_strip)
                        memcpy(
                            strip + k * width + i, source + k * row_step + i, least_strip * sizeof(scalar));
            else
                for (long k = 0; k < height; k++)
                    memcpy(strip + k * width, source + k * row_step, (size_t)count * sizeof(scalar));
        }
    }
}

// With the scalars from one row to the next and from one column to the next.
typedef struct {
    const scalar *start;
    long row_step, column_step;
} left_operand;

// Some rows and columns of the left operand, copied to be read one after the other.
static left_operand copied(left_operand a, long rows, long depth)
{
    static _Thread_local scalar band[(band_rows + most_rows) * band_step] __attribute__((aligned(64)));
    if (a.column_step == 1)
        for (long r = 0; r < rows; r++)
            memcpy(band + r * band_step, a.start + r * a.row_step, (size_t)depth * sizeof(scalar));
    else
        loop_transpose(band, band_step, a.start, a.column_step, depth, rows);
    return (left_operand){band, band_step, 1};
}

// One tile of the product, as wide as a strip or, at the edge, narrower.
static void strip_tile(
    tile_function *compute, scalar *c, long c_step, left_operand a, const scalar *strip, long strip_step,
    long rows, long depth, long columns, long strip_columns, int is_adding)
{
    if (columns == strip_columns)
        return compute(c, c_step, a.start, a.row_step, a.column_step, strip, strip_step, depth, is_adding);
    scalar edge[most_rows * most_strip] = {0};
    for (long r = 0; is_adding && r < rows; r++)
        memcpy(edge + r * strip_columns, c + r * c_step, (size_t)columns * sizeof(scalar));
    compute(edge, strip_columns, a.start, a.row_step, a.column_step, strip, strip_step, depth, is_adding);
    for (long r = 0; r < rows; r++)
        memcpy(c + r * c_step, edge + r * strip_columns, (size_t)columns * sizeof(scalar));
}

// Element (k, i) of the right operand is b[i / strip * strip_advance + k * b_step + i % strip].
static void product(
    scalar *c, long c_step, left_operand a, const scalar *b, long b_step, long strip_advance, long rows,
    long inner, long columns, int is_adding)
{
    const tile_set tiles = best_tiles();
    const long tile_count = (rows + tiles.most_rows - 1) / tiles.most_rows;
    const int copies = columns > tiles.copies_above;
    const long band = copies ? band_rows / tiles.most_rows : tile_count;
#define FIRST_ROW(tile) ((tile) * rows / tile_count)
    for (long first = 0; first < inner || first == 0; first += block) {
        const long depth = inner - first < block ? inner - first : block;
        const int adds = is_adding || first > 0;
        for (long top = 0; top < tile_count; top += band) {
            const long bottom = top + band < tile_count ? top + band : tile_count, row = FIRST_ROW(top);
            left_operand left = {
                a.start + row * a.row_step + first * a.column_step, a.row_step, a.column_step};
            if (copies)
                left = copied(left, FIRST_ROW(bottom) - row, depth);
            for (long column = 0; column < columns; column += tiles.strip) {
                const scalar *strip = b + column / tiles.strip * strip_advance + first * b_step;
                const long count = columns - column < tiles.strip ? columns - column : tiles.strip;
                for (long tile = top; tile < bottom; tile++) {
                    const long r = FIRST_ROW(tile), height = FIRST_ROW(tile + 1) - r;
                    const left_operand of_tile = {
                        left.start + (r - row) * left.row_step, left.row_step, left.column_step};
                    strip_tile(
                        tiles.of_rows[height - 1], c + r * c_step + column, c_step, of_tile, strip, b_step,
                        height, depth, count, tiles.strip, adds);
                }
            }
        }
    }
#undef FIRST_ROW
}

void loop_product(
    scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *strips,
    long rows, long inner, long columns, int is_adding)
{
    const long strip = best_tiles().strip;
    product(
        c, c_step, (left_operand){a, a_row_step, a_column_step}, strips, strip, inner * strip, rows, inner,
        columns, is_adding);
}

void loop_product_unpacked(
    scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *b,
    long b_step, long rows, long inner, long columns, int is_adding)
{
    product(
        c, c_step, (left_operand){a, a_row_step, a_column_step}, b, b_step, best_tiles().strip, rows, inner,
        columns, is_adding);
}
