#ifndef CBUILDINFO_H
#define CBUILDINFO_H

// The commit that was built, with -dirty where the sources differ from it; empty where it is not known.
const char *build_commit(void);

#endif
