#include "CPNG.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

struct cpng_reader {
    png_structp png;
    png_infop info;
    const uint8_t *next;
    size_t left;
    char *message;
};

static void copy_message(char *message, const char *text) {
    strncpy(message, text, CPNG_MESSAGE_SIZE - 1);
    message[CPNG_MESSAGE_SIZE - 1] = 0;
}

static void on_read_error(png_structp png, png_const_charp text) {
    cpng_reader *reader = png_get_error_ptr(png);
    copy_message(reader->message, text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void read_bytes(png_structp png, png_bytep destination, size_t count) {
    cpng_reader *reader = png_get_io_ptr(png);
    if (count > reader->left) png_error(png, "the file ends early");
    memcpy(destination, reader->next, count);
    reader->next += count;
    reader->left -= count;
}

static cpng_reader *open_reader(const uint8_t *bytes, size_t count, int keeps_texts,
                                char message[CPNG_MESSAGE_SIZE]) {
    cpng_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        copy_message(message, "out of memory");
        return NULL;
    }
    reader->next = bytes;
    reader->left = count;
    reader->message = message;
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_read_error, on_warning);
    reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
    if (!reader->info) {
        copy_message(message, "libpng does not start");
        cpng_close(reader);
        return NULL;
    }
    png_structp png = reader->png;
    if (setjmp(png_jmpbuf(png))) {
        cpng_close(reader);
        return NULL;
    }
    png_set_read_fn(png, reader, read_bytes);
    // The caller limits the size and reports it in its own words.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    // Texts, profiles and times are skipped: they cannot break an image or take memory.
    if (keeps_texts) {
        png_set_chunk_malloc_max(png, 1000000);
    } else {
        png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    }
    png_read_info(png, reader->info);
    return reader;
}

cpng_reader *cpng_open(const uint8_t *bytes, size_t count, char message[CPNG_MESSAGE_SIZE]) {
    return open_reader(bytes, count, 0, message);
}

cpng_reader *cpng_open_with_texts(const uint8_t *bytes, size_t count, char message[CPNG_MESSAGE_SIZE]) {
    return open_reader(bytes, count, 1, message);
}

uint32_t cpng_text_count(const cpng_reader *reader) {
    png_textp texts = NULL;
    int count = 0;
    png_get_text(reader->png, reader->info, &texts, &count);
    return (uint32_t)count;
}

cpng_text cpng_text_at(const cpng_reader *reader, uint32_t index) {
    png_textp texts = NULL;
    int count = 0;
    png_get_text(reader->png, reader->info, &texts, &count);
    return (cpng_text){texts[index].key, texts[index].text ? texts[index].text : ""};
}

uint32_t cpng_width(const cpng_reader *reader) { return png_get_image_width(reader->png, reader->info); }

uint32_t cpng_height(const cpng_reader *reader) { return png_get_image_height(reader->png, reader->info); }

uint32_t cpng_channels(const cpng_reader *reader) {
    const int type = png_get_color_type(reader->png, reader->info);
    const int has_alpha =
        type & PNG_COLOR_MASK_ALPHA || png_get_valid(reader->png, reader->info, PNG_INFO_tRNS);
    return (type & PNG_COLOR_MASK_COLOR ? 3 : 1) + (has_alpha ? 1 : 0);
}

uint32_t cpng_stored_bits(const cpng_reader *reader) {
    const uint32_t channels = png_get_channels(reader->png, reader->info);
    return channels * png_get_bit_depth(reader->png, reader->info);
}

// Decodes after the caller has set the transforms of samples. It is called only once the size was accepted,
// since it takes memory for a row.
static void read_rows(cpng_reader *reader, uint8_t *pixels, uint32_t channels) {
    png_structp png = reader->png;
    const int passes = png_set_interlace_handling(png);
    png_read_update_info(png, reader->info);
    const uint32_t height = cpng_height(reader);
    const size_t stride = (size_t)cpng_width(reader) * channels;
    if (png_get_rowbytes(png, reader->info) != stride) png_error(png, "its rows have an unexpected length");
    for (int pass = 0; pass < passes; ++pass)
        for (uint32_t row = 0; row < height; ++row) png_read_row(png, pixels + row * stride, NULL);
    // The end chunk is not read: by now all pixels are there and their checksum was verified.
}

int cpng_decode(cpng_reader *reader, uint8_t *pixels, char message[CPNG_MESSAGE_SIZE]) {
    png_structp png = reader->png;
    reader->message = message;
    const uint32_t channels = cpng_channels(reader);
    if (setjmp(png_jmpbuf(png))) return 0;
    png_set_expand(png);
    png_set_scale_16(png);
    read_rows(reader, pixels, channels);
    return 1;
}

int cpng_holds_labels(const cpng_reader *reader) {
    const int type = png_get_color_type(reader->png, reader->info);
    return (type == PNG_COLOR_TYPE_PALETTE || type == PNG_COLOR_TYPE_GRAY)
        && png_get_bit_depth(reader->png, reader->info) <= 8;
}

uint32_t cpng_palette(const cpng_reader *reader, uint8_t *palette) {
    png_colorp colors = NULL;
    int count = 0;
    if (png_get_color_type(reader->png, reader->info) != PNG_COLOR_TYPE_PALETTE) return 0;
    png_get_PLTE(reader->png, reader->info, &colors, &count);
    for (int i = 0; i < count; ++i) {
        palette[3 * i] = colors[i].red;
        palette[3 * i + 1] = colors[i].green;
        palette[3 * i + 2] = colors[i].blue;
    }
    return (uint32_t)count;
}

int cpng_decode_labels(cpng_reader *reader, uint8_t *labels, char message[CPNG_MESSAGE_SIZE]) {
    png_structp png = reader->png;
    reader->message = message;
    if (setjmp(png_jmpbuf(png))) return 0;
    png_set_packing(png);
    read_rows(reader, labels, 1);
    return 1;
}

void cpng_close(cpng_reader *reader) {
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader);
}

typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
    char *message;
} growing_buffer;

static void on_write_error(png_structp png, png_const_charp text) {
    growing_buffer *buffer = png_get_error_ptr(png);
    copy_message(buffer->message, text);
    png_longjmp(png, 1);
}

static void append_bytes(png_structp png, png_bytep bytes, size_t count) {
    growing_buffer *buffer = png_get_io_ptr(png);
    if (count > buffer->capacity - buffer->count) {
        const size_t capacity = 2 * buffer->capacity + count;
        uint8_t *larger = realloc(buffer->bytes, capacity);
        if (!larger) png_error(png, "out of memory");
        buffer->bytes = larger;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
}

static void nothing_to_flush(png_structp png) { (void)png; }

static void set_texts(png_structp png, png_infop info, const cpng_text *texts, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        png_text text = {.compression = PNG_ITXT_COMPRESSION_NONE,
                         .key = (char *)texts[i].keyword,
                         .text = (char *)texts[i].text};
        png_set_text(png, info, &text, 1);
    }
}

uint8_t *cpng_encode(uint32_t width, uint32_t height, uint32_t channels, const uint8_t *pixels,
                     const uint8_t *palette, uint32_t palette_count, const cpng_text *texts,
                     uint32_t text_count, size_t *count, char message[CPNG_MESSAGE_SIZE]) {
    static const int color_types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                      PNG_COLOR_TYPE_RGB_ALPHA};
    growing_buffer *buffer = calloc(1, sizeof *buffer);
    if (!buffer) {
        copy_message(message, "out of memory");
        return NULL;
    }
    buffer->message = message;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, buffer, on_write_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info || setjmp(png_jmpbuf(png))) {
        if (!info) copy_message(message, "libpng does not start");
        png_destroy_write_struct(&png, &info);
        free(buffer->bytes);
        free(buffer);
        return NULL;
    }
    png_set_write_fn(png, buffer, append_bytes, nothing_to_flush);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    const int color_type = palette_count ? PNG_COLOR_TYPE_PALETTE : color_types[channels - 1];
    png_set_IHDR(png, info, width, height, 8, color_type,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (palette_count) {
        png_color colors[PNG_MAX_PALETTE_LENGTH];
        for (uint32_t i = 0; i < palette_count; ++i)
            colors[i] = (png_color){palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]};
        png_set_PLTE(png, info, colors, (int)palette_count);
    }
    set_texts(png, info, texts, text_count);
    png_write_info(png, info);
    const size_t stride = (size_t)width * channels;
    for (uint32_t row = 0; row < height; ++row) png_write_row(png, pixels + row * stride);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);

    uint8_t *bytes = buffer->bytes;
    *count = buffer->count;
    free(buffer);
    return bytes;
}

void cpng_free(uint8_t *bytes) { free(bytes); }
