import Foundation
import Images
import TestSupport
import Testing

@Suite struct GIFDecodingTests {
    private func decode(_ file: [UInt8]) throws -> Image { try Image(decoding: file, path: "tiny.gif") }

    private func pixel(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
        image.cropped(x: x, y: y, width: 1, height: 1).pixels
    }

    @Test func `colors come from the palette`() throws {
        let image = try decode(TinyGIF.plain)
        #expect((image.width, image.height, image.channels) == (TinyGIF.width, TinyGIF.height, 3))
        for y in 0..<TinyGIF.height {
            for x in 0..<TinyGIF.width {
                #expect(pixel(image, x, y) == TinyGIF.palette[TinyGIF.index(x: x, y: y)])
            }
        }
    }

    @Test func `interlaced rows are put in their order`() throws {
        let (image, plain) = (try decode(TinyGIF.file(isInterlaced: true)), try decode(TinyGIF.plain))
        for (stored, row) in [0, 4, 2, 6, 1, 3, 5].enumerated() {
            let size = (image.width, 1)
            #expect(
                image.cropped(x: 0, y: row, width: size.0, height: size.1)
                    == plain.cropped(x: 0, y: stored, width: size.0, height: size.1))
        }
    }

    @Test func `the transparent color is none`() throws {
        let image = try decode(TinyGIF.file(transparent: 2))
        #expect(image.channels == 4)
        for y in 0..<TinyGIF.height {
            for x in 0..<TinyGIF.width {
                let index = TinyGIF.index(x: x, y: y)
                #expect(pixel(image, x, y) == (index == 2 ? [0, 0, 0, 0] : TinyGIF.palette[index] + [255]))
            }
        }
    }

    @Test func `a frame lies in its place on the canvas, which grows where it must`() throws {
        let plain = try decode(TinyGIF.plain)
        for (screen, expected) in [((14, 12), (14, 12)), ((10, 4), (12, 9)), ((0, 0), (12, 9))] {
            let image = try decode(TinyGIF.file(screen: screen, left: 3, top: 2))
            #expect((image.width, image.height, image.channels) == (expected.0, expected.1, 4))
            #expect(
                image.cropped(x: 3, y: 2, width: TinyGIF.width, height: TinyGIF.height)
                    == plain.converted(toChannels: 4))
            #expect(pixel(image, 2, 2) == [0, 0, 0, 0] && pixel(image, 3, 1) == [0, 0, 0, 0])
        }
    }

    @Test func `of an animation that the program wrote the first frame is decoded`() throws {
        let frames = [[9, 8, 7], [200, 100, 50]].map { Image(width: 20, height: 10, color: $0) }
        try withTemporaryFolder { folder in
            let path = folder + "/walk.gif"
            try AnimationFile.write(frames, secondsPerFrame: 0.1, to: path)
            #expect(try Image(decoding: path) == frames[0])
            #expect(try ImageHeader(path) == ImageHeader(of: frames[0]))
        }
    }

    private func texts(ofComments comments: [String]) throws -> [PNGText] {
        try withTemporaryFolder { folder in
            try Data(TinyGIF.file(comments: comments)).write(to: URL(fileURLWithPath: folder + "/a.gif"))
            return try PNGText.texts(of: folder + "/a.gif")
        }
    }

    @Test func `a line of the comment is a text, whose keyword is short`() throws {
        let keyword = String(repeating: "k", count: 79)
        let found = try texts(ofComments: ["Model: dcgan\nno key", "word\n\(keyword): a\n", "\(keyword)k: b"])
        #expect(
            found == [
                PNGText("Model", "dcgan"), PNGText("Comment", "no keyword"), PNGText(keyword, "a"),
                PNGText("Comment", "\(keyword)k: b"),
            ])
    }

    @Test func `a comment of very many blocks is read as far as there is room, at once`() throws {
        let start = ContinuousClock.now
        let found = try texts(ofComments: Array(repeating: "xyz", count: 1_000_000))
        #expect(found.map(\.keyword) == ["Comment"])
        #expect(found.first?.text.hasPrefix("xyzxyz") == true && found[0].text.count < 1_000_000)
        #expect(start.duration(to: .now) < .seconds(5))
    }

    @Test(arguments: [
        (
            "colors past the palette", TinyGIF.file(palette: Array(TinyGIF.palette[..<2])),
            "not in its palette"
        ),
        ("no palette", TinyGIF.file(palette: []), "no palette"),
        ("no pixels", TinyGIF.file(size: (0, 0)), "no pixels"),
        ("no image", Array(TinyGIF.plain[..<25]) + [0x3B], "no image"),
        ("too few pixels", TinyGIF.file(size: (9, 8)), "damaged image"),
    ])
    func `files that contradict themselves are refused`(what: String, file: [UInt8], message: String) {
        let error = #expect(throws: ImageError.self, "\(what)") { try decode(file) }
        #expect(error.map { "\($0)".contains(message) } == true, "\(what): \(error.debugDescription)")
    }
}
