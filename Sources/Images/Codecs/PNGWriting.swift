import CPNG

extension Image {
    /// The image as the content of a PNG file, 8 bits a channel.
    public func pngData() -> [UInt8] { encodePNG(palette: []) }

    /// The image of one channel as the content of a PNG file whose samples are indices into `palette`.
    ///
    /// - Parameter palette: up to 256 colors, each red, green and blue; no sample may lie past its end.
    public func indexedPNGData(palette: [[UInt8]]) -> [UInt8] {
        precondition(channels == 1 && palette.count <= 256 && palette.allSatisfy { $0.count == 3 })
        precondition(Int(pixels.max()!) < palette.count)
        return encodePNG(palette: palette.flatMap(\.self))
    }

    /// Writes the image as a PNG file, 8 bits a channel, atomically.
    ///
    /// - Throws: `ImageError.unwritable`.
    public func writePNG(to path: String) throws(ImageError) {
        try replaceFile(path, with: pngData())
    }

    /// Writes the image of one channel as a PNG file whose samples are indices into `palette`, such as
    /// labels.
    ///
    /// - Parameter palette: up to 256 colors, each red, green and blue; no sample may lie past its end.
    /// - Throws: `ImageError.unwritable`.
    public func writeIndexedPNG(palette: [[UInt8]], to path: String) throws(ImageError) {
        try replaceFile(path, with: indexedPNGData(palette: palette))
    }

    private func encodePNG(palette: [UInt8]) -> [UInt8] {
        var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
        var count = 0
        let encoded = cpng_encode(
            UInt32(width), UInt32(height), UInt32(channels), pixels, palette, UInt32(palette.count / 3),
            &count,
            &message)
        guard let encoded else {
            fatalError("A \(width)x\(height) image cannot become a PNG: \(text(ofMessage: message))")
        }
        defer { cpng_free(encoded) }
        return [UInt8](UnsafeBufferPointer(start: encoded, count: count))
    }
}
