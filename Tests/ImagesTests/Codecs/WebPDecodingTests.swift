import Images
import Testing

@Suite struct WebPDecodingTests {
    private func decode(_ file: [UInt8]) throws -> Image { try Image(decoding: file, path: "tiny.webp") }

    @Test func `lossy images are close to what was encoded`() throws {
        let (opaque, transparent) = (try decode(TinyWebP.color), try decode(TinyWebP.transparent))
        #expect((opaque.width, opaque.height, opaque.channels) == (16, 8, 3))
        #expect((transparent.width, transparent.height, transparent.channels) == (16, 8, 4))
        for (x, color) in [(4, [200, 40, 60, 255]), (12, [30, 90, 210, 128])] {
            for image in [opaque, transparent] {
                let samples = image.cropped(x: x, y: 4, width: 1, height: 1).pixels
                #expect(
                    zip(samples, color).allSatisfy { abs(Int($0) - $1) <= 3 }, "\(samples) for \(color)")
            }
        }
    }

    @Test func `lossless images are what was encoded`() throws {
        #expect(
            try decode(TinyWebP.lossless)
                == Image(width: 3, height: 2, channels: 4, pixels: TinyWebP.samples))
    }

    @Test func `an orientation is applied`() throws {
        let stored = Image(width: 3, height: 2, channels: 4, pixels: TinyWebP.samples)
        let turned = try decode(TinyWebP.turned)
        #expect((turned.width, turned.height, turned.channels) == (2, 3, 3))
        // The stored image's first row is the right column, from top to bottom.
        for y in 0..<3 {
            for (x, row) in [(0, 1), (1, 0)] {
                #expect(
                    turned.cropped(x: x, y: y, width: 1, height: 1).pixels
                        == Array(stored.cropped(x: y, y: row, width: 1, height: 1).pixels[..<3]))
            }
        }
    }

    @Test func `of an animation the first frame is decoded, in its place`() throws {
        let image = try decode(TinyWebP.animation)
        #expect((image.width, image.height, image.channels) == (6, 5, 4))
        for y in 0..<5 {
            for x in 0..<6 {
                let pixel = image.cropped(x: x, y: y, width: 1, height: 1).pixels
                if (2..<5).contains(x) && (2..<4).contains(y) {
                    let start = 4 * ((y - 2) * 3 + x - 2)
                    #expect(pixel == Array(TinyWebP.samples[start..<start + 3]) + [255])
                } else {
                    #expect(pixel == [0, 0, 0, 0], "outside of the frame, at (\(x), \(y))")
                }
            }
        }
    }

    @Test func `a frame past its canvas is refused`() {
        #expect(throws: ImageError.self) { try decode(TinyWebP.canvas(width: 4, height: 5)) }
    }
}
