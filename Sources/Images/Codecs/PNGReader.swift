import CPNG

/// Reads PNG files through libpng.
final class PNGReader: ImageReader {
    let formatName = "PNG"
    let header: ImageHeader
    private let reader: OpaquePointer
    private let path: String

    /// `bytes` must outlive the reader.
    ///
    /// - Parameter keepingTexts: whether texts are read as well.
    init(
        _ bytes: UnsafeBufferPointer<UInt8>, path: String, keepingTexts: Bool = false
    ) throws(ImageError) {
        let open = keepingTexts ? cpng_open_with_texts : cpng_open
        reader = try withMessage(ofSize: CPNG_MESSAGE_SIZE, path: path) { message in
            open(bytes.baseAddress, bytes.count, message)
        }
        header = ImageHeader(
            width: Int(cpng_width(reader)), height: Int(cpng_height(reader)),
            channels: Int(cpng_channels(reader)))
        self.path = path
    }

    deinit { cpng_close(reader) }

    /// Deflate compresses at most 1032 to 1 (a match of 258 bytes takes 2 bits).
    func isPlausible(forBytes count: Int) -> Bool {
        header.width * header.height * Int(cpng_stored_bits(reader)) / 8 <= 1032 * count
    }

    func decode() throws(ImageError) -> Image {
        try Image(header, path: path, messageSize: CPNG_MESSAGE_SIZE) { pixels, message in
            cpng_decode(reader, pixels, message)
        }
    }

    /// The texts that lie before the pixels.
    var texts: [PNGText] {
        (0..<cpng_text_count(reader)).map { index in
            let text = cpng_text_at(reader, index)
            return PNGText(String(cString: text.keyword), String(cString: text.text))
        }
    }

    /// Whether the samples are indices into a palette, or gray of at most 8 bits.
    var holdsLabels: Bool { cpng_holds_labels(reader) == 1 }

    /// The colors of the palette, red, green and blue each; empty without one.
    var palette: [[UInt8]] {
        var colors = [UInt8](repeating: 0, count: 3 * 256)
        let count = Int(cpng_palette(reader, &colors))
        return (0..<count).map { Array(colors[3 * $0..<3 * $0 + 3]) }
    }

    /// The samples as they are stored, if they can be labels.
    func decodeLabels() throws(ImageError) -> Image {
        let header = ImageHeader(width: header.width, height: header.height, channels: 1)
        return try Image(header, path: path, messageSize: CPNG_MESSAGE_SIZE) { labels, message in
            cpng_decode_labels(reader, labels, message)
        }
    }
}

extension Image {
    /// An image whose samples a C function writes into uninitialized memory; the function returns 1, or 0 and
    /// a message.
    init(
        _ header: ImageHeader, path: String, messageSize: Int32,
        filledBy fill: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<CChar>) -> Int32
    ) throws(ImageError) {
        var failure: ImageError?
        let size = header.width * header.height * header.channels
        let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            do throws(ImageError) {
                _ = try withMessage(ofSize: messageSize, path: path) { message in
                    fill(buffer.baseAddress!, message) == 1 ? () : nil
                }
                count = size
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        self.init(width: header.width, height: header.height, channels: header.channels, pixels: pixels)
    }
}

/// Calls a C function that writes a message if the file is damaged.
func withMessage<Result>(
    ofSize size: Int32, path: String, _ body: (UnsafeMutablePointer<CChar>) -> Result?
) throws(ImageError) -> Result {
    var message = [CChar](repeating: 0, count: Int(size))
    guard let result = message.withUnsafeMutableBufferPointer({ body($0.baseAddress!) }) else {
        throw .damaged(path: path, reason: text(ofMessage: message))
    }
    return result
}

/// The text that a C function wrote into a buffer.
func text(ofMessage message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
