#include "CLoops.h"
#include "clones.h"

CLONES void loop_sum_rows(scalar *restrict sum, const scalar *restrict x, long rows, long columns)
{
    for (long c = 0; c < columns; c++)
        sum[c] = 0;
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++)
            sum[c] += x[r * columns + c];
}

CLONES scalar loop_sum(const scalar *x, long count)
{
    // Interleaved partial sums: vectorized, and in the same order at every call.
    scalar partial[16] = {0};
    const long blocks = count / 16;
    for (long b = 0; b < blocks; b++)
        for (long lane = 0; lane < 16; lane++)
            partial[lane] += x[b * 16 + lane];
    scalar rest = 0;
    for (long i = blocks * 16; i < count; i++)
        rest += x[i];
    for (long half = 8; half >= 1; half /= 2)
        for (long lane = 0; lane < half; lane++)
            partial[lane] += partial[lane + half];
    return partial[0] + rest;
}

CLONES void loop_repeat_row(scalar *restrict out, const scalar *restrict row, long rows, long columns)
{
    if (columns == 1) {
        for (long r = 0; r < rows; r++)
            out[r] = row[0];
        return;
    }
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++)
            out[r * columns + c] = row[c];
}

CLONES void loop_moments(
    scalar *restrict mean, scalar *restrict squares, const scalar *restrict x, const scalar *restrict pivot,
    long rows, long columns)
{
    for (long c = 0; c < columns; c++)
        mean[c] = squares[c] = 0;
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++)
            mean[c] += x[r * columns + c] - pivot[c];
    for (long c = 0; c < columns; c++)
        mean[c] /= (scalar)rows;
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++) {
            const scalar centered = x[r * columns + c] - pivot[c] - mean[c];
            squares[c] += centered * centered;
        }
}

CLONES void loop_normalization_sums(
    scalar *restrict sum, scalar *restrict product, const scalar *restrict g, const scalar *restrict x,
    const scalar *restrict y, scalar slope, const scalar *restrict mean, long rows, long columns)
{
    for (long c = 0; c < columns; c++)
        sum[c] = product[c] = 0;
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++) {
            const long i = r * columns + c;
            const scalar h = y[i] > 0 ? g[i] : slope * g[i];
            sum[c] += h;
            product[c] += h * (x[i] - mean[c]);
        }
}

CLONES void loop_normalization_gradient(
    scalar *restrict out, const scalar *restrict g, const scalar *restrict x, const scalar *restrict y,
    scalar slope, const scalar *restrict a, const scalar *restrict b, const scalar *restrict d, long rows,
    long columns)
{
    for (long r = 0; r < rows; r++)
        for (long c = 0; c < columns; c++) {
            const long i = r * columns + c;
            const scalar h = y[i] > 0 ? g[i] : slope * g[i];
            out[i] = h * a[c] + x[i] * b[c] + d[c];
        }
}
