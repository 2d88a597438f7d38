#include "CBuildInfo.h"

// Package.swift defines GAN_COMMIT.
#define QUOTED(text) #text
#define TEXT(macro) QUOTED(macro)

const char *build_commit(void) {
#ifdef GAN_COMMIT
    return TEXT(GAN_COMMIT);
#else
    return "";
#endif
}
