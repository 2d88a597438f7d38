import GANs
import TestSupport
import Testing

@Suite struct PathLengthTests {
    /// Of images that are their latents times 3, on straight ways the length is `9 |b - a|^2 / size`.
    private static func plain(_ geometry: LatentSpace.Geometry) -> LatentSpace {
        LatentSpace(size: 16, geometry: geometry) { seeds in
            latents(seeds: seeds, latentSize: 16)
        } generate: {
            $0.reshaped([$0.shape[0], 4, 4, 1]) * 3
        }
    }

    @Test func `straight ways have their own lengths`() {
        let space = Self.plain(.flat)
        var done: [Int] = []
        let length = PathLength(in: space, samples: 300, seed: 7) { done.append($0) }
        #expect(done.last == 300 && length.samples == 300)
        func ends(_ first: UInt64) -> Tensor {
            space.latents(seeds: (0..<300).map { 7 + 2 * $0 + first })
        }
        let all = ((ends(1) - ends(0)).squared().mean(axes: [1]) * 9).scalars.map { Double($0) }.sorted()
        let kept = all.dropFirst(3).dropLast(3)
        let mean = kept.reduce(0, +) / Double(kept.count)
        // Differences of numbers that agree in four digits.
        #expect(abs(length.mean / mean - 1) < 1e-2)
        let deviation =
            (kept.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(kept.count - 1)).squareRoot()
        #expect(abs(length.standardError / (deviation / 294.0.squareRoot()) - 1) < 2e-2)
    }

    @Test func `arcs are longer than their chords`() {
        let (arcs, chords) = (
            PathLength(in: Self.plain(.sphere), samples: 200), PathLength(in: Self.plain(.flat), samples: 200)
        )
        #expect(arcs.mean > 1.05 * chords.mean && arcs.mean < 1.6 * chords.mean)
        #expect(PathLength(in: Self.plain(.sphere), samples: 200) == arcs)
    }
}
