import Foundation
import GANs
import Images

/// Images with a few words about them in one message, as pages send and get them: little-endian the length of a JSON
/// header as UInt32, the header, and the samples of one image after the other, row by row.
package struct PixelMessage<Header: Codable> {
    package let header: Header
    package let images: [Image]

    private struct Envelope: Codable {
        struct Size: Codable {
            let width: Int
            let height: Int
            let channels: Int
        }

        let header: Header
        let images: [Size]
    }

    package init(_ header: Header, _ images: [Image]) { (self.header, self.images) = (header, images) }

    /// Reads a message.
    ///
    /// - Throws: `StudioError` for what is no such message, or holds an image of more than `maximumSide` pixels a side.
    package init(_ data: Data, maximumSide: Int) throws {
        let bytes = [UInt8](data)
        let broken = StudioError(.badRequest, "the message holds no images")
        guard bytes.count >= 4 else { throw broken }
        let length = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        guard length <= min(bytes.count - 4, 1 << 16),
            let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(bytes[4..<4 + length])),
            envelope.images.count <= 2
        else { throw broken }
        var (place, images) = (4 + length, [Image]())
        for size in envelope.images {
            guard (1...maximumSide).contains(size.width), (1...maximumSide).contains(size.height) else {
                throw StudioError(
                    .badRequest,
                    "the image has \(size.width)x\(size.height) pixels; at most \(maximumSide) a side are read"
                )
            }
            let count = size.width * size.height * size.channels
            guard [1, 3, 4].contains(size.channels), count <= bytes.count - place else { throw broken }
            images.append(
                Image(
                    width: size.width, height: size.height, channels: size.channels,
                    pixels: Array(bytes[place..<place + count])))
            place += count
        }
        guard place == bytes.count else { throw broken }
        self.init(envelope.header, images)
    }

    /// The message's bytes.
    package func encoded() throws -> Data {
        let envelope = Envelope(
            header: header,
            images: images.map { Envelope.Size(width: $0.width, height: $0.height, channels: $0.channels) })
        let json = try JSONEncoder().encode(envelope)
        var data = withUnsafeBytes(of: UInt32(json.count).littleEndian) { Data($0) }
        data.append(json)
        for image in images { data.append(contentsOf: image.pixels) }
        return data
    }
}
