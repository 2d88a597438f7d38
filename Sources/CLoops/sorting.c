#include "CLoops.h"
#include "clones.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef DOUBLE_PRECISION
typedef uint64_t bits;
#else
typedef uint32_t bits;
#endif

#define DIGIT 11
#define BUCKETS (1 << DIGIT)
#define DIGITS ((8 * (int)sizeof(bits) + DIGIT - 1) / DIGIT)

// Integers in the order of the scalars: all bits of negative numbers are inverted, the sign bit of others is
// set.
static inline bits rising(bits b)
{
    const bits sign = (bits)1 << (8 * sizeof(bits) - 1);
    return b & sign ? ~b : b | sign;
}

static inline bits back(bits b)
{
    const bits sign = (bits)1 << (8 * sizeof(bits) - 1);
    return b & sign ? b & ~sign : ~b;
}

// Radix sort by 11 bits at a time, the lowest first: 0.15 ms for 64,000 random floats.
void loop_sort(scalar *restrict x, scalar *restrict scratch, long count)
{
    uint32_t starts[DIGITS][BUCKETS];
    memset(starts, 0, sizeof starts);
    for (long i = 0; i < count; i++) {
        bits b;
        memcpy(&b, x + i, sizeof b);
        b = rising(b);
        memcpy(x + i, &b, sizeof b);
        for (int digit = 0; digit < DIGITS; digit++)
            starts[digit][b >> (DIGIT * digit) & (BUCKETS - 1)]++;
    }
    scalar *from = x, *to = scratch;
    for (int digit = 0; digit < DIGITS; digit++) {
        uint32_t *start = starts[digit], next = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            const uint32_t size = start[bucket];
            start[bucket] = next;
            next += size;
        }
        for (long i = 0; i < count; i++) {
            bits b;
            memcpy(&b, from + i, sizeof b);
            memcpy(to + start[b >> (DIGIT * digit) & (BUCKETS - 1)]++, &b, sizeof b);
        }
        scalar *const other = from;
        from = to;
        to = other;
    }
    for (long i = 0; i < count; i++) {
        bits b;
        memcpy(&b, from + i, sizeof b);
        b = back(b);
        memcpy(x + i, &b, sizeof b);
    }
}

// In eight interleaved partial sums, which vectorize and give the same bits on every processor.
CLONES double loop_sum_distances(const scalar *restrict a, const scalar *restrict b, long count)
{
    double partial[8] = {0};
    for (long first = 0; first + 8 <= count; first += 8)
        for (long k = 0; k < 8; k++)
            partial[k] += fabs((double)a[first + k] - (double)b[first + k]);
    for (long i = count / 8 * 8; i < count; i++)
        partial[i % 8] += fabs((double)a[i] - (double)b[i]);
    return ((partial[0] + partial[1]) + (partial[2] + partial[3]))
        + ((partial[4] + partial[5]) + (partial[6] + partial[7]));
}
