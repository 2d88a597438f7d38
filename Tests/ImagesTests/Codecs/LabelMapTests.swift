import Images
import Testing

@Suite struct LabelMapTests {
    private func decode(_ file: [UInt8]) throws -> LabelMap { try LabelMap(decoding: file, path: "made.png") }

    @Test func `palette indices are labels, whatever the colors`() throws {
        let image = Image(width: 3, height: 2, channels: 1, pixels: [0, 2, 1, 1, 0, 2])
        let palette: [[UInt8]] = [[9, 9, 9], [9, 9, 9], [1, 2, 3]]
        let map = try decode(image.indexedPNGData(palette: palette))
        #expect(map.labels == image && map.palette == palette)
        #expect(map.labels.colored(palette: palette).pixels[3..<9] == [1, 2, 3, 9, 9, 9])
        // Two bits a pixel, and transparency, which labels have none of.
        let packed = HandMadePNG.file(
            width: 3, height: 1, bits: 2, colorType: 3, rows: [[0b1000_0100]],
            palette: palette.flatMap(\.self),
            transparency: [0])
        #expect(try decode(packed).labels.pixels == [2, 0, 1])
    }

    @Test func `gray values are labels as they are stored, not scaled to 8 bits`() throws {
        let nibbles = HandMadePNG.file(width: 3, height: 1, bits: 4, colorType: 0, rows: [[0x1F, 0x70]])
        #expect(try decode(nibbles).labels.pixels == [1, 15, 7])
        #expect(try decode(nibbles).palette == [])
        let bytes = Image(width: 2, height: 1, channels: 1, pixels: [3, 200])
        #expect(try decode(bytes.pngData()).labels == bytes)
    }

    @Test func `color images are refused`() throws {
        func refusal(_ file: [UInt8]) -> String {
            do { return "decoded \(try decode(file))" } catch { return "\(error)" }
        }
        let color = Image(width: 1, height: 1, color: [1, 2, 3])
        #expect(
            refusal(color.pngData()).hasPrefix("made.png: holds colors without a palette; a label map is"))
        let gray = Image(width: 1, height: 1, color: [1, 255])
        #expect(refusal(gray.pngData()).contains("gray with transparency"))
        let deep = HandMadePNG.file(width: 1, height: 1, bits: 16, colorType: 0, rows: [[0, 1]])
        #expect(refusal(deep).contains("gray of 16 bits"))
        #expect(refusal(TinyJPEG.gray).contains("a JPEG image"))
        #expect(refusal(TinyWebP.lossless).contains("a WebP image"))
        #expect(refusal(TinyGIF.plain).contains("a GIF image"))
        #expect(refusal(Array(color.pngData().prefix(40))).contains("damaged"))
    }

    @Test(arguments: [(7, 5, 3, 11), (4, 4, 2, 2), (5, 3, 10, 6), (1, 1, 3, 2)])
    func `labels are resized by the nearest pixel alone`(
        width: Int, height: Int, newWidth: Int, newHeight: Int
    ) {
        let image = Image(
            width: width, height: height, channels: 1, pixels: (0..<width * height).map { UInt8($0) })
        let resized = image.resized(width: newWidth, height: newHeight, .nearest)
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                // The pixel that the middle lies in, in whole numbers.
                let (column, row) = (
                    (2 * x + 1) * width / (2 * newWidth), (2 * y + 1) * height / (2 * newHeight)
                )
                #expect(resized.pixels[y * newWidth + x] == UInt8(row * width + column))
            }
        }
    }

    @Test func `fitting crops labels as it crops images, and edges are replicated`() {
        let wide = Image(width: 6, height: 2, channels: 1, pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        #expect(wide.fitted(width: 2, height: 2, mode: .crop, .nearest).pixels == [3, 4, 9, 10])
        #expect(wide.fitted(width: 4, height: 4, mode: .crop, .nearest).pixels.suffix(4) == [9, 9, 10, 10])
        let row = Image(width: 3, height: 1, channels: 1, pixels: [1, 2, 3])
        #expect(
            row.padded(toWidth: 6, height: 2, x: 2, y: 0, by: .replication).pixels
                == [1, 1, 1, 2, 3, 3, 1, 1, 1, 2, 3, 3])
    }
}
