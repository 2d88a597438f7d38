import CPNG

extension Image {
    /// The image as the content of a PNG file, 8 bits a channel, with texts.
    public func pngData(texts: [PNGText] = []) -> [UInt8] { encodePNG(palette: [], texts: texts) }

    /// The image of one channel as the content of a PNG file whose samples are indices into `palette`.
    ///
    /// - Parameter palette: up to 256 colors, each red, green and blue; no sample may lie past its end.
    public func indexedPNGData(palette: [[UInt8]]) -> [UInt8] {
        precondition(channels == 1 && palette.count <= 256 && palette.allSatisfy { $0.count == 3 })
        precondition(Int(pixels.max()!) < palette.count)
        return encodePNG(palette: palette.flatMap(\.self), texts: [])
    }

    /// Writes the image as a PNG file, 8 bits a channel, with texts, atomically.
    ///
    /// - Throws: `ImageError.unwritable`.
    public func writePNG(to path: String, texts: [PNGText] = []) throws(ImageError) {
        try replaceFile(path, with: pngData(texts: texts))
    }

    /// Writes the image of one channel as a PNG file whose samples are indices into `palette`, such as
    /// labels.
    ///
    /// - Parameter palette: up to 256 colors, each red, green and blue; no sample may lie past its end.
    /// - Throws: `ImageError.unwritable`.
    public func writeIndexedPNG(palette: [[UInt8]], to path: String) throws(ImageError) {
        try replaceFile(path, with: indexedPNGData(palette: palette))
    }

    private func encodePNG(palette: [UInt8], texts: [PNGText]) -> [UInt8] {
        var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
        var count = 0
        let encoded = PNGText.withPointers(to: texts) { pointers in
            cpng_encode(
                UInt32(width), UInt32(height), UInt32(channels), pixels, palette, UInt32(palette.count / 3),
                pointers, UInt32(pointers.count), &count, &message)
        }
        guard let encoded else {
            fatalError("A \(width)x\(height) image cannot become a PNG: \(text(ofMessage: message))")
        }
        defer { cpng_free(encoded) }
        return [UInt8](UnsafeBufferPointer(start: encoded, count: count))
    }
}
