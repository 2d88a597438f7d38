#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

struct cjpeg_reader {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf failed;
    char *message;
    int ended_early;
};

// Encoders write about ten scans; a hostile file can ask for thousands over a large image.
enum { MAXIMUM_SCANS = 200 };

static void fail(cjpeg_reader *reader, const char *text) {
    strncpy(reader->message, text, CJPEG_MESSAGE_SIZE - 1);
    reader->message[CJPEG_MESSAGE_SIZE - 1] = 0;
    longjmp(reader->failed, 1);
}

static void on_error(j_common_ptr jpeg) {
    cjpeg_reader *reader = jpeg->client_data;
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    fail(reader, reader->ended_early ? "the file ends early" : text);
}

// Of libjpeg's warnings, these leave parts of the image gray or scrambled.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
        case JWRN_HIT_MARKER:
        case JWRN_HUFF_BAD_CODE:
        case JWRN_ARITH_BAD_CODE:
        case JWRN_BOGUS_PROGRESSION:
        case JWRN_MUST_RESYNC:
            on_error(jpeg);
    }
}

static void on_progress(j_common_ptr jpeg) {
    if (jpeg->is_decompressor && ((j_decompress_ptr)jpeg)->input_scan_number > MAXIMUM_SCANS)
        fail(jpeg->client_data, "it has more scans than any encoder writes");
}

static void start_source(j_decompress_ptr jpeg) { (void)jpeg; }

// The missing rest reads as an end marker; a decoder that still needs pixels then reports an error.
static boolean end_source(j_decompress_ptr jpeg) {
    static const JOCTET end_mark[2] = {0xFF, JPEG_EOI};
    ((cjpeg_reader *)jpeg->client_data)->ended_early = 1;
    jpeg->src->next_input_byte = end_mark;
    jpeg->src->bytes_in_buffer = sizeof end_mark;
    return TRUE;
}

static void skip_bytes(j_decompress_ptr jpeg, long count) {
    if (count <= 0) return;
    if ((size_t)count > jpeg->src->bytes_in_buffer) {
        end_source(jpeg);
        return;
    }
    jpeg->src->next_input_byte += count;
    jpeg->src->bytes_in_buffer -= (size_t)count;
}

cjpeg_reader *cjpeg_open(const uint8_t *bytes, size_t count, char message[CJPEG_MESSAGE_SIZE]) {
    cjpeg_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        strcpy(message, "out of memory");
        return NULL;
    }
    j_decompress_ptr jpeg = &reader->jpeg;
    reader->message = message;
    jpeg->err = jpeg_std_error(&reader->errors);
    jpeg->client_data = reader;
    reader->errors.error_exit = on_error;
    reader->errors.emit_message = on_message;
    if (setjmp(reader->failed)) {
        cjpeg_close(reader);
        return NULL;
    }
    jpeg_create_decompress(jpeg);
    reader->source = (struct jpeg_source_mgr){
        .next_input_byte = bytes,
        .bytes_in_buffer = count,
        .init_source = start_source,
        .fill_input_buffer = end_source,
        .skip_input_data = skip_bytes,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = start_source,
    };
    jpeg->src = &reader->source;
    reader->progress.progress_monitor = on_progress;
    jpeg->progress = &reader->progress;
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(jpeg, TRUE);
    switch (jpeg->jpeg_color_space) {
        case JCS_GRAYSCALE: jpeg->out_color_space = JCS_GRAYSCALE; break;
        case JCS_RGB:
        case JCS_YCbCr: jpeg->out_color_space = JCS_RGB; break;
        case JCS_CMYK:
        case JCS_YCCK: jpeg->out_color_space = JCS_CMYK; break;
        default: fail(reader, "its color space is not known");
    }
    jpeg_calc_output_dimensions(jpeg);
    return reader;
}

uint32_t cjpeg_width(const cjpeg_reader *reader) { return reader->jpeg.output_width; }

uint32_t cjpeg_height(const cjpeg_reader *reader) { return reader->jpeg.output_height; }

uint32_t cjpeg_channels(const cjpeg_reader *reader) { return (uint32_t)reader->jpeg.output_components; }

int cjpeg_is_huffman_coded(const cjpeg_reader *reader) { return !reader->jpeg.arith_code; }

const uint8_t *cjpeg_exif(const cjpeg_reader *reader, size_t *count) {
    static const char mark[6] = "Exif\0";
    for (jpeg_saved_marker_ptr saved = reader->jpeg.marker_list; saved; saved = saved->next)
        if (saved->data_length > sizeof mark && memcmp(saved->data, mark, sizeof mark) == 0) {
            *count = saved->data_length - sizeof mark;
            return saved->data + sizeof mark;
        }
    return NULL;
}

int cjpeg_decode(cjpeg_reader *reader, uint8_t *pixels, char message[CJPEG_MESSAGE_SIZE]) {
    j_decompress_ptr jpeg = &reader->jpeg;
    reader->message = message;
    if (setjmp(reader->failed)) return 0;
    jpeg_start_decompress(jpeg);
    const size_t stride = (size_t)jpeg->output_width * (size_t)jpeg->output_components;
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = pixels + jpeg->output_scanline * stride;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    // Truncated Huffman codes were reported by now. A progressive image is refined until its end marker, and
    // arithmetic coding continues with zeros: there, a missing end marker may mean missing data.
    if (reader->ended_early && (jpeg_has_multiple_scans(jpeg) || jpeg->arith_code))
        fail(reader, "the file ends early");
    // Adobe's programs store the inks inverted and add their marker.
    if (jpeg->out_color_space == JCS_CMYK && jpeg->saw_Adobe_marker)
        for (size_t i = 0; i < stride * jpeg->output_height; ++i) pixels[i] = 255 - pixels[i];
    return 1;
}

void cjpeg_close(cjpeg_reader *reader) {
    jpeg_destroy_decompress(&reader->jpeg);
    free(reader);
}
