import Images
import Testing

/// Every mode of the format, and what it becomes.
@Suite struct PNGDecodingTests {
    private func decode(_ file: [UInt8]) throws -> Image { try Image(decoding: file, path: "made.png") }

    @Test(
        arguments: [
            (1, [0b1010_0000], [255, 0, 255, 0]), (2, [0b0001_1011], [0, 85, 170, 255]),
            (4, [0x0F, 0x73], [0, 255, 119, 51]), (8, [0, 200, 13, 255], [0, 200, 13, 255]),
        ] as [(UInt8, [UInt8], [UInt8])])
    func grayOfAnyDepth(bits: UInt8, packed: [UInt8], expected: [UInt8]) throws {
        let file = HandMadePNG.file(width: 4, height: 1, bits: bits, colorType: 0, rows: [packed])
        #expect(try decode(file) == Image(width: 4, height: 1, channels: 1, pixels: expected))
    }

    @Test func sixteenBitsAreScaledNotCut() throws {
        // 0x80FF / 257 = 128.5 and 0x00FF / 257 = 0.99: cutting the low byte would give 128 and 0.
        let file = HandMadePNG.file(
            width: 3, height: 1, bits: 16, colorType: 0, rows: [[0xFF, 0xFF, 0x00, 0xFF, 0x12, 0x34]])
        #expect(try decode(file).pixels == [255, 1, 18])
    }

    @Test func sixteenBitColorWithAlpha() throws {
        let file = HandMadePNG.file(
            width: 1, height: 1, bits: 16, colorType: 6,
            rows: [[0x01, 0x01, 0x40, 0x40, 0xFE, 0xFE, 0x80, 0x80]])
        #expect(try decode(file) == Image(width: 1, height: 1, channels: 4, pixels: [1, 0x40, 0xFE, 0x80]))
    }

    @Test func grayAndAlpha() throws {
        let file = HandMadePNG.file(width: 2, height: 1, bits: 8, colorType: 4, rows: [[9, 0, 200, 255]])
        #expect(try decode(file) == Image(width: 2, height: 1, channels: 2, pixels: [9, 0, 200, 255]))
    }

    @Test func transparentGrayAndColorGetAlpha() throws {
        let gray = HandMadePNG.file(
            width: 4, height: 1, bits: 2, colorType: 0, rows: [[0b0001_1011]], transparency: [0, 2])
        #expect(try decode(gray).pixels == [0, 255, 85, 255, 170, 0, 255, 255])
        let color = HandMadePNG.file(
            width: 2, height: 1, bits: 8, colorType: 2, rows: [[1, 2, 3, 1, 2, 4]],
            transparency: [0, 1, 0, 2, 0, 3])
        #expect(try decode(color).pixels == [1, 2, 3, 0, 1, 2, 4, 255])
    }

    @Test func palettesBecomeColor() throws {
        let palette: [UInt8] = [255, 0, 0, 0, 255, 0, 10, 20, 30]
        let opaque = HandMadePNG.file(
            width: 3, height: 1, bits: 2, colorType: 3, rows: [[0b1000_0100]], palette: palette)
        #expect(try decode(opaque).channels == 3)
        #expect(try decode(opaque).pixels == [10, 20, 30, 255, 0, 0, 0, 255, 0])
        let transparent = HandMadePNG.file(
            width: 3, height: 1, bits: 8, colorType: 3, rows: [[2, 0, 1]], palette: palette,
            transparency: [0, 99])
        #expect(try decode(transparent).pixels == [10, 20, 30, 255, 255, 0, 0, 0, 0, 255, 0, 99])
    }

    @Test func interlacedRowsComeInOrder() throws {
        let (width, height) = (11, 10)
        let image = Image(
            width: width, height: height, channels: 1, pixels: (0..<width * height).map { UInt8(2 * $0) })
        // The seven passes of Adam7: first column and row, and the steps between them.
        let passes = [
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
        ]
        let rows = passes.flatMap { x, y, xStep, yStep in
            stride(from: y, to: height, by: yStep).map { row in
                stride(from: x, to: width, by: xStep).map { image.pixels[row * width + $0] }
            }
        }.filter { !$0.isEmpty }
        let file = HandMadePNG.file(
            width: width, height: height, bits: 8, colorType: 0, rows: rows, interlaced: true)
        #expect(try decode(file) == image)
    }

    @Test func brokenTextsAndProfilesDoNotHarm() throws {
        let good = HandMadePNG.file(width: 1, height: 1, bits: 8, colorType: 0, rows: [[77]])
        let afterHeader = 8 + 25
        for name in ["iCCP", "gAMA", "cHRM", "tIME", "pHYs", "zTXt", "eXIf", "sBIT", "bKGD", "quUx"] {
            let file = good[..<afterHeader] + HandMadePNG.chunk(name, [1]) + good[afterHeader...]
            #expect(try decode(Array(file)).pixels == [77], "\(name)")
        }
    }
}
