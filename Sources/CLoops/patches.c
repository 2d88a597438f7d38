#include "CLoops.h"
#include "clones.h"
#include <string.h>

// The part of a kernel's row or column that lies inside the picture.
static inline void inside(long origin, long kernel, long limit, long *first, long *last)
{
    *first = origin < 0 ? -origin : 0;
    *last = origin + kernel > limit ? limit - origin : kernel;
    if (*first > kernel)
        *first = kernel;
    if (*last < *first)
        *last = *first;
}

CLONES void loop_gather_patches(
    scalar *restrict columns, const scalar *restrict picture, patch_geometry p, long first_row, long last_row)
{
    const long c = p.channels, run = p.kernel_width * c;
    for (long oy = first_row; oy < last_row; oy++)
        for (long ox = 0; ox < p.output_width; ox++) {
            const long y = oy * p.stride_height - p.padding_height;
            const long x = ox * p.stride_width - p.padding_width;
            long first, last;
            inside(x, p.kernel_width, p.input_width, &first, &last);
            for (long ky = 0; ky < p.kernel_height; ky++, columns += run) {
                if (y + ky < 0 || y + ky >= p.input_height || first == last) {
                    memset(columns, 0, (size_t)run * sizeof(scalar));
                    continue;
                }
                const scalar *source = picture + (y + ky) * p.input_width * c;
                for (long i = 0; i < first * c; i++)
                    columns[i] = 0;
                for (long i = first * c; i < last * c; i++)
                    columns[i] = source[x * c + i];
                for (long i = last * c; i < run; i++)
                    columns[i] = 0;
            }
        }
}

CLONES void loop_scatter_patches(
    scalar *restrict picture, const scalar *restrict columns, patch_geometry p, long first_row, long last_row)
{
    const long c = p.channels, run = p.kernel_width * c;
    for (long oy = first_row; oy < last_row; oy++)
        for (long ox = 0; ox < p.output_width; ox++) {
            const long y = oy * p.stride_height - p.padding_height;
            const long x = ox * p.stride_width - p.padding_width;
            long first, last;
            inside(x, p.kernel_width, p.input_width, &first, &last);
            for (long ky = 0; ky < p.kernel_height; ky++, columns += run) {
                if (y + ky < 0 || y + ky >= p.input_height)
                    continue;
                scalar *target = picture + (y + ky) * p.input_width * c;
                for (long i = first * c; i < last * c; i++)
                    target[x * c + i] += columns[i];
            }
        }
}

// Blocks of 4x4 by shuffles, and what is left element by element.
void loop_transpose(
    scalar *restrict out, long out_step, const scalar *restrict in, long in_step, long rows, long columns)
{
    typedef scalar vec4 __attribute__((vector_size(4 * sizeof(scalar)), aligned(sizeof(scalar))));
    const long block_rows = rows / 4 * 4, block_columns = columns / 4 * 4;
    for (long r = 0; r < block_rows; r += 4)
        for (long c = 0; c < block_columns; c += 4) {
            const scalar *source = in + r * in_step + c;
            const vec4 a0 = *(const vec4 *)source, a1 = *(const vec4 *)(source + in_step);
            const vec4 a2 = *(const vec4 *)(source + 2 * in_step), a3 = *(const vec4 *)(source + 3 * in_step);
            const vec4 b0 = __builtin_shufflevector(a0, a1, 0, 4, 1, 5);
            const vec4 b1 = __builtin_shufflevector(a0, a1, 2, 6, 3, 7);
            const vec4 b2 = __builtin_shufflevector(a2, a3, 0, 4, 1, 5);
            const vec4 b3 = __builtin_shufflevector(a2, a3, 2, 6, 3, 7);
            scalar *target = out + c * out_step + r;
            *(vec4 *)target = __builtin_shufflevector(b0, b2, 0, 1, 4, 5);
            *(vec4 *)(target + out_step) = __builtin_shufflevector(b0, b2, 2, 3, 6, 7);
            *(vec4 *)(target + 2 * out_step) = __builtin_shufflevector(b1, b3, 0, 1, 4, 5);
            *(vec4 *)(target + 3 * out_step) = __builtin_shufflevector(b1, b3, 2, 3, 6, 7);
        }
    for (long r = 0; r < rows; r++)
        for (long c = r < block_rows ? block_columns : 0; c < columns; c++)
            out[c * out_step + r] = in[r * in_step + c];
}
