import CJPEG

/// Reads JPEG files through libjpeg.
final class JPEGReader: ImageReader {
    let formatName = "JPEG"
    private let reader: OpaquePointer
    private let path: String
    /// The size of the image as stored: before orientation is applied, and with four channels for CMYK.
    private let stored: ImageHeader
    private let orientation: Orientation

    /// `bytes` must outlive the reader.
    init(_ bytes: UnsafeBufferPointer<UInt8>, path: String) throws(ImageError) {
        reader = try withMessage(ofSize: CJPEG_MESSAGE_SIZE, path: path) { message in
            cjpeg_open(bytes.baseAddress, bytes.count, message)
        }
        stored = ImageHeader(
            width: Int(cjpeg_width(reader)), height: Int(cjpeg_height(reader)),
            channels: Int(cjpeg_channels(reader)))
        var exifCount = 0
        let exif = cjpeg_exif(reader, &exifCount)
        orientation = Orientation(exif: UnsafeBufferPointer(start: exif, count: exifCount))
        self.path = path
    }

    deinit { cjpeg_close(reader) }

    var header: ImageHeader {
        orientation.upright(
            ImageHeader(width: stored.width, height: stored.height, channels: min(stored.channels, 3)))
    }

    /// A block of 8x8 samples costs at least one bit of Huffman code, and the component with the most samples
    /// has at least a quarter of the image's in each direction.
    func isPlausible(forBytes count: Int) -> Bool {
        cjpeg_is_huffman_coded(reader) == 0 || header.width * header.height <= 8 * 64 * 16 * count
    }

    func decode() throws(ImageError) -> Image {
        let image = try Image(stored, path: path, messageSize: CJPEG_MESSAGE_SIZE) { pixels, message in
            cjpeg_decode(reader, pixels, message)
        }
        return (image.channels == 4 ? image.inksToRGB() : image).upright(from: orientation)
    }
}

extension Image {
    /// Converts the inks cyan, magenta, yellow and black to RGB: the light that passes a color and black.
    fileprivate func inksToRGB() -> Image {
        let rgb = [UInt8](unsafeUninitializedCapacity: width * height * 3) { target, count in
            for pixel in 0..<width * height {
                let light = 255 - Int(pixels[4 * pixel + 3])
                for ink in 0..<3 {
                    target[3 * pixel + ink] = UInt8(
                        ((255 - Int(pixels[4 * pixel + ink])) * light + 127) / 255)
                }
            }
            count = width * height * 3
        }
        return Image(width: width, height: height, channels: 3, pixels: rgb)
    }
}
