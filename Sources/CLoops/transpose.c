#include "CLoops.h"
#include "clones.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef scalar vec __attribute__((vector_size(8 * sizeof(scalar)), aligned(sizeof(scalar))));

// An 8x8 block: in three stages, halves, quarters and single elements of neighboring rows are exchanged.
INLINE void transpose_block(scalar *out, long out_step, const scalar *in, long in_step)
{
    vec a[8], b[8];
    UNROLL for (int i = 0; i < 8; i++) a[i] = *(const vec *)(in + i * in_step);
    UNROLL for (int i = 0; i < 4; i++) {
        b[i] = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        b[i + 4] = __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    UNROLL for (int i = 0; i < 8; i += 4) UNROLL for (int j = i; j < i + 2; j++) {
        a[j] = __builtin_shufflevector(b[j], b[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        a[j + 2] = __builtin_shufflevector(b[j], b[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    UNROLL for (int i = 0; i < 8; i += 2) {
        b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    UNROLL for (int i = 0; i < 8; i++) *(vec *)(out + i * out_step) = b[i];
}

CLONES void loop_transpose(
    scalar *restrict out, long out_step, const scalar *restrict in, long in_step, long rows, long columns)
{
    const long block_rows = rows / 8 * 8, block_columns = columns / 8 * 8;
    // 64 rows and 16 columns at a time, so that whole cache lines are read and written, even if many rows map
    // to the same ones.
    for (long top = 0; top < block_rows; top += 64)
        for (long left = 0; left < block_columns; left += 16)
            for (long r = top; r < top + 64 && r < block_rows; r += 8)
                for (long c = left; c < left + 16 && c < block_columns; c += 8)
                    transpose_block(out + c * out_step + r, out_step, in + r * in_step + c, in_step);
    for (long r = 0; r < rows; r++)
        for (long c = r < block_rows ? block_columns : 0; c < columns; c++)
            out[c * out_step + r] = in[r * in_step + c];
}
