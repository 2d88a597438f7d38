#include "CGIF.h"

#include <gif_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cgif_reader {
    GifFileType *gif;
    const uint8_t *next;
    size_t left;
    // Of the first frame; an index into its palette, or NO_TRANSPARENT_COLOR.
    int transparent;
    uint32_t width, height, channels;
    char comment[CGIF_COMMENT_SIZE];
    size_t comment_length;
};

static int read_bytes(GifFileType *gif, GifByteType *destination, int count) {
    cgif_reader *reader = gif->UserData;
    const size_t available = (size_t)count < reader->left ? (size_t)count : reader->left;
    memcpy(destination, reader->next, available);
    reader->next += available;
    reader->left -= available;
    return (int)available;
}

// giflib's own reason says little where a file ends early: that it could not read.
static const char *reason(const cgif_reader *reader, int code) {
    const char *text = GifErrorString(code);
    return reader->left == 0 ? "the file ends early" : text ? text : "its data is not GIF's";
}

static const ColorMapObject *palette(const GifFileType *gif) {
    return gif->Image.ColorMap ? gif->Image.ColorMap : gif->SColorMap;
}

// Keeps a block of a comment, whose first byte is its length, as far as there is room.
static void keep_comment(cgif_reader *reader, const GifByteType *block) {
    const size_t room = CGIF_COMMENT_SIZE - 1 - reader->comment_length;
    const size_t count = block[0] < room ? block[0] : room;
    memcpy(reader->comment + reader->comment_length, block + 1, count);
    reader->comment_length += count;
}

// Reads up to the first frame's description. Returns NULL, or what is wrong.
static const char *find_frame(cgif_reader *reader) {
    GifFileType *gif = reader->gif;
    for (;;) {
        GifRecordType record;
        if (DGifGetRecordType(gif, &record) == GIF_ERROR) return reason(reader, gif->Error);
        if (record == TERMINATE_RECORD_TYPE) return "it holds no image";
        if (record == IMAGE_DESC_RECORD_TYPE) break;
        int kind;
        GifByteType *block;
        if (DGifGetExtension(gif, &kind, &block) == GIF_ERROR) return reason(reader, gif->Error);
        GraphicsControlBlock control;
        // A block's first byte is its length.
        if (kind == GRAPHICS_EXT_FUNC_CODE && block
            && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
            reader->transparent = control.TransparentColor;
        while (block) {
            if (kind == COMMENT_EXT_FUNC_CODE) keep_comment(reader, block);
            if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) return reason(reader, gif->Error);
        }
    }
    if (DGifGetImageDesc(gif) == GIF_ERROR) return reason(reader, gif->Error);
    if (gif->Image.Width <= 0 || gif->Image.Height <= 0) return "its first frame has no pixels";
    return palette(gif) ? NULL : "it has no palette";
}

cgif_reader *cgif_open(const uint8_t *bytes, size_t count, char message[CGIF_MESSAGE_SIZE]) {
    cgif_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        snprintf(message, CGIF_MESSAGE_SIZE, "out of memory");
        return NULL;
    }
    reader->next = bytes;
    reader->left = count;
    reader->transparent = NO_TRANSPARENT_COLOR;
    int code = 0;
    reader->gif = DGifOpen(reader, read_bytes, &code);
    const char *failure = reader->gif ? find_frame(reader) : reason(reader, code);
    if (failure) {
        snprintf(message, CGIF_MESSAGE_SIZE, "%s", failure);
        cgif_close(reader);
        return NULL;
    }
    const GifImageDesc *frame = &reader->gif->Image;
    const uint32_t right = (uint32_t)(frame->Left + frame->Width);
    const uint32_t bottom = (uint32_t)(frame->Top + frame->Height);
    const uint32_t screen_width = (uint32_t)reader->gif->SWidth, screen_height = (uint32_t)reader->gif->SHeight;
    reader->width = right > screen_width ? right : screen_width;
    reader->height = bottom > screen_height ? bottom : screen_height;
    const int covers =
        (uint32_t)frame->Width == reader->width && (uint32_t)frame->Height == reader->height;
    reader->channels = reader->transparent != NO_TRANSPARENT_COLOR || !covers ? 4 : 3;
    return reader;
}

uint32_t cgif_width(const cgif_reader *reader) { return reader->width; }

uint32_t cgif_height(const cgif_reader *reader) { return reader->height; }

uint32_t cgif_channels(const cgif_reader *reader) { return reader->channels; }

const char *cgif_comment(const cgif_reader *reader) { return reader->comment; }

uint64_t cgif_stored_pixels(const cgif_reader *reader) {
    return (uint64_t)reader->gif->Image.Width * (uint64_t)reader->gif->Image.Height;
}

// Writes a row of palette indices as colors. Returns 0 if an index is past the palette.
static int write_row(const cgif_reader *reader, const GifByteType *indices, uint8_t *pixels) {
    const ColorMapObject *colors = palette(reader->gif);
    for (int x = 0; x < reader->gif->Image.Width; ++x, pixels += reader->channels) {
        const int index = indices[x];
        if (index == reader->transparent) {
            memset(pixels, 0, reader->channels);
            continue;
        }
        if (index >= colors->ColorCount) return 0;
        pixels[0] = colors->Colors[index].Red;
        pixels[1] = colors->Colors[index].Green;
        pixels[2] = colors->Colors[index].Blue;
        if (reader->channels == 4) pixels[3] = 255;
    }
    return 1;
}

int cgif_decode(cgif_reader *reader, uint8_t *pixels, char message[CGIF_MESSAGE_SIZE]) {
    GifFileType *gif = reader->gif;
    const GifImageDesc *frame = &gif->Image;
    const size_t stride = (size_t)reader->width * reader->channels;
    // Where rows of interlaced frames begin, and how far they are apart; other frames have the last pass alone.
    static const int starts[] = {0, 4, 2, 1, 0}, steps[] = {8, 8, 4, 2, 1};
    const int first = frame->Interlace ? 0 : 4, last = frame->Interlace ? 3 : 4;
    const char *failure = NULL;
    GifByteType *indices = malloc((size_t)frame->Width);
    if (!indices) failure = "out of memory";
    if (cgif_stored_pixels(reader) < (uint64_t)reader->width * reader->height)
        memset(pixels, 0, stride * reader->height);
    uint8_t *corner = pixels + (size_t)frame->Top * stride + (size_t)frame->Left * reader->channels;
    for (int pass = first; pass <= last && !failure; ++pass)
        for (int row = starts[pass]; row < frame->Height && !failure; row += steps[pass]) {
            if (DGifGetLine(gif, indices, frame->Width) == GIF_ERROR)
                failure = reason(reader, gif->Error);
            else if (!write_row(reader, indices, corner + (size_t)row * stride))
                failure = "it has a color that is not in its palette";
        }
    free(indices);
    if (failure) snprintf(message, CGIF_MESSAGE_SIZE, "%s", failure);
    return !failure;
}

void cgif_close(cgif_reader *reader) {
    int code;
    if (reader->gif) DGifCloseFile(reader->gif, &code);
    free(reader);
}
