// The exponential and the hyperbolic tangent without branches or tables, so that loops of them vectorize.
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include "CLoops.h"
#include <math.h>
#include <string.h>

// Without errno, whose setting for negative numbers would keep loops from being vectorized.
static inline scalar square_root(scalar x) { return __builtin_elementwise_sqrt(x); }

#ifdef DOUBLE_PRECISION
static inline double exponential(double x) { return exp(x); }
static inline double hyperbolic_tangent(double x) { return tanh(x); }
#else

// 2^n for whole n in -126...127, by its bits.
static inline float power_of_two(float n)
{
    const int bits = ((int)n + 127) << 23;
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

// e^r - 1 for |r| <= ln(2) / 2, relative to r: the Taylor series to degree 8, which there leaves less than
// a tenth of an ulp.
static inline float expm1_reduced(float r)
{
    float series = 1.0f / 40320;
    series = series * r + 1.0f / 5040;
    series = series * r + 1.0f / 720;
    series = series * r + 1.0f / 120;
    series = series * r + 1.0f / 24;
    series = series * r + 1.0f / 6;
    series = series * r + 0.5f;
    return r + r * r * series;
}

// x = n ln(2) + r with |r| <= ln(2) / 2; ln(2) in two parts, of which the first times n is exact (Cody and
// Waite 1980, "Software manual for the elementary functions", chapter 6).
static inline float reduce(float x, float *n)
{
    *n = nearbyintf(x * 1.44269504088896341f);
    return (x - *n * 0.693145751953125f) - *n * 1.42860682030941723e-6f;
}

static inline float exponential(float x)
{
    // Outside, the result is infinite or zero; a NaN stays one.
    const float inside = x < -104.0f ? -104.0f : x > 89.0f ? 89.0f : x;
    float n;
    const float r = reduce(inside, &n);
    // In two steps, since 2^n alone may lie outside a float's range.
    const float half = nearbyintf(n * 0.5f);
    return (expm1_reduced(r) + 1) * power_of_two(half) * power_of_two(n - half);
}

// Near 0 the Taylor series to degree 15, which at 0.35 leaves less than a tenth of an ulp; elsewhere
// (e^2|x| - 1) / (e^2|x| + 1) with the sign of x, where e^y - 1 = 2^n (e^r - 1) + (2^n - 1).
static inline float hyperbolic_tangent(float x)
{
    const float square = x * x;
    float series = (float)(-929569.0 / 638512875);
    series = series * square + (float)(21844.0 / 6081075);
    series = series * square - 1382.0f / 155925;
    series = series * square + 62.0f / 2835;
    series = series * square - 17.0f / 315;
    series = series * square + 2.0f / 15;
    series = series * square - 1.0f / 3;
    const float near_zero = x + x * square * series;

    // From 10 on it rounds to 1.
    const float y = fabsf(x) > 10 ? 20 : 2 * fabsf(x);
    float n;
    const float r = reduce(y, &n);
    const float scale = power_of_two(n);
    const float minus_one = scale * expm1_reduced(r) + (scale - 1);
    const float elsewhere = copysignf(minus_one / (minus_one + 2), x);
    // Written so that a NaN, which is in no range, takes the series and stays one.
    return fabsf(x) >= 0.35f ? elsewhere : near_zero;
}

#endif
#endif
