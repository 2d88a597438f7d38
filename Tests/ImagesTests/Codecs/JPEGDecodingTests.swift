import Images
import Testing

@Suite struct JPEGDecodingTests {
    private func decode(_ file: [UInt8]) throws -> Image { try Image(decoding: file, path: "tiny.jpg") }

    /// The samples in the middle of each 8x8 block, row by row.
    private func blocks(of image: Image) -> [[UInt8]] {
        stride(from: 4, to: image.height, by: 8).flatMap { y in
            stride(from: 4, to: image.width, by: 8).map { x in
                image.cropped(x: x, y: y, width: 1, height: 1).pixels
            }
        }
    }

    private func isClose(_ found: [[UInt8]], _ expected: [[UInt8]]) -> Bool {
        found.count == expected.count
            && zip(found.joined(), expected.joined()).allSatisfy { abs(Int($0) - Int($1)) <= 3 }
    }

    @Test func grayStaysGray() throws {
        let image = try decode(TinyJPEG.gray)
        #expect((image.width, image.height, image.channels) == (24, 16, 1))
        #expect(isClose(blocks(of: image), [[20], [60], [100], [140], [180], [220]]))
    }

    @Test(arguments: [TinyJPEG.color, TinyJPEG.progressive, TinyJPEG.restarts])
    func color(file: [UInt8]) throws {
        let image = try decode(file)
        #expect((image.width, image.height, image.channels) == (16, 8, 3))
        #expect(isClose(blocks(of: image), [[200, 40, 60], [30, 90, 210]]))
    }

    @Test(arguments: [TinyJPEG.inks, TinyJPEG.transformedInks])
    func inksBecomeColor(file: [UInt8]) throws {
        // (255 - ink) * (255 - black) / 255 of the inks (10, 200, 150, 30) and (220, 120, 0, 60).
        #expect(isClose(blocks(of: try decode(file)), [[216, 49, 93], [27, 103, 195]]))
    }

    @Test func inksWithoutAdobesMarkAreNotInverted() throws {
        // The 16 bytes after the start mark are Adobe's segment; without it the stored samples, 255 - ink of
        // the above, are the inks.
        let plain = Array(TinyJPEG.inks[..<2] + TinyJPEG.inks[18...])
        #expect(isClose(blocks(of: try decode(plain)), [[1, 24, 18], [52, 28, 0]]))
    }

    /// Where each orientation puts the stored image's first pixel and the end of its first row (Exif 2.3:
    /// "the 0th row is at the visual top, the 0th column at the visual left" and so on).
    @Test(
        arguments: [
            (1, "top left", "top right"), (2, "top right", "top left"), (3, "bottom right", "bottom left"),
            (4, "bottom left", "bottom right"), (5, "top left", "bottom left"),
            (6, "top right", "bottom right"),
            (7, "bottom right", "top right"), (8, "bottom left", "top left"),
        ], [false, true])
    func orientation(held: (value: Int, first: String, rowEnd: String), littleEndian: Bool) throws {
        let file = TinyJPEG.turned(TinyJPEG.gray, orientation: UInt8(held.value), littleEndian: littleEndian)
        let image = try decode(file)
        #expect((image.width, image.height) == (held.value < 5 ? (24, 16) : (16, 24)))
        func sample(_ corner: String) -> [[UInt8]] {
            [
                image.cropped(
                    x: corner.hasSuffix("left") ? 0 : image.width - 1,
                    y: corner.hasPrefix("top") ? 0 : image.height - 1, width: 1, height: 1
                ).pixels
            ]
        }
        #expect(isClose(sample(held.first), [[20]]))
        #expect(isClose(sample(held.rowEnd), [[100]]))
    }

    @Test(arguments: [0, 9, 255]) func meaninglessOrientationIsIgnored(value: Int) throws {
        let file = TinyJPEG.turned(TinyJPEG.gray, orientation: UInt8(value), littleEndian: true)
        #expect(try decode(file) == decode(TinyJPEG.gray))
    }

    @Test func exifCutAnywhereIsIgnored() throws {
        let upright = try decode(TinyJPEG.gray)
        let whole = TinyJPEG.turned(TinyJPEG.gray, orientation: 3, littleEndian: true)
        let exif = Array(whole[6..<whole.count - TinyJPEG.gray.count + 2])
        for count in 0..<exif.count - 7 {
            let file =
                TinyJPEG.gray[..<2] + [0xFF, 0xE1, 0, UInt8(count + 2)] + exif[..<count] + TinyJPEG.gray[2...]
            #expect(try decode(Array(file)) == upright)
        }
    }
}
