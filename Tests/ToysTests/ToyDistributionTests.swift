import Foundation
import Toys
import Tensors
import Testing

@Suite struct ToyDistributionTests {
    private func points(_ distribution: ToyDistribution, count: Int, seed: UInt64 = 3) -> [[Double]] {
        var stream = RandomStream(seed: seed, purpose: .samplingOrder)
        let points = distribution.points(count: count, from: &stream)
        let dimensions = distribution.dimensions
        #expect(points.shape == [count, dimensions])
        let scalars = points.scalars.map { Double($0) }
        return (0..<count).map { Array(scalars[$0 * dimensions..<($0 + 1) * dimensions]) }
    }

    @Test(arguments: ToyDistribution.allCases)
    func `the same stream gives the same points`(distribution: ToyDistribution) {
        #expect(points(distribution, count: 50) == points(distribution, count: 50))
        #expect(points(distribution, count: 50) != points(distribution, count: 50, seed: 4))
        // Points come one after the other, so that the stream's position is all there is to save.
        var stream = RandomStream(seed: 3, purpose: .samplingOrder)
        let (first, second) = (
            distribution.points(count: 20, from: &stream), distribution.points(count: 30, from: &stream)
        )
        #expect(
            (first.scalars + second.scalars).map { Double($0) }
                == points(distribution, count: 50).flatMap(\.self))
    }

    @Test(arguments: ToyDistribution.allCases)
    func `the extent shows the points, the scale brings them to about 1`(distribution: ToyDistribution) {
        let points = points(distribution, count: 4000)
        let lengths = distribution.extent.map { $0.upperBound - $0.lowerBound }
        #expect(lengths.count == distribution.dimensions && Set(lengths).count == 1)
        for (axis, range) in distribution.extent.enumerated() {
            #expect(points.allSatisfy { range.contains($0[axis]) })
        }
        guard distribution != .gaussian else { return }
        let squares = points.joined().map { $0 * $0 / (distribution.scale * distribution.scale) }
        let rootMeanSquare = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        #expect((0.75...1.25).contains(rootMeanSquare), "\(rootMeanSquare)")
    }

    @Test(arguments: ToyDistribution.allCases.filter { !$0.modes.isEmpty })
    func `modes are equally likely and as wide as they say`(distribution: ToyDistribution) {
        let points = points(distribution, count: 20_000)
        let modes = distribution.modes.map { [$0.x, $0.y] }
        var counts = [Int](repeating: 0, count: modes.count)
        var squares = 0.0
        for point in points {
            let distances = modes.map { zip(point, $0).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
            let nearest = modes.indices.min { distances[$0] < distances[$1] }!
            counts[nearest] += 1
            squares += distances[nearest]
        }
        let expected = Double(points.count) / Double(modes.count)
        #expect(counts.allSatisfy { abs(Double($0) - expected) < 5 * expected.squareRoot() + 1e-9 })
        let deviation = (squares / Double(points.count * distribution.dimensions)).squareRoot()
        #expect(abs(deviation / distribution.deviation - 1) < 0.02)
    }

    @Test func `mode tables are the published ones`() {
        let ring = ToyDistribution.eightGaussians.modes
        #expect(ring.count == 8 && Set(ring.map { "\($0)" }).count == 8)
        #expect(ring.allSatisfy { abs(($0 * $0).sum() - 4) < 1e-12 })
        let grid = ToyDistribution.twentyFiveGrid.modes
        #expect(
            grid.count == 25 && Set(grid.map(\.x)) == [-4, -2, 0, 2, 4]
                && Set(grid.map(\.y)) == Set(grid.map(\.x)))
        #expect(ToyDistribution.gaussian.modes == [[3, 0]] && ToyDistribution.gaussian.deviation == 0.5)
    }

    @Test func `curves lie where they should`() {
        func deviation(_ distribution: ToyDistribution, _ residual: ([Double]) -> Double) -> Double {
            let squares = points(distribution, count: 4000).map { residual($0) * residual($0) }
            return (squares.reduce(0, +) / Double(squares.count)).squareRoot() / distribution.deviation
        }
        func radius(_ point: [Double]) -> Double { (point[0] * point[0] + point[1] * point[1]).squareRoot() }
        // Across a curve, the noise is the only deviation.
        #expect(abs(deviation(.ring) { radius($0) - 2 } - 1) < 0.05)
        let moons = deviation(.moons) { point in
            let outer = point[1] > 0 || radius(point) < 1.5 ? abs(radius(point) - 1) : 9
            return min(outer, abs(radius([point[0] - 1, point[1] - 0.5]) - 1))
        }
        #expect((0.8...1.05).contains(moons))
        // The swiss roll's radius is its angle, up to whole turns; the spiral's three times its radius, up to half ones.
        func offTurn(_ point: [Double], _ angle: Double, _ turn: Double) -> Double {
            let off = angle - atan2(point[1], point[0])
            return off - turn * (off / turn).rounded()
        }
        #expect((0.95...1.1).contains(deviation(.swissRoll) { offTurn($0, radius($0), 2 * .pi) }))
        let spiral = deviation(.spiral) { offTurn($0, 3 * radius($0), .pi) / 3 }
        #expect((0.9...1.2).contains(spiral))
    }
}

@Suite struct ToyMetricsTests {
    private func scalars(_ points: [SIMD2<Double>]) -> [Scalar] {
        points.flatMap { [Scalar($0.x), Scalar($0.y)] }
    }

    @Test func `every mode met equally is perfect`() {
        for distribution in [ToyDistribution.eightGaussians, .twentyFiveGrid, .twoClusters] {
            let metrics = ToyMetrics(of: scalars(distribution.modes + distribution.modes), from: distribution)
            #expect(metrics.modesCovered == distribution.modes.count && metrics.highQualityShare == 1)
            #expect(abs(metrics.reverseKL!) < 1e-12)
            #expect(metrics.modeCounts == distribution.modes.map { _ in 2 })
        }
    }

    @Test func `a collapse to one mode of K has a divergence of log K`() {
        let points = [SIMD2<Double>](repeating: ToyDistribution.twentyFiveGrid.modes[7], count: 100)
        let metrics = ToyMetrics(of: scalars(points), from: .twentyFiveGrid)
        #expect(metrics.modesCovered == 1 && metrics.modeCounts?[7] == 100)
        #expect(abs(metrics.reverseKL! - log(25)) < 1e-12)
    }

    @Test func `shares of one and three quarters, and points out of reach`() {
        let modes = ToyDistribution.twoClusters.modes
        // 3 deviations are 0.75.
        let points = [modes[0], modes[1], modes[1], modes[1] + [0.5, 0.5], [0, 0], modes[0] + [0, 0.76]]
        let metrics = ToyMetrics(of: scalars(points), from: .twoClusters)
        #expect(metrics.modeCounts == [1, 3])
        #expect(abs(metrics.highQualityShare! - 4.0 / 6) < 1e-12)
        #expect(abs(metrics.reverseKL! - (0.25 * log(0.5) + 0.75 * log(1.5))) < 1e-12)
        #expect(metrics.summary == "2 of 2 modes, 66.7% high quality, reverse KL 0.13")
    }

    @Test func `the reals' own share is that of a Gaussian in the plane`() {
        var stream = RandomStream(seed: 5, purpose: .samplingOrder)
        let distribution = ToyDistribution.eightGaussians
        let metrics = ToyMetrics(
            of: distribution.points(count: 20_000, from: &stream).scalars, from: distribution)
        #expect(abs(metrics.highQualityShare! - (1 - exp(-4.5))) < 0.003)
        #expect(metrics.modesCovered == 8 && metrics.reverseKL! < 0.002)
    }

    @Test func `on the line there are a mean and a deviation`() throws {
        let metrics = ToyMetrics(of: [2, 3, 4, 3], from: .gaussian)
        #expect(metrics.mean == 3 && abs(metrics.deviation! - 0.5.squareRoot()) < 1e-12)
        #expect(metrics.summary == "100.0% high quality, mean 3.00, deviation 0.71")
    }

    @Test func `without modes there is nothing to count`() {
        let metrics = ToyMetrics(of: [1, 2, 3, 4], from: .moons)
        #expect(metrics.modesCovered == nil && metrics.modeCounts == nil && metrics.reverseKL == nil)
        #expect(metrics.summary.isEmpty)
    }

    @Test func `the distance to fresh points is small for points of the distribution alone`() throws {
        for distribution in [ToyDistribution.gaussian, .eightGaussians] {
            let points = distribution.examplePoints(seed: 3)
            let own = try #require(ToyMetrics(of: points, from: distribution).distance)
            let moved = points.map { $0 + 1 }
            let other = try #require(ToyMetrics(of: moved, from: distribution).distance)
            // A shift of 1 along each axis: on the line 1, in the plane the mean of |cos a + sin a|, sqrt(8) / pi.
            let expected = distribution.dimensions == 1 ? 1 : 8.0.squareRoot() / .pi
            #expect(own < 0.15 && abs(other - expected) < 0.15)
        }
    }

    @Test func `points that are not numbers are no good ones, and JSON holds what is left`() throws {
        for distribution in [ToyDistribution.gaussian, .twoClusters] {
            let metrics = ToyMetrics(of: [.nan, .infinity, -.infinity, .nan], from: distribution)
            #expect(metrics.modesCovered == 0 && metrics.highQualityShare == 0 && metrics.reverseKL == nil)
            let data = try JSONEncoder().encode(metrics)
            #expect(try JSONDecoder().decode(ToyMetrics.self, from: data) == metrics)
        }
    }
}
