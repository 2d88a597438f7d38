/// Encodes a GIF, frame by frame, each with a palette of its own.
///
/// - Source: CompuServe 1990, "Graphics Interchange Format, version 89a"; the loop extension is Netscape's of
///   1995.
struct GIFEncoder {
    private let plays: Int?
    private let comment: [UInt8]
    private var shape: [Int]?
    private var seconds = 0.0
    private var hundredths = 0

    init(plays: Int?, comment: String) { (self.plays, self.comment) = (plays, Array(comment.utf8)) }

    /// The bytes of the next frame.
    mutating func frame(_ image: Image, seconds: Double) -> [UInt8] {
        let frameShape = [image.width, image.height, image.channels]
        precondition(shape ?? frameShape == frameShape, "frames of one size and kind")
        precondition(max(image.width, image.height) <= 65_535, "a GIF's sides have at most 65,535 pixels")
        var bytes: [UInt8] = []
        if shape == nil { bytes += start(width: image.width, height: image.height) }
        shape = frameShape

        let indexed = IndexedImage(image)
        // A palette has a power of two of colors, at least 2; LZW codes have at least 2 bits.
        let colorBits = max(1, Int.bitWidth - (indexed.colors.count - 1).leadingZeroBitCount)
        let hasTransparency = indexed.colors.first == IndexedImage.transparent
        // A frame with transparent pixels is cleared before the next one, others are covered by it.
        let flags: UInt8 = hasTransparency ? 2 << 2 | 1 : 1 << 2
        bytes += [0x21, 0xF9, 4, flags] + littleEndian(duration(seconds)) + [0, 0]
        bytes += [0x2C, 0, 0, 0, 0] + littleEndian(image.width) + littleEndian(image.height)
        bytes.append(0x80 | UInt8(colorBits - 1))
        for color in indexed.colors { bytes += [16, 8, 0].map { UInt8(truncatingIfNeeded: color >> $0) } }
        bytes += [UInt8](repeating: 0, count: 3 * (1 << colorBits - indexed.colors.count))

        let codeBits = max(2, colorBits)
        bytes.append(UInt8(codeBits))
        return bytes + blocks(LZWEncoder.encode(indexed.pixels, bits: codeBits))
    }

    var end: [UInt8] {
        precondition(shape != nil, "an animation has a frame")
        return [0x3B]
    }

    private func start(width: Int, height: Int) -> [UInt8] {
        var bytes = Array("GIF89a".utf8) + littleEndian(width) + littleEndian(height) + [0x70, 0, 0]
        // The count is that of the repetitions after the first time, 0 for endless ones.
        if plays != 1 {
            bytes += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8)
            bytes += [3, 1] + littleEndian(plays.map { $0 - 1 } ?? 0) + [0]
        }
        if !comment.isEmpty { bytes += [0x21, 0xFE] + blocks(comment) }
        return bytes
    }

    /// Bytes in blocks of up to 255, each after its length, and an empty one at the end.
    private func blocks(_ content: [UInt8]) -> [UInt8] {
        let starts = stride(from: 0, to: content.count, by: 255)
        return starts.flatMap { start in
            let block = content[start..<min(content.count, start + 255)]
            return [UInt8(block.count)] + block
        } + [0]
    }

    /// A frame's duration in hundredths of a second, such that rounding errors do not accumulate.
    private mutating func duration(_ frameSeconds: Double) -> Int {
        seconds += frameSeconds
        let end = Int((100 * seconds).rounded())
        defer { hundredths = end }
        return end - hundredths
    }
}

private func littleEndian(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
