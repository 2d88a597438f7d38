import CZlib

/// Encodes an animated PNG, frame by frame.
///
/// Each frame is encoded as a PNG file, whose pixels are then moved to the animation's own chunks.
///
/// - Source: W3C 2025, "Portable Network Graphics (PNG) Specification, Third Edition", sections 4.9 and
///   11.3.6.
struct AnimatedPNGEncoder {
    private let plays: Int?
    private let texts: [PNGText]
    private var header: [UInt8]?
    private var frames = 0
    /// Numbers the chunks of frames, so that a reader detects a missing one.
    private var sequence = 0

    init(plays: Int?, texts: [PNGText]) { (self.plays, self.texts) = (plays, texts) }

    /// The bytes of the next frame.
    mutating func frame(_ image: Image, seconds: Double) -> [UInt8] {
        let chunks = chunks(of: image.pngData(texts: header == nil ? texts : []))
        let frameHeader = chunks[0].content
        precondition(header ?? frameHeader == frameHeader, "frames of one size and kind")
        var bytes: [UInt8] = []
        if header == nil {
            bytes += pngSignature + chunk("IHDR", frameHeader)
            bytes += chunk("acTL", bigEndian(0) + bigEndian(plays ?? 0))
            for text in chunks where text.name.hasSuffix("Xt") { bytes += chunk(text.name, text.content) }
        }
        header = frameHeader

        let milliseconds = Int((1000 * seconds).rounded())
        let control =
            bigEndian(nextSequence()) + bigEndian(image.width) + bigEndian(image.height)
            + bigEndian(0) + bigEndian(0)  // left, top
            + bigEndian(milliseconds << 16 | 1000)
            + [0, 0]  // The next frame replaces this one whole.
        bytes += chunk("fcTL", control)
        let pixels = Array(chunks.filter { $0.name == "IDAT" }.map(\.content).joined())
        bytes += frames == 0 ? chunk("IDAT", pixels) : chunk("fdAT", bigEndian(nextSequence()) + pixels)
        frames += 1
        return bytes
    }

    var end: [UInt8] {
        precondition(frames > 0, "an animation has a frame")
        return chunk("IEND", [])
    }

    /// The chunk with the number of frames, known only at the end, and the offset where it replaces the
    /// first.
    var frameCount: (bytes: [UInt8], offset: Int) {
        // A chunk takes 12 bytes besides its content; the header's content is 13 bytes.
        (chunk("acTL", bigEndian(frames) + bigEndian(plays ?? 0)), pngSignature.count + 12 + 13)
    }

    private mutating func nextSequence() -> Int {
        defer { sequence += 1 }
        return sequence
    }
}

private let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

private func bigEndian(_ value: Int) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
}

/// A chunk with its length and its checksum.
private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + content
    let checksum = crc32(0, named, uInt(named.count))
    return bigEndian(content.count) + named + bigEndian(Int(checksum))
}

/// The chunks of a whole PNG file that was just encoded; the header comes first.
private func chunks(of file: [UInt8]) -> [(name: String, content: [UInt8])] {
    var chunks: [(String, [UInt8])] = []
    var rest = file[pngSignature.count...]
    while !rest.isEmpty {
        let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let content = rest.dropFirst(8).prefix(count)
        chunks.append((String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self), Array(content)))
        rest = rest.dropFirst(12 + count)
    }
    return chunks
}
