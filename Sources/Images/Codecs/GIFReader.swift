import CGIF

/// Reads GIF files through giflib: of animations the first frame.
final class GIFReader: ImageReader {
    let formatName = "GIF"
    let header: ImageHeader
    private let reader: OpaquePointer
    private let path: String

    /// `bytes` must outlive the reader.
    init(_ bytes: UnsafeBufferPointer<UInt8>, path: String) throws(ImageError) {
        reader = try withMessage(ofSize: CGIF_MESSAGE_SIZE, path: path) { message in
            cgif_open(bytes.baseAddress, bytes.count, message)
        }
        header = ImageHeader(
            width: Int(cgif_width(reader)), height: Int(cgif_height(reader)),
            channels: Int(cgif_channels(reader)))
        self.path = path
    }

    /// What the file's comment tells, a line for each text, as `AnimationFile` writes it; lines without a keyword are
    /// of `Comment`.
    var texts: [PNGText] {
        String(cString: cgif_comment(reader)).split(whereSeparator: \.isNewline).map { line in
            guard let colon = line.prefix(PNGText.longestKeyword + 2).firstRange(of: ": ") else {
                return PNGText("Comment", String(line))
            }
            return PNGText(String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
        }
    }

    deinit { cgif_close(reader) }

    /// A code of 12 bits, the longest there are, stands for at most 4096 pixels, and shorter ones for fewer a bit.
    func isPlausible(forBytes count: Int) -> Bool { cgif_stored_pixels(reader) <= count * 4096 * 8 / 12 }

    func decode() throws(ImageError) -> Image {
        try Image(header, path: path, messageSize: CGIF_MESSAGE_SIZE) { pixels, message in
            cgif_decode(reader, pixels, message)
        }
    }
}
