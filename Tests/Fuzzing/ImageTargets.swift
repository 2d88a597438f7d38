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
        let modes: [(bits: Int, colorType: UInt8, samples: Int)] = [
            (1, 0, 1), (16, 0, 1), (8, 2, 3), (16, 2, 3), (4, 3, 1), (8, 4, 2), (16, 6, 4),
        ]
        // Pixels in the rows of an image of 3x2; interlaced, in those of the seven passes.
        let rows = [(false, [3, 3]), (true, [1, 1, 1, 3])]
        return (1...4).map { image.converted(toChannels: $0).pngData() }
            + rows.flatMap { interlaced, pixels in
                modes.map { mode in
                    HandMadePNG.file(
                        width: 3, height: 2, bits: UInt8(mode.bits), colorType: mode.colorType,
                        rows: pixels.map {
                            [UInt8](repeating: 0, count: ($0 * mode.samples * mode.bits + 7) / 8)
                        },
                        interlaced: interlaced, palette: mode.colorType == 3 ? [255, 0, 0, 0, 255, 0] : [],
                        transparency: mode.colorType == 3 ? [7] : [])
                }
            }
    }

    static func read(_ input: [UInt8]) throws {
        expectOwnErrors { try decode(input) }
        let mended = withRightChecksums(input)
        expectOwnErrors { _ = try LabelMap(decoding: mended, path: "input.png") }
        try decode(mended)
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

/// WebP files, still and animated.
enum WebPTarget: FuzzTarget {
    static let name = "webp"

    static func seeds() -> [[UInt8]] {
        [TinyWebP.color, TinyWebP.transparent, TinyWebP.lossless, TinyWebP.turned, TinyWebP.animation]
    }

    static func read(_ input: [UInt8]) throws { try decode(input) }
}

/// GIF files, still and animated.
enum GIFTarget: FuzzTarget {
    static let name = "gif"

    static func seeds() -> [[UInt8]] {
        [
            TinyGIF.plain, TinyGIF.file(isInterlaced: true), TinyGIF.file(transparent: 1),
            TinyGIF.file(screen: (12, 10), left: 2, top: 1),
        ]
    }

    static func read(_ input: [UInt8]) throws { try decode(input) }
}

/// Decodes an image and brings it to the form of a training image.
private func decode(_ bytes: [UInt8]) throws {
    let image = try Image(decoding: bytes, path: "input")
    _ = ImageFormat(size: 16, channels: 3).apply(to: image)
}
