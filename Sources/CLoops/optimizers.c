#include "CLoops.h"
#include "clones.h"
#include <math.h>
#include <tgmath.h>

CLONES void loop_adam(
    scalar *restrict parameter, scalar *restrict first, scalar *restrict second,
    const scalar *restrict gradient, scalar rate, scalar beta1, scalar beta2, scalar correction2,
    scalar epsilon, long count)
{
    for (long i = 0; i < count; i++) {
        const scalar g = gradient[i];
        first[i] += (1 - beta1) * (g - first[i]);
        second[i] = beta2 * second[i] + (1 - beta2) * g * g;
        parameter[i] -= rate * first[i] / (sqrt(second[i]) * correction2 + epsilon);
    }
}

CLONES void loop_rmsprop(
    scalar *restrict parameter, scalar *restrict square, const scalar *restrict gradient, scalar rate,
    scalar decay, scalar epsilon, long count)
{
    for (long i = 0; i < count; i++) {
        const scalar g = gradient[i];
        square[i] = decay * square[i] + (1 - decay) * g * g;
        parameter[i] -= rate * g / (sqrt(square[i]) + epsilon);
    }
}

CLONES void loop_sgd(
    scalar *restrict parameter, scalar *restrict velocity, const scalar *restrict gradient, scalar rate,
    scalar momentum, long count)
{
    for (long i = 0; i < count; i++) {
        velocity[i] = momentum * velocity[i] + gradient[i];
        parameter[i] -= rate * velocity[i];
    }
}
