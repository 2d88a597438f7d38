// Plain loops over contiguous arrays, compiled for AVX-512, AVX2 and the baseline; the fastest that
// the processor has is picked when the program loads.
#ifndef CLOOPS_H
#define CLOOPS_H

#ifdef DOUBLE_PRECISION
typedef double scalar;
#else
typedef float scalar;
#endif

#endif
