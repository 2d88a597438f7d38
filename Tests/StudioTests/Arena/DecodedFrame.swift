import Foundation
import Testing

/// A frame as the page reads it.
struct DecodedFrame {
    struct View {
        let step: Int
        let modeCounts: [Int]?
        let arrays: [String: [Float]]
    }

    private struct Header: Decodable {
        struct View: Decodable {
            let step: Int
            let modeCounts: [Int]?
            let counts: [Int]
        }

        let number: Int
        let phase: String?
        let views: [View]
    }

    let number: Int
    let phase: String?
    let views: [View]

    init(_ data: Data) throws {
        let bytes = [UInt8](data)
        func word(_ place: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) } }
        let length = Int(word(0))
        let header = try JSONDecoder().decode(Header.self, from: Data(bytes[4..<4 + length]))
        (number, phase) = (header.number, header.phase)
        var place = 4 + length
        views = header.views.map { view in
            var arrays: [String: [Float]] = [:]
            for (name, count) in zip(["reals", "generated", "outputs", "pulls", "manifold"], view.counts) {
                arrays[name] = (0..<count).map { Float(bitPattern: word(place + 4 * $0)) }
                place += 4 * count
            }
            return View(step: view.step, modeCounts: view.modeCounts, arrays: arrays)
        }
        #expect(place == bytes.count)
    }
}
