#ifndef CWEBP_H
#define CWEBP_H

#include <stddef.h>
#include <stdint.h>

// A WebP file is a canvas with one frame or more. These functions decode the first frame onto its canvas, which is
// transparent where the frame does not cover it.

#define CWEBP_MESSAGE_SIZE 120

typedef struct cwebp_reader cwebp_reader;

// Reads everything up to the pixels, taking no memory that grows with their number. `bytes` must outlive the
// reader. Returns NULL and fills `message` on failure.
cwebp_reader *cwebp_open(const uint8_t *bytes, size_t count, char message[CWEBP_MESSAGE_SIZE]);
// Of the canvas.
uint32_t cwebp_width(const cwebp_reader *reader);
uint32_t cwebp_height(const cwebp_reader *reader);
// Channels of the decoded pixels: 3 RGB, 4 RGBA.
uint32_t cwebp_channels(const cwebp_reader *reader);
// The Exif data, or NULL. It lives as long as the reader.
const uint8_t *cwebp_exif(const cwebp_reader *reader, size_t *count);
// Decodes the first frame into `pixels` (height * width * channels bytes). Returns 1, or 0 and a message.
int cwebp_decode(cwebp_reader *reader, uint8_t *pixels, char message[CWEBP_MESSAGE_SIZE]);
void cwebp_close(cwebp_reader *reader);

#endif
