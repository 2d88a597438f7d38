#include "CBuildInfo.h"

// Package.swift defines GAN_COMMIT and GAN_IS_CHANGED.
#define QUOTED(text) #text
#define TEXT(macro) QUOTED(macro)

const char *build_commit(void) {
#ifdef GAN_COMMIT
    return TEXT(GAN_COMMIT);
#else
    return "";
#endif
}

int build_is_changed(void) {
#ifdef GAN_IS_CHANGED
    return 1;
#else
    return 0;
#endif
}
