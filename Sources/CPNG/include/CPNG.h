#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

// libpng reports errors by longjmp. These functions keep every jump inside C and return a message instead.

#define CPNG_MESSAGE_SIZE 160

typedef struct cpng_reader cpng_reader;

// A text of an image: its keyword, 1 to 79 bytes of Latin-1, and what it says in UTF-8.
typedef struct {
    const char *keyword, *text;
} cpng_text;

// Reads everything up to the pixels, taking no memory that grows with their number. `bytes` must outlive the
// reader. Returns NULL and fills `message` on failure.
cpng_reader *cpng_open(const uint8_t *bytes, size_t count, char message[CPNG_MESSAGE_SIZE]);
// The same, keeping texts that lie before the pixels, of which each takes 1 MB at most.
cpng_reader *cpng_open_with_texts(const uint8_t *bytes, size_t count, char message[CPNG_MESSAGE_SIZE]);
// How many texts were kept, and one of them, which lives as long as the reader.
uint32_t cpng_text_count(const cpng_reader *reader);
cpng_text cpng_text_at(const cpng_reader *reader, uint32_t index);
uint32_t cpng_width(const cpng_reader *reader);
uint32_t cpng_height(const cpng_reader *reader);
// Channels of the decoded 8-bit pixels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
uint32_t cpng_channels(const cpng_reader *reader);
// Bits of one pixel as stored in the file.
uint32_t cpng_stored_bits(const cpng_reader *reader);
// Decodes all rows into `pixels` (height * width * channels bytes). Returns 1, or 0 and a message. Call once.
int cpng_decode(cpng_reader *reader, uint8_t *pixels, char message[CPNG_MESSAGE_SIZE]);

// Whether the samples are indices into a palette, or gray, of at most 8 bits, as labels are stored.
int cpng_holds_labels(const cpng_reader *reader);
// Writes the palette's colors to `palette` (256 RGB triples) and returns how many there are, 0 without a
// palette.
uint32_t cpng_palette(const cpng_reader *reader, uint8_t *palette);
// As cpng_decode, but with the samples as stored, one byte a pixel: indices into the palette, or gray not
// scaled up to 8 bits. Only if cpng_holds_labels.
int cpng_decode_labels(cpng_reader *reader, uint8_t *labels, char message[CPNG_MESSAGE_SIZE]);

void cpng_close(cpng_reader *reader);

// Encodes 8-bit pixels. With `palette_count` over 0 the one channel holds indices into `palette` (RGB
// triples). Texts come before the pixels. Returns memory for cpng_free, or NULL and a message.
uint8_t *cpng_encode(uint32_t width, uint32_t height, uint32_t channels, const uint8_t *pixels,
                     const uint8_t *palette, uint32_t palette_count, const cpng_text *texts,
                     uint32_t text_count, size_t *count, char message[CPNG_MESSAGE_SIZE]);
void cpng_free(uint8_t *bytes);

#endif
