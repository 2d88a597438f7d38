// Images in messages, as the studio reads and writes them: a JSON header, then samples row by row.

/** A message of a header and images `{width, height, channels, pixels}`. */
export function encodePixels(header, images) {
    const sizes = images.map(({ width, height, channels }) => ({ width, height, channels }));
    const json = new TextEncoder().encode(JSON.stringify({ header, images: sizes }));
    const count = images.reduce((sum, { pixels }) => sum + pixels.length, 0);
    const bytes = new Uint8Array(4 + json.length + count);
    new DataView(bytes.buffer).setUint32(0, json.length, true);
    bytes.set(json, 4);
    let place = 4 + json.length;
    for (const { pixels } of images) {
        bytes.set(pixels, place);
        place += pixels.length;
    }
    return bytes.buffer;
}

/** The header and images of a message. */
export function decodePixels(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const { header, images } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    let place = 4 + length;
    return {
        header,
        images: images.map(({ width, height, channels }) => {
            const pixels = new Uint8Array(buffer, place, width * height * channels);
            place += pixels.length;
            return { width, height, channels, pixels };
        }),
    };
}

/** An image for a canvas. */
export function toImageData({ width, height, channels, pixels }) {
    const data = new ImageData(width, height);
    for (let index = 0; index < width * height; index++) {
        const from = index * channels;
        const color = channels === 1 ? [pixels[from], pixels[from], pixels[from]] : pixels.subarray(from, from + 3);
        data.data.set(color, 4 * index);
        data.data[4 * index + 3] = channels === 4 ? pixels[from + 3] : 255;
    }
    return data;
}

/** The context of a canvas that is read again and again. */
export function readable(canvas) {
    return canvas.getContext("2d", { willReadFrequently: true });
}

/** A canvas's content with so many channels, 1 or 3. */
export function fromCanvas(canvas, channels) {
    const { width, height } = canvas;
    const { data } = readable(canvas).getImageData(0, 0, width, height);
    const pixels = new Uint8Array(width * height * channels);
    for (let index = 0; index < width * height; index++) {
        const [red, green, blue] = data.subarray(4 * index, 4 * index + 3);
        if (channels === 1) pixels[index] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
        else pixels.set([red, green, blue], 3 * index);
    }
    return { width, height, channels, pixels };
}

/** Width and height of a size as the studio tells it: `64` of squares, or `"64x96"`. */
export function sides(size) {
    const [width, height = width] = String(size).split("x").map(Number);
    return { width, height };
}

/** `64×96`, of squares, too. */
export function dimensions(size) {
    const { width, height } = sides(size);
    return `${width}×${height}`;
}

/** A picture of any size on a canvas, at most `most` pixels a side; cut to the `size` of an image where that is given. */
export function fit(canvas, picture, { most = 512, size = null }) {
    const { width, height } = picture;
    const scale = size ? Math.max(size.width / width, size.height / height) : Math.min(1, most / Math.max(width, height));
    canvas.width = size?.width ?? Math.max(1, Math.round(width * scale));
    canvas.height = size?.height ?? Math.max(1, Math.round(height * scale));
    const context = readable(canvas);
    context.imageSmoothingQuality = "high";
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    const [wide, tall] = [width * scale, height * scale];
    context.drawImage(picture, (canvas.width - wide) / 2, (canvas.height - tall) / 2, wide, tall);
}

/** An image as a picture that can be drawn. */
export function toPicture(image) {
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d").putImageData(toImageData(image), 0, 0);
    return canvas;
}
