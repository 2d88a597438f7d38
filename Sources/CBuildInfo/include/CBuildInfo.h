#ifndef CBUILDINFO_H
#define CBUILDINFO_H

// The commit that was built, 40 hexadecimal digits; empty where the sources are in no repository.
const char *build_commit(void);
// Whether the sources differed from the commit.
int build_is_changed(void);

#endif
