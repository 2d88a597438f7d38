import Foundation
import GANs
import TestSupport
import Testing

@Suite struct StackedMNISTTests {
    /// Images of the digits of modes, a channel each.
    private static func stacked(_ modes: [Int], _ stream: inout RandomStream) -> Tensor {
        Tensor(filling: [modes.count, 12, 12, 3]) { target in
            for (image, mode) in modes.enumerated() {
                for (channel, digit) in [mode / 100, mode / 10 % 10, mode % 10].enumerated() {
                    for (pixel, sample) in drawnDigit(digit, size: 12, from: &stream).enumerated() {
                        target[(image * 144 + pixel) * 3 + channel] = Scalar(sample) / 127.5 - 1
                    }
                }
            }
        }
    }

    @Test func `modes are told by their digits, red's first`() throws {
        let classifier = try DrawnDigits.classifier()
        let made = (0..<250).map { [7, 42, 123, 999, 580][$0 % 5] }
        var stream = RandomStream(seed: 4, purpose: .drawing)
        var asked: [Range<Int>] = []
        var done: [Int] = []
        let modes = StackedMNISTModes(samples: 250, classifier: classifier) {
            done.append($0)
        } generate: { images in
            asked.append(images)
            return Self.stacked(Array(made[images]), &stream)
        }
        #expect(modes.samples == 250)
        // A few images at a time, each once.
        #expect(asked.flatMap { Array($0) } == Array(0..<250) && asked.allSatisfy { $0.count <= 100 })
        #expect(done.last == 250)
        // A digit now and then may be mistaken.
        for mode in [7, 42, 123, 999, 580] { #expect(modes.counts[mode] >= 46) }
    }

    @Test func `the divergence is that of the published tables`() {
        func modes(_ frequencies: [Int: Int]) -> StackedMNISTModes {
            StackedMNISTModes(counts: (0..<1000).map { frequencies[$0] ?? 0 })
        }
        let uniform = StackedMNISTModes(counts: [Int](repeating: 26, count: 1000))
        #expect(uniform.seen == 1000 && abs(uniform.divergenceFromUniform) < 1e-12)
        let single = modes([17: 26_000])
        #expect(single.seen == 1 && abs(single.divergenceFromUniform - log(1000)) < 1e-12)
        // 0.75 log 750 + 0.25 log 250
        let pair = modes([0: 3, 999: 1])
        #expect(pair.seen == 2 && abs(pair.divergenceFromUniform - 6.345420) < 1e-6)
        #expect(modes([:]).divergenceFromUniform == 0)
    }

    /// What the command's help says of chance.
    @Test func `perfect samples are a fiftieth from uniform`() {
        var stream = RandomStream(seed: 1, purpose: .drawing)
        var counts = [Int](repeating: 0, count: 1000)
        for _ in 0..<26_000 { counts[Int(stream.uniform() * 1000)] += 1 }
        let modes = StackedMNISTModes(counts: counts)
        #expect(modes.seen == 1000)
        #expect((0.015..<0.025).contains(modes.divergenceFromUniform))
    }
}
