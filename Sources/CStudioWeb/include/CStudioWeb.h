#ifndef CSTUDIOWEB_H
#define CSTUDIOWEB_H

#include <stddef.h>

/// A file of the studio's pages, as it lies in `Sources/Studio/Web`, held in the program.
struct web_file {
    /// Below `Sources/Studio/Web`.
    const char *path;
    const unsigned char *bytes;
    size_t count;
};

/// The files that all pages share, and those of each page; the last one has no path.
const struct web_file *shared_files(void);
const struct web_file *runs_files(void);
const struct web_file *latents_files(void);
const struct web_file *arena_files(void);
const struct web_file *translate_files(void);

#endif
