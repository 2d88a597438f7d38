#include "CLoops.h"
#include "clones.h"
#include "functions.h"

CLONES void loop_adam(
    scalar *restrict parameter, scalar *restrict first, scalar *restrict second,
    const scalar *restrict gradient, adam_settings s, long count)
{
    for (long i = 0; i < count; i++) {
        const scalar g = gradient[i];
        first[i] += s.complement1 * (g - first[i]);
        second[i] = s.beta2 * second[i] + s.complement2 * g * g;
        parameter[i] -= s.rate * first[i] / (square_root(second[i]) * s.correction2 + s.epsilon);
    }
}

CLONES void loop_rmsprop(
    scalar *restrict parameter, scalar *restrict square, const scalar *restrict gradient, scalar rate,
    scalar decay, scalar complement, scalar epsilon, long count)
{
    for (long i = 0; i < count; i++) {
        const scalar g = gradient[i];
        square[i] = decay * square[i] + complement * g * g;
        parameter[i] -= rate * g / (square_root(square[i]) + epsilon);
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
