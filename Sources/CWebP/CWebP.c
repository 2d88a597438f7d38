#include "CWebP.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

struct cwebp_reader {
    WebPDemuxer *file;
    WebPIterator frame;
    uint32_t width, height, channels;
};

static const char *reason(VP8StatusCode status) {
    switch (status) {
        case VP8_STATUS_OUT_OF_MEMORY: return "out of memory";
        case VP8_STATUS_UNSUPPORTED_FEATURE: return "it has features that libwebp does not know";
        case VP8_STATUS_SUSPENDED:
        case VP8_STATUS_NOT_ENOUGH_DATA: return "the file ends early";
        default: return "its data is not WebP's";
    }
}

cwebp_reader *cwebp_open(const uint8_t *bytes, size_t count, char message[CWEBP_MESSAGE_SIZE]) {
    cwebp_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        snprintf(message, CWEBP_MESSAGE_SIZE, "out of memory");
        return NULL;
    }
    WebPDemuxState state;
    const WebPData data = {.bytes = bytes, .size = count};
    // The demuxer of whole files does not tell those that end early from others that are wrong.
    reader->file = WebPDemuxPartial(&data, &state);
    const char *failure = NULL;
    WebPBitstreamFeatures features;
    if (state != WEBP_DEMUX_DONE || !WebPDemuxGetFrame(reader->file, 1, &reader->frame)) {
        failure = reason(
            state == WEBP_DEMUX_PARSE_ERROR ? VP8_STATUS_BITSTREAM_ERROR : VP8_STATUS_NOT_ENOUGH_DATA);
    } else {
        const WebPIterator *frame = &reader->frame;
        const VP8StatusCode status =
            WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &features);
        reader->width = WebPDemuxGetI(reader->file, WEBP_FF_CANVAS_WIDTH);
        reader->height = WebPDemuxGetI(reader->file, WEBP_FF_CANVAS_HEIGHT);
        if (status != VP8_STATUS_OK) {
            failure = reason(status);
        } else if (features.width != frame->width || features.height != frame->height
                   || (uint64_t)frame->x_offset + frame->width > reader->width
                   || (uint64_t)frame->y_offset + frame->height > reader->height) {
            failure = "its first frame does not fit";
        }
    }
    if (failure) {
        snprintf(message, CWEBP_MESSAGE_SIZE, "%s", failure);
        cwebp_close(reader);
        return NULL;
    }
    const int covers =
        (uint32_t)reader->frame.width == reader->width && (uint32_t)reader->frame.height == reader->height;
    reader->channels = features.has_alpha || !covers ? 4 : 3;
    return reader;
}

uint32_t cwebp_width(const cwebp_reader *reader) { return reader->width; }

uint32_t cwebp_height(const cwebp_reader *reader) { return reader->height; }

uint32_t cwebp_channels(const cwebp_reader *reader) { return reader->channels; }

const uint8_t *cwebp_exif(const cwebp_reader *reader, size_t *count) {
    // Some programs write JPEG's mark before it, too.
    static const char mark[6] = "Exif\0";
    WebPChunkIterator chunk;
    if (!WebPDemuxGetChunk(reader->file, "EXIF", 1, &chunk)) return NULL;
    // The chunk is a place in the file's bytes, which the iterator does not own.
    WebPData exif = chunk.chunk;
    WebPDemuxReleaseChunkIterator(&chunk);
    if (exif.size >= sizeof mark && memcmp(exif.bytes, mark, sizeof mark) == 0) {
        exif.bytes += sizeof mark;
        exif.size -= sizeof mark;
    }
    *count = exif.size;
    return exif.bytes;
}

int cwebp_decode(cwebp_reader *reader, uint8_t *pixels, char message[CWEBP_MESSAGE_SIZE]) {
    const WebPIterator *frame = &reader->frame;
    const size_t stride = (size_t)reader->width * reader->channels;
    const size_t start = frame->y_offset * stride + (size_t)frame->x_offset * reader->channels;
    WebPDecoderConfig config;
    VP8StatusCode status = VP8_STATUS_INVALID_PARAM;
    if (WebPInitDecoderConfig(&config)) {
        if (start > 0 || (uint32_t)frame->width < reader->width || (uint32_t)frame->height < reader->height)
            memset(pixels, 0, stride * reader->height);
        config.output.colorspace = reader->channels == 4 ? MODE_RGBA : MODE_RGB;
        config.output.is_external_memory = 1;
        config.output.u.RGBA.rgba = pixels + start;
        config.output.u.RGBA.stride = (int)stride;
        config.output.u.RGBA.size = stride * reader->height - start;
        status = WebPDecode(frame->fragment.bytes, frame->fragment.size, &config);
        WebPFreeDecBuffer(&config.output);
    }
    if (status != VP8_STATUS_OK) snprintf(message, CWEBP_MESSAGE_SIZE, "%s", reason(status));
    return status == VP8_STATUS_OK;
}

void cwebp_close(cwebp_reader *reader) {
    WebPDemuxReleaseIterator(&reader->frame);
    WebPDemuxDelete(reader->file);
    free(reader);
}
