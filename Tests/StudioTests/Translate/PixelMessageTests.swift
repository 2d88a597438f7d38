import Foundation
import Images
import Studio
import Testing

@Suite struct PixelMessageTests {
    private let image = Image(width: 3, height: 2, channels: 3, pixels: (0..<18).map { UInt8($0) })
    private let map = Image(width: 2, height: 2, channels: 1, pixels: [7, 8, 9, 10])

    private func read(_ data: Data) throws -> PixelMessage<[String: Int]> {
        try PixelMessage(data, maximumSide: 8)
    }

    @Test func `what is written is read`() throws {
        let message = try read(PixelMessage(["number": 4], [image, map]).encoded())
        #expect(message.header == ["number": 4])
        #expect(message.images == [image, map])
    }

    @Test func `a broken message is refused whatever is wrong with it`() throws {
        let whole = try PixelMessage(["number": 4], [image, map]).encoded()
        for count in 0..<whole.count {
            #expect(throws: (any Error).self) { try read(whole.prefix(count)) }
        }
        #expect(throws: (any Error).self) { try read(whole + [0]) }
        #expect(throws: (any Error).self) { try read(Data([255, 255, 255, 255]) + whole) }
        let sizes = [(0, 1), (1, 0), (-1, -1), (9, 1), (1 << 40, 1 << 40)]
        for (width, height) in sizes {
            let json = #"{"header":{},"images":[{"width":\#(width),"height":\#(height),"channels":1}]}"#
            let data =
                withUnsafeBytes(of: UInt32(json.utf8.count).littleEndian) { Data($0) } + Data(json.utf8) + [0]
            #expect(throws: (any Error).self) { try read(data) }
        }
    }
}
