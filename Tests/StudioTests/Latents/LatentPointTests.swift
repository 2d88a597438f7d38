import Foundation
import GANs
import Testing

@testable import Studio

@Suite struct LatentPointTests {
    private func decoded(_ json: String) throws -> LatentPoint {
        try JSONDecoder().decode(LatentPoint.self, from: Data(json.utf8))
    }

    private var shipped: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../checkpoints").standardizedFileURL.path
    }

    @Test(arguments: [
        #"{"seed":7}"#, #"{"walk":[{"seed":1},{"seed":2}],"share":0.25}"#,
        #"{"blend":[{"seed":1},{"seed":2},{"seed":3}],"weights":[0.5,0.25,0.25]}"#,
        #"{"plus":[{"seed":1}],"minus":[]}"#, #"{"mix":[{"seed":1},{"seed":2}],"layers":[4,5]}"#,
        #"{"numbers":"AACAPwAAAMA="}"#, #"{"moved":{"seed":1},"by":[{"direction":"AACAPw==","amount":2}]}"#,
        #"{"moved":{"seed":1},"by":[{"with":[{"seed":2}],"without":[{"seed":3}],"amount":2}]}"#,
    ])
    func `points are read as they are written`(json: String) throws {
        let encoder = JSONEncoder()
        let point = try decoded(json)
        let again = try JSONDecoder().decode(LatentPoint.self, from: try encoder.encode(point))
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(point) == encoder.encode(again))
    }

    @Test(arguments: [
        "{}", #"{"seed":-1}"#, #"{"walk":[{"seed":1}],"share":0}"#, #"{"blend":[],"weights":[]}"#,
        #"{"blend":[{"seed":1}],"weights":[1e30]}"#, #"{"plus":[],"minus":[]}"#,
        #"{"mix":[{"seed":1},{"seed":2}],"layers":["1"]}"#, #"{"numbers":""}"#, #"{"numbers":"AACAPwA="}"#,
        #"{"numbers":"AADAfw=="}"#, #"{"numbers":"\#(String(repeating: "AACAPw", count: 9000))"}"#,
        #"{"moved":{"seed":1},"by":[{"with":[],"without":[],"amount":1e9}]}"#,
        String(repeating: #"{"plus":[],"minus":["#, count: 200) + String(repeating: "]}", count: 200),
    ])
    func `what is no point is refused`(json: String) {
        #expect(throws: (any Error).self) { try decoded(json) }
    }

    @Compute
    @Test func `images of points are those that the library makes`() throws {
        let trained = try TrainedGenerator(path: shipped + "/styles-64.safetensors")
        let playground = LatentPlayground(trained, label: nil)
        let settings = SynthesisSettings()
        func image(_ json: String) throws -> Image { try playground.images(of: [decoded(json)], settings)[0] }
        let (one, other) = (trained.images(seeds: [1])[0], trained.images(seeds: [2])[0])
        #expect(difference(try image(#"{"seed":1}"#), one) < 1)
        #expect(difference(try image(#"{"walk":[{"seed":1},{"seed":2}],"share":0}"#), one) < 1)
        #expect(difference(try image(#"{"walk":[{"seed":1},{"seed":2}],"share":1}"#), other) < 1)
        #expect(difference(try image(#"{"plus":[{"seed":1},{"seed":2}],"minus":[{"seed":1}]}"#), other) < 1)
        #expect(difference(try image(#"{"blend":[{"seed":1},{"seed":2}],"weights":[0,1]}"#), other) < 1)
        #expect(
            difference(
                try image(#"{"mix":[{"seed":1},{"seed":2}],"layers":[0,1,2,3,4,5,6,7,8,9,10,11,12]}"#), other)
                < 1)
        #expect(difference(try image(#"{"mix":[{"seed":1},{"seed":2}],"layers":[63]}"#), one) < 1)
        // A mix is neither, and what it is made of tells.
        let mixed = try image(#"{"mix":[{"seed":1},{"seed":2}],"layers":[0,1,2,3]}"#)
        #expect(difference(mixed, one) > 1 && difference(mixed, other) > 1)
        // Without any of its own style every seed is the mean.
        let mean = SynthesisSettings(truncation: 0, noise: false)
        let means = try playground.images(of: [decoded(#"{"seed":1}"#)], mean)
        #expect(difference(means[0], one) > 3)
        #expect(throws: StudioError.self) {
            try playground.numbers(of: decoded(#"{"plus":[{"seed":1}],"minus":[]}"#)).first.map { _ in
                try playground.single(
                    playground.numbers(of: decoded(#"{"mix":[{"seed":1},{"seed":2}],"layers":[4,5]}"#)))
            }
        }
    }

    @Compute
    @Test func `a generator without styles walks on the sphere and mixes nothing`() throws {
        let trained = try TrainedGenerator(path: shipped + "/avatars-64.safetensors")
        let playground = LatentPlayground(trained, label: nil)
        let middle = try playground.numbers(
            of: decoded(#"{"blend":[{"seed":1},{"seed":2}],"weights":[0.5,0.5]}"#))[0]
        let rootMeanSquare = Double(middle.squared().mean().squareRoot().scalar)
        #expect(abs(rootMeanSquare - 1) < 0.2)
        #expect(throws: StudioError.self) {
            try playground.numbers(of: decoded(#"{"mix":[{"seed":1},{"seed":2}],"layers":[4,5]}"#))
        }
    }

    /// The mean absolute difference of the samples.
    private func difference(_ one: Image, _ other: Image) -> Double {
        let differences = zip(one.pixels, other.pixels).map { abs(Int($0) - Int($1)) }
        return Double(differences.reduce(0, +)) / Double(differences.count)
    }
}
