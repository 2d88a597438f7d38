import Foundation
import Tensors

/// A distribution of points on the line or in the plane, to study GANs with.
///
/// Every one is a set of centers, or a curve, with Gaussian noise of the same deviation on each coordinate.
public enum ToyDistribution: String, CaseIterable, Codable, Hashable, Sendable {
    /// On the line: mean 3, deviation 0.5.
    case gaussian
    /// A circle of radius 2.
    case ring
    /// Two arms of one and a half turns each, as in Grathwohl et al. 2019 (FFJORD), section 4.1.
    case spiral
    /// Two Gaussians on the horizontal axis.
    case twoClusters = "two-clusters"
    /// Two half circles that reach into each other, as scikit-learn's `make_moons` has them.
    case moons
    /// Eight Gaussians on a circle of radius 2, with deviation 0.05. Gulrajani et al. 2017 (WGAN-GP) have radius
    /// 2 and deviation 0.02, Lin et al. 2018 (PacGAN) radius 1 and deviation 0.01.
    case eightGaussians = "8-gaussians"
    /// Twenty-five Gaussians, means -4 to 4 in steps of 2 and deviation 0.05, as in Lin et al. 2018 (PacGAN),
    /// section 4.1, and in Gulrajani et al. 2017.
    case twentyFiveGrid = "25-grid"
    /// A spiral of one and a half turns: the first and last coordinate of scikit-learn's `make_swiss_roll` with
    /// noise 0.25, as in Gulrajani et al. 2017.
    case swissRoll = "swiss-roll"

    /// Coordinates of a point: 1 or 2.
    public var dimensions: Int { self == .gaussian ? 1 : 2 }

    /// The deviation of the noise on each coordinate.
    public var deviation: Double {
        switch self {
        case .gaussian: 0.5
        case .ring, .spiral, .moons: 0.1
        case .twoClusters, .swissRoll: 0.25
        case .eightGaussians, .twentyFiveGrid: 0.05
        }
    }

    /// The centers of equally likely modes; none where the points follow a curve. On the line, the second
    /// coordinate is 0.
    public var modes: [SIMD2<Double>] {
        switch self {
        case .gaussian: [[3, 0]]
        case .twoClusters: [[-2, 0], [2, 0]]
        case .eightGaussians: (0..<8).map { 2 * direction(.pi / 4 * Double($0)) }
        case .twentyFiveGrid:
            stride(from: -4.0, through: 4, by: 2).flatMap { y in
                stride(from: -4.0, through: 4, by: 2).map { [$0, y] }
            }
        case .ring, .spiral, .moons, .swissRoll: []
        }
    }

    /// What the points are divided by for the networks, whose inputs and outputs should be about 1 in size, and
    /// their generated points multiplied by: about the root mean square of a coordinate. That of the gaussian
    /// is 1, so that its generator has the way to the mean before it.
    ///
    /// - Source: Gulrajani et al. 2017, its toy program: 1.414, 2.828, and 7.5 for the swiss roll.
    public var scale: Double {
        switch self {
        case .gaussian, .moons: 1
        case .ring, .eightGaussians, .twoClusters: 2.0.squareRoot()
        case .spiral: .pi / 2
        case .twentyFiveGrid: 8.0.squareRoot()
        case .swissRoll: 7.5
        }
    }

    /// The part of the line or plane that figures show, a range for each coordinate, all of the same length.
    public var extent: [ClosedRange<Double>] {
        switch self {
        case .gaussian: [-1...6]
        case .ring, .eightGaussians: [-3...3, -3...3]
        case .spiral, .twoClusters: [-4...4, -4...4]
        case .moons: [-1.75...2.75, -2...2.5]
        case .twentyFiveGrid: [-5.5...5.5, -5.5...5.5]
        case .swissRoll: [-15...17, -15...17]
        }
    }

    /// Independent points, in the distribution's own units.
    ///
    /// - Shapes: `[count, dimensions]`.
    public func points(count: Int, from stream: inout RandomStream) -> Tensor {
        let modes = modes
        return Tensor(filling: [count, dimensions]) { buffer in
            for row in 0..<count {
                let origin = modes.isEmpty ? curvePoint(&stream) : modes[stream.integer(in: 0..<modes.count)]
                let point = origin + deviation * stream.normalPair()
                for axis in 0..<dimensions { buffer[row * dimensions + axis] = Scalar(point[axis]) }
            }
        }
    }

    /// Points that the published tables are measured by.
    ///
    /// - Source: Lin et al. 2018, "PacGAN", section 4.1.
    public static let sampleCount = 2500

    /// Points that no training sees, always the same.
    ///
    /// - Returns: `[count, dimensions]` in row-major order.
    func freshPoints(count: Int) -> [Scalar] {
        var stream = RandomStream(seed: 0, purpose: .heldOutImages)
        return points(count: count, from: &stream).scalars
    }

    /// Points of the distribution, always the same for a seed.
    ///
    /// - Returns: `[sampleCount, dimensions]` in row-major order.
    public func examplePoints(seed: UInt64) -> [Scalar] {
        var stream = RandomStream(seed: seed, purpose: .drawing)
        return points(count: ToyDistribution.sampleCount, from: &stream).scalars
    }

    /// A random point of the curve that the points lie around.
    private func curvePoint(_ stream: inout RandomStream) -> SIMD2<Double> {
        switch self {
        case .ring:
            return 2 * direction(2 * .pi * stream.uniform())
        case .spiral:
            // The square root spreads the points evenly over the arm's length, which grows with the angle.
            let angle = 3 * .pi * stream.uniform().squareRoot()
            let arm = angle / 3 * direction(angle)
            return stream.integer(in: 0..<2) == 0 ? arm : -arm
        case .moons:
            let outer = direction(.pi * stream.uniform())
            return stream.integer(in: 0..<2) == 0 ? outer : [1 - outer.x, 0.5 - outer.y]
        case .swissRoll:
            let angle = 1.5 * .pi * (1 + 2 * stream.uniform())
            return angle * direction(angle)
        case .gaussian, .twoClusters, .eightGaussians, .twentyFiveGrid:
            fatalError("\(rawValue) has modes, not a curve")
        }
    }

    /// The points that scalars in row-major order stand for; on the line, the second coordinate is 0.
    func places(of scalars: [Scalar]) -> [SIMD2<Double>] {
        require(
            scalars.count.isMultiple(of: dimensions),
            "\(rawValue): \(scalars.count) scalars are no points of \(dimensions) coordinates")
        return stride(from: 0, to: scalars.count, by: dimensions).map {
            [Double(scalars[$0]), dimensions == 2 ? Double(scalars[$0 + 1]) : 0]
        }
    }
}

/// The point of the unit circle at an angle, in radians.
private func direction(_ angle: Double) -> SIMD2<Double> { [cos(angle), sin(angle)] }

extension RandomStream {
    /// Two independent standard normal numbers.
    ///
    /// - Source: Box and Muller 1958.
    fileprivate mutating func normalPair() -> SIMD2<Double> {
        // 1 - u lies in (0, 1], where the logarithm is finite.
        (-2 * log(1 - uniform())).squareRoot() * direction(2 * .pi * uniform())
    }
}
