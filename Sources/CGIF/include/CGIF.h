#ifndef CGIF_H
#define CGIF_H

#include <stddef.h>
#include <stdint.h>

// A GIF file is a canvas with one frame or more. These functions decode the first frame onto its canvas, which is
// transparent where the frame does not cover it, and larger than the file says where the frame reaches past it.

#define CGIF_MESSAGE_SIZE 120
#define CGIF_COMMENT_SIZE 65536

typedef struct cgif_reader cgif_reader;

// Reads everything up to the pixels of the first frame, taking no memory that grows with their number. `bytes` must
// outlive the reader. Returns NULL and fills `message` on failure.
cgif_reader *cgif_open(const uint8_t *bytes, size_t count, char message[CGIF_MESSAGE_SIZE]);
// Of the canvas.
uint32_t cgif_width(const cgif_reader *reader);
uint32_t cgif_height(const cgif_reader *reader);
// Channels of the decoded pixels: 3 RGB, 4 RGBA.
uint32_t cgif_channels(const cgif_reader *reader);
// The comments before the first frame up to a zero byte, as far as CGIF_COMMENT_SIZE holds them; empty without.
const char *cgif_comment(const cgif_reader *reader);
// Pixels of the first frame, which are all that is stored.
uint64_t cgif_stored_pixels(const cgif_reader *reader);
// Decodes the first frame into `pixels` (height * width * channels bytes). Returns 1, or 0 and a message. Call once.
int cgif_decode(cgif_reader *reader, uint8_t *pixels, char message[CGIF_MESSAGE_SIZE]);
void cgif_close(cgif_reader *reader);

#endif
