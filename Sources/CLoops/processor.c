#define _GNU_SOURCE
#include "CLoops.h"
#include <sched.h>
#include <unistd.h>

long loop_cores(void)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof(cores), &cores) == 0)
        return CPU_COUNT(&cores);
    return sysconf(_SC_NPROCESSORS_ONLN);
}

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
