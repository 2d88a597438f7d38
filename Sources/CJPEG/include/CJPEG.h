#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

// libjpeg reports errors by a callback that must not return. These functions jump back inside C and return
// a message instead.

#define CJPEG_MESSAGE_SIZE 200

typedef struct cjpeg_reader cjpeg_reader;

// Reads everything up to the pixels. `bytes` must outlive the reader. Returns NULL and fills `message` on
// failure.
cjpeg_reader *cjpeg_open(const uint8_t *bytes, size_t count, char message[CJPEG_MESSAGE_SIZE]);
uint32_t cjpeg_width(const cjpeg_reader *reader);
uint32_t cjpeg_height(const cjpeg_reader *reader);
// Channels of the decoded pixels: 1 gray, 3 RGB, 4 CMYK with 0 for no ink.
uint32_t cjpeg_channels(const cjpeg_reader *reader);
// Whether the entropy coding is Huffman's, where every block costs bits (arithmetic coding has no such
// bound).
int cjpeg_is_huffman_coded(const cjpeg_reader *reader);
// The Exif data after its "Exif\0\0" mark, or NULL.
const uint8_t *cjpeg_exif(const cjpeg_reader *reader, size_t *count);
// Decodes all rows into `pixels` (height * width * channels bytes). Returns 1, or 0 and a message. Call once.
int cjpeg_decode(cjpeg_reader *reader, uint8_t *pixels, char message[CJPEG_MESSAGE_SIZE]);
void cjpeg_close(cjpeg_reader *reader);

#endif
