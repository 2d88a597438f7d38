#include "CLoops.h"
#include "clones.h"
#include <string.h>

// Matrix products whose right operand is packed in strips (loop_pack_strips), so that a tile of the product
// stays in registers while rows of the strip and single elements of the left operand, at any stride, are
// read. Every element of the product is one sum in the order of `inner`, whatever the tile.
//
// Source: Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication", section 4; here
// only the right operand is packed.

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// Rows of the strip, and so terms of a sum, that are processed before the next tile: few enough to stay in
// the inner cache.
enum { block = 256, most_rows = 14 };

typedef void tile_function(
    scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *strip,
    long strip_step, long inner, int is_adding);

// A tile of `rows` rows and one strip's columns, `2 * lanes` of them at a time.
#define DEFINE_TILE(level, level_target, bytes, rows)                                                       \
    level_target static void tile_##level##_##rows(                                                         \
        scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *strip,  \
        long strip_step, long inner, int is_adding)                                                         \
    {                                                                                                       \
        typedef scalar vec __attribute__((vector_size(bytes), aligned(sizeof(scalar))));                    \
        enum { lanes = bytes / sizeof(scalar) };                                                            \
        for (long column = 0; column < loop_strip; column += 2 * lanes) {                                   \
            vec sum[rows][2] = {0};                                                                         \
            for (long k = 0; k < inner; k++) {                                                              \
                const scalar *b = strip + k * strip_step + column;                                          \
                const vec left = *(const vec *)b, right = *(const vec *)(b + lanes);                        \
                UNROLL for (int r = 0; r < rows; r++) {                                                     \
                    const scalar number = a[r * a_row_step + k * a_column_step];                            \
                    sum[r][0] += number * left;                                                             \
                    sum[r][1] += number * right;                                                            \
                }                                                                                           \
            }                                                                                               \
            UNROLL for (int r = 0; r < rows; r++)                                                           \
                UNROLL for (int v = 0; v < 2; v++) {                                                        \
                    vec *const target = (vec *)(c + r * c_step + column + v * lanes);                       \
                    *target = is_adding ? *target + sum[r][v] : sum[r][v];                                  \
                }                                                                                           \
        }                                                                                                   \
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
} tile_set;

static tile_set best_tiles(void)
{
#ifdef __x86_64__
#ifndef UP_TO_AVX2
    if (loop_uses_avx512())
        return (tile_set){avx512_tiles, most_rows};
#endif
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return (tile_set){avx2_tiles, 6};
#endif
    return (tile_set){plain_tiles, 6};
}

CLONES void loop_pack_strips(
    scalar *strips, const scalar *b, long row_step, long column_step, long rows, long columns)
{
    for (long first = 0; first < columns; first += loop_strip, strips += rows * loop_strip) {
        const long count = columns - first < loop_strip ? columns - first : loop_strip;
        const scalar *source = b + first * column_step;
        if (count < loop_strip)
            memset(strips, 0, (size_t)(rows * loop_strip) * sizeof(scalar));
        if (column_step != 1)
            loop_transpose(strips, loop_strip, source, column_step, count, rows);
        else if (count == loop_strip)
            for (long k = 0; k < rows; k++)
                memcpy(strips + k * loop_strip, source + k * row_step, loop_strip * sizeof(scalar));
        else
            for (long k = 0; k < rows; k++)
                memcpy(strips + k * loop_strip, source + k * row_step, (size_t)count * sizeof(scalar));
    }
}

static void product(
    scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *b,
    long b_step, long strip_advance, long rows, long inner, long columns, int is_adding)
{
    const tile_set tiles = best_tiles();
    const long tile_count = (rows + tiles.most_rows - 1) / tiles.most_rows;
    for (long first = 0; first < inner || first == 0; first += block) {
        const long depth = inner - first < block ? inner - first : block;
        const int adds = is_adding || first > 0;
        for (long column = 0; column < columns; column += loop_strip) {
            const scalar *strip = b + column / loop_strip * strip_advance + first * b_step;
            const long count = columns - column < loop_strip ? columns - column : loop_strip;
            for (long tile = 0; tile < tile_count; tile++) {
                const long row = tile * rows / tile_count, end = (tile + 1) * rows / tile_count;
                tile_function *const compute = tiles.of_rows[end - row - 1];
                const scalar *left = a + row * a_row_step + first * a_column_step;
                scalar *target = c + row * c_step + column;
                if (count == loop_strip) {
                    compute(target, c_step, left, a_row_step, a_column_step, strip, b_step, depth, adds);
                    continue;
                }
                scalar edge[most_rows * loop_strip] = {0};
                for (long r = 0; adds && r < end - row; r++)
                    memcpy(edge + r * loop_strip, target + r * c_step, (size_t)count * sizeof(scalar));
                compute(edge, loop_strip, left, a_row_step, a_column_step, strip, b_step, depth, adds);
                for (long r = 0; r < end - row; r++)
                    memcpy(target + r * c_step, edge + r * loop_strip, (size_t)count * sizeof(scalar));
            }
        }
    }
}

void loop_product(
    scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *strips,
    long rows, long inner, long columns, int is_adding)
{
    product(
        c, c_step, a, a_row_step, a_column_step, strips, loop_strip, inner * loop_strip, rows, inner, columns,
        is_adding);
}

void loop_product_unpacked(
    scalar *c, long c_step, const scalar *a, long a_row_step, long a_column_step, const scalar *b,
    long b_step, long rows, long inner, long columns, int is_adding)
{
    product(
        c, c_step, a, a_row_step, a_column_step, b, b_step, loop_strip, rows, inner, columns, is_adding);
}
