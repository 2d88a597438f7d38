#include "CLoops.h"
#include "clones.h"

// Linear algebra of statistics, in double precision whatever the scalars of tensors are. Rows are contiguous,
// and every result is a sum in one order.

enum { lanes = 8, tile = 4 };

typedef double vec __attribute__((vector_size(lanes * sizeof(double)), aligned(sizeof(double))));

// A macro: vectors are passed differently for each instruction set.
#define SUM(x) ((((x)[0] + (x)[4]) + ((x)[2] + (x)[6])) + (((x)[1] + (x)[5]) + ((x)[3] + (x)[7])))

CLONES double loop_double_dot(const double *a, const double *b, long count)
{
    vec sum = {0};
    long k = 0;
    for (; k + lanes <= count; k += lanes)
        sum += *(const vec *)(a + k) * *(const vec *)(b + k);
    double rest = 0;
    for (; k < count; k++)
        rest += a[k] * b[k];
    return SUM(sum) + rest;
}

CLONES void loop_double_products(
    double *c, long c_step, const double *a, const double *b, long rows, long columns, long inner)
{
    for (long row = 0; row < rows; row += tile) {
        const long row_count = rows - row < tile ? rows - row : tile;
        for (long column = 0; column < columns; column += tile) {
            const long column_count = columns - column < tile ? columns - column : tile;
            if (row_count < tile || column_count < tile) {
                for (long r = 0; r < row_count; r++)
                    for (long k = 0; k < column_count; k++)
                        c[(row + r) * c_step + column + k] =
                            loop_double_dot(a + (row + r) * inner, b + (column + k) * inner, inner);
                continue;
            }
            vec sum[tile][tile] = {0};
            const double *left = a + row * inner, *right = b + column * inner;
            long k = 0;
            for (; k + lanes <= inner; k += lanes) {
                vec factor[tile];
                for (long q = 0; q < tile; q++)
                    factor[q] = *(const vec *)(right + q * inner + k);
                for (long r = 0; r < tile; r++) {
                    const vec number = *(const vec *)(left + r * inner + k);
                    for (long q = 0; q < tile; q++)
                        sum[r][q] += number * factor[q];
                }
            }
            for (long r = 0; r < tile; r++)
                for (long q = 0; q < tile; q++) {
                    double rest = 0;
                    for (long j = k; j < inner; j++)
                        rest += left[r * inner + j] * right[q * inner + j];
                    c[(row + r) * c_step + column + q] = SUM(sum[r][q]) + rest;
                }
        }
    }
}

CLONES double loop_double_update_dot(
    double *restrict row, double v_factor, const double *restrict w, double w_factor,
    const double *restrict v, const double *restrict next, long count)
{
    vec sum = {0};
    long k = 0;
    for (; k + lanes <= count; k += lanes) {
        vec *const target = (vec *)(row + k);
        *target -= v_factor * *(const vec *)(w + k) + w_factor * *(const vec *)(v + k);
        sum += *target * *(const vec *)(next + k);
    }
    double rest = 0;
    for (; k < count; k++) {
        row[k] -= v_factor * w[k] + w_factor * v[k];
        rest += row[k] * next[k];
    }
    return SUM(sum) + rest;
}
