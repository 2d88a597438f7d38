import Foundation
import Images
import TestSupport
import Testing

@Suite struct PNGTextTests {
    private let image = Image(width: 2, height: 2, channels: 3, pixels: [UInt8](0..<12))

    @Test func `texts come back, and the pixels stay`() throws {
        try withTemporaryFolder { folder in
            let texts = [
                PNGText("Software", "swift-gan"),
                PNGText("Command", "gan sample \u{201C}größe\u{201D} --seed 1"),
                PNGText("Long", String(repeating: "x", count: 100_000)), PNGText("Empty", ""),
            ]
            try image.writePNG(to: folder + "/a.png", texts: texts)
            #expect(try PNGText.texts(of: folder + "/a.png") == texts)
            #expect(try Image(decoding: folder + "/a.png") == image)
            try image.writePNG(to: folder + "/b.png")
            #expect(try PNGText.texts(of: folder + "/b.png") == [])
        }
    }

    @Test func `what Python's library wrote is read`() throws {
        // tEXt "Title" and compressed iTXt "Comment", as Pillow 13 writes them.
        let bytes = try #require(
            Data(
                base64Encoded:
                    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAADXRFWHRUaXRsZQBBIHRpdGxl33/ZkQAAACVpVFh0Q2"
                    + "9tbWVudAABAAAAeJxLzcxT8M7PzU3NK0ksslI4vAcAOa8G5KIWJIQAAAAWSURBVHicY2RkYmZgYGBiYGBgYGAAAABw"
                    + "AAozxfeIAAAAAElFTkSuQmCC"
            ))
        try withTemporaryFolder { folder in
            try bytes.write(to: URL(fileURLWithPath: folder + "/p.png"))
            #expect(
                try PNGText.texts(of: folder + "/p.png") == [
                    PNGText("Title", "A title"), PNGText("Comment", "ein Kommentar: ü"),
                ])
        }
    }

    @Test(arguments: [(count: 1000, isKept: true), (count: 3_000_000, isKept: false)])
    func `a text that expands to more than a megabyte is left out`(count: Int, isKept: Bool) throws {
        let text = HandMadePNG.chunk(
            "zTXt", Array("Comment".utf8) + [0, 0] + HandMadePNG.run(of: UInt8(ascii: "x"), count: count))
        let plain = image.pngData()
        let end = HandMadePNG.signature.count + 12 + 13
        let bomb = Array(plain[..<end]) + text + plain[end...]
        try withTemporaryFolder { folder in
            try Data(bomb).write(to: URL(fileURLWithPath: folder + "/bomb.png"))
            let expected = isKept ? [PNGText("Comment", String(repeating: "x", count: count))] : []
            #expect(try PNGText.texts(of: folder + "/bomb.png") == expected)
            #expect(try Image(decoding: folder + "/bomb.png") == image)
        }
    }

    @Test func `another format is refused`() throws {
        try withTemporaryFolder { folder in
            try Data("no image, but some text".utf8).write(to: URL(fileURLWithPath: folder + "/x.png"))
            #expect(throws: ImageError.self) { try PNGText.texts(of: folder + "/x.png") }
        }
    }
}
