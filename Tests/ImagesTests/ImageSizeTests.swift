import Foundation
import Images
import Testing

@Suite struct ImageSizeTests {
    @Test(arguments: [
        ("64", ImageSize(64)), ("64x96", ImageSize(width: 64, height: 96)), ("64x64", ImageSize(64)),
        ("0x64", ImageSize(width: 0, height: 64)), ("-1x64", ImageSize(width: -1, height: 64)),
        ("9223372036854775807", ImageSize(Int.max)), ("", nil), ("x", nil), ("64x", nil), ("x64", nil),
        ("64x96x3", nil), ("64X96", nil), ("64 x 96", nil), ("4e16x8", nil), ("6.4x8", nil),
        ("9223372036854775808", nil), ("big", nil),
    ])
    func `a size is read as width and height, or as the side of a square`(text: String, size: ImageSize?) {
        #expect(ImageSize(text) == size)
        if let size { #expect(ImageSize(size.description) == size) }
    }

    @Test func `squares are written as one number, as they always were`() throws {
        func json(_ size: ImageSize) throws -> String {
            String(decoding: try JSONEncoder().encode([size]), as: UTF8.self)
        }
        #expect(try json(64) == "[64]")
        #expect(try json(ImageSize(width: 64, height: 96)) == "[\"64x96\"]")
        func read(_ json: String) throws -> [ImageSize] {
            try JSONDecoder().decode([ImageSize].self, from: Data(json.utf8))
        }
        #expect(try read("[64, \"64\", \"64x96\"]") == [64, 64, ImageSize(width: 64, height: 96)])
        for broken in ["[\"64x\"]", "[6.4]", "[null]", "[[64, 96]]", "[9223372036854775808]"] {
            #expect(throws: DecodingError.self) { try read(broken) }
        }
    }

    @Test func `the dimensions name both sides`() {
        #expect(ImageSize(64).dimensions == "64x64" && ImageSize(64).description == "64")
        let size = ImageSize(width: 64, height: 96)
        #expect(size.dimensions == "64x96" && size.description == "64x96" && !size.isSquare)
        #expect(size.shortSide == 64 && size.longSide == 96 && size.pixelCount == 6144)
        #expect(size.map { $0 / 32 } == ImageSize(width: 2, height: 3))
        #expect(size.holds(64) && !size.holds(65))
    }
}
