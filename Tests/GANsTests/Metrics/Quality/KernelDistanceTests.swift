import GANs
import TestSupport
import Testing

@Suite struct KernelDistanceTests {
    /// Normal numbers, scaled and moved.
    static func normal(
        _ count: Int, _ dimension: Int, seed: UInt64, scale: Scalar = 1, shift: Scalar = 0
    ) throws -> FeatureSet {
        var random = RandomStream(seed: seed, purpose: .noise)
        let values = Tensor.normal([count, dimension], from: &random).affine(scale: scale, shift: shift)
        return try FeatureSet(values: values.scalars, count: count, dimension: dimension)
    }

    @Test func `it is the mean of a plain loop over pairs`() throws {
        let reals = try Self.normal(23, 5, seed: 1)
        let fakes = try Self.normal(17, 5, seed: 2, scale: 0.8, shift: 0.3)
        func kernel(_ a: FeatureSet, _ i: Int, _ b: FeatureSet, _ j: Int) -> Double {
            let product = (0..<5).reduce(0) {
                $0 + Double(a.values[i * 5 + $1]) * Double(b.values[j * 5 + $1])
            }
            let base = product / 5 + 1
            return base * base * base
        }
        func mean(_ a: FeatureSet, _ b: FeatureSet, isWithin: Bool) -> Double {
            let pairs = (0..<a.count).flatMap { i in (0..<b.count).map { (i, $0) } }.filter {
                !isWithin || $0.0 != $0.1
            }
            return pairs.reduce(0) { $0 + kernel(a, $1.0, b, $1.1) } / Double(pairs.count)
        }
        let expected =
            mean(reals, reals, isWithin: true) + mean(fakes, fakes, isWithin: true)
            - 2 * mean(reals, fakes, isWithin: false)
        let distance = try KernelDistance(reals: reals, fakes: fakes)
        #expect(abs(distance.value - expected) < 1e-5 * max(1, abs(expected)))
        #expect(try KernelDistance(reals: KernelSet(reals), fakes: KernelSet(fakes)) == distance)
        let turned = try KernelDistance(reals: fakes, fakes: reals)
        #expect(abs(turned.value - distance.value) < 1e-5)
        #expect(abs(turned.standardError / distance.standardError - 1) < 1e-4)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var reals = 100
        var fakes = 100
        var dimension = 8
        var scale: Scalar = 1
        var shift: Scalar = 0

        var testDescription: String { "\(reals) and \(fakes), scale \(scale), shift \(shift)" }
    }

    /// Of equal distributions, where the error comes of pairs alone, and of unequal ones; of sets of one
    /// size and not.
    @Test(arguments: [
        Case(), Case(reals: 150, fakes: 60), Case(scale: 1.15), Case(scale: 1.1, shift: 0.1),
        Case(reals: 60, fakes: 200, scale: 0.8, shift: 0.3), Case(shift: 1), Case(dimension: 64, shift: 0.05),
    ])
    func `the error is the spread of estimates`(_ problem: Case) throws {
        let draws = 600
        let distances = try (0..<draws).map { draw in
            try KernelDistance(
                reals: Self.normal(problem.reals, problem.dimension, seed: UInt64(2 * draw)),
                fakes: Self.normal(
                    problem.fakes, problem.dimension, seed: UInt64(2 * draw + 1), scale: problem.scale,
                    shift: problem.shift))
        }
        let mean = distances.reduce(0) { $0 + $1.value } / Double(draws)
        let variance = distances.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) } / Double(draws - 1)
        let told = distances.reduce(0) { $0 + $1.standardError } / Double(draws)
        #expect(abs(told / variance.squareRoot() - 1) < 0.15, "\(told) told, \(variance.squareRoot()) seen")
        // Without bias: of equal distributions 0.
        if (problem.scale, problem.shift) == (1, 0) {
            #expect(abs(mean) < 4 * (variance / Double(draws)).squareRoot())
        }
    }

    @Test func `features of different networks are refused`() throws {
        let (reals, fakes) = (try Self.normal(8, 5, seed: 1), try Self.normal(8, 6, seed: 1))
        let error = #expect(throws: ConfigurationError.self) {
            try KernelDistance(reals: reals, fakes: fakes)
        }
        #expect(error?.description.contains("5 features and the generated ones 6") == true)
        #expect(throws: ConfigurationError.self) { try NeighborMeasures(reals: reals, fakes: fakes) }
        #expect(throws: ConfigurationError.self) { try reals.slicedDistance(to: fakes) }
        #expect(throws: ConfigurationError.self) {
            try FeatureMoments(reals).frechetDistance(to: FeatureMoments(fakes))
        }
    }
}
