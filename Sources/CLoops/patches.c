#include "CLoops.h"
#include "clones.h"
#include <string.h>

// The part of a kernel's row or column that lies inside the image.
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
    scalar *restrict columns, const scalar *restrict image, patch_geometry p, long first_row, long last_row)
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
                const scalar *source = image + (y + ky) * p.input_width * c;
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
    scalar *restrict image, const scalar *restrict columns, patch_geometry p, long first_row, long last_row)
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
                scalar *target = image + (y + ky) * p.input_width * c;
                for (long i = first * c; i < last * c; i++)
                    target[x * c + i] += columns[i];
            }
        }
}
