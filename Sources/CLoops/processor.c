#include "CLoops.h"

int loop_uses_avx512(void)
{
#if defined(__x86_64__) && !defined(UP_TO_AVX2)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512cd");
#else
    return 0;
#endif
}
