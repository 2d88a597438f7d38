// Marks a function to be compiled for three levels of the x86-64 instruction set, of which the program's
// start picks one, before it could read an option; a build for comparison (the AVX2 trait) leaves the highest
// out. That one goes by a feature: by its name, x86-64-v4, it would not take vectors of 512 bits.
#if defined(__x86_64__) && defined(UP_TO_AVX2)
#define CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#elif defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512vl", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
