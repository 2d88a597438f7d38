import CZlib
import Datasets
import Images

/// PNG files, whose checksums are made right, so that what they guard is reached.
enum PNGTarget: FuzzTarget {
    static let name = "png"

    static func seeds() throws -> [[UInt8]] {
        let image = Image(
            width: 9, height: 7, channels: 4,
            pixels: (0..<252).map { UInt8(truncatingIfNeeded: 37 * $0 * $0) })
        let modes: [(bits: UInt8, colorType: UInt8, row: Int)] = [
            (1, 0, 1), (16, 0, 6), (8, 2, 9), (16, 2, 18), (4, 3, 2), (8, 4, 6), (16, 6, 24),
        ]
        return (1...4).map { image.converted(toChannels: $0).pngData() }
            + [false, true].flatMap { interlaced in
                modes.map { mode in
                    HandMadePNG.file(
                        width: 3, height: 2, bits: mode.bits, colorType: mode.colorType,
                        rows: [0, 1].map { [UInt8](repeating: $0, count: mode.row) }, interlaced: interlaced,
                        palette: mode.colorType == 3 ? [255, 0, 0, 0, 255, 0] : [],
                        transparency: mode.colorType == 3 ? [7] : [])
                }
            }
    }

    static func read(_ input: [UInt8]) throws {
        try decode(input)
        expectOwnErrors { _ = try LabelMap(decoding: input, path: "input.png") }
        let mended = withRightChecksums(input)
        if mended == input { return }
        expectOwnErrors { try decode(mended) }
        expectOwnErrors { _ = try LabelMap(decoding: mended, path: "input.png") }
    }

    private static func withRightChecksums(_ file: [UInt8]) -> [UInt8] {
        var (file, chunk) = (file, HandMadePNG.signature.count)
        while chunk + 12 <= file.count {
            let size = file[chunk..<chunk + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = chunk + 8 + size
            guard end + 4 <= file.count else { break }
            let checksum = file[chunk + 4..<end].withUnsafeBufferPointer {
                CZlib.crc32(0, $0.baseAddress, UInt32($0.count))
            }
            file.replaceSubrange(end..<end + 4, with: HandMadePNG.bigEndian(Int(checksum)))
            chunk = end + 4
        }
        return file
    }
}

/// JPEG files with and without Exif data.
enum JPEGTarget: FuzzTarget {
    static let name = "jpeg"

    static func seeds() -> [[UInt8]] {
        [
            TinyJPEG.gray, TinyJPEG.color, TinyJPEG.progressive, TinyJPEG.restarts, TinyJPEG.inks,
            TinyJPEG.transformedInks, TinyJPEG.turned(TinyJPEG.gray, orientation: 6, littleEndian: true),
            TinyJPEG.turned(TinyJPEG.gray, orientation: 8, littleEndian: false),
        ]
    }

    static func read(_ input: [UInt8]) throws { try decode(input) }
}

/// Decodes an image and brings it to the form of a training image.
private func decode(_ bytes: [UInt8]) throws {
    let image = try Image(decoding: bytes, path: "input")
    _ = ImageFormat(size: 16, channels: 3).apply(to: image)
}
