import Foundation
import Tensors

/// How well generated points match a toy distribution.
///
/// A point is of high quality within 3 deviations of its nearest mode.
///
/// - Source: Lin et al. 2018, "PacGAN", section 4.1, with 2,500 points, and its published program, which counts
///   the points of high quality at each mode and derives the rest from these counts.
public struct ToyMetrics: Codable, Hashable, Sendable {
    /// Modes with at least one point of high quality; nil, as what follows, where there are no modes.
    public var modesCovered: Int?
    /// The points of high quality at each mode, in the order of `ToyDistribution.modes`.
    public var modeCounts: [Int]?
    /// Points of high quality among all.
    public var highQualityShare: Double?
    /// sum_k p_k log(p_k K) over the K modes, with p_k the share of mode k among the points of high quality: the
    /// Kullback-Leibler divergence from the reals' equal shares, 0 to log K. Nil without a point of high quality.
    public var reverseKL: Double?
    /// The sliced Wasserstein distance to as many fresh points of the distribution: the mean over 32 directions of
    /// the plane of the mean distance between sorted projections.
    public var distance: Double?
    /// On the line: the points' mean.
    public var mean: Double?
    /// On the line: the points' deviation, with divisor n.
    public var deviation: Double?

    /// - Parameter points: in row-major order and the distribution's own units, at least one.
    public init(of points: [Scalar], from distribution: ToyDistribution) {
        let places = distribution.places(of: points)
        require(!places.isEmpty, "ToyMetrics: no points")
        let modes = distribution.modes
        if !modes.isEmpty {
            let counts = distribution.modeCounts(of: places)
            let good = counts.reduce(0, +)
            modesCovered = counts.count { $0 > 0 }
            modeCounts = counts
            highQualityShare = Double(good) / Double(places.count)
            if good > 0 {
                let shares = counts.map { Double($0) / Double(good) }.filter { $0 > 0 }
                reverseKL = shares.reduce(0) { $0 + $1 * log($1 * Double(modes.count)) }
            }
        }
        distance = ToyMetrics.slicedDistance(
            places, to: distribution.places(of: distribution.freshPoints(count: places.count)),
            directions: distribution.dimensions == 1 ? 1 : 32)
        if distribution.dimensions == 1 {
            let mean = places.reduce(0) { $0 + $1.x } / Double(places.count)
            let variance = places.reduce(0) { $0 + ($1.x - mean) * ($1.x - mean) } / Double(places.count)
            // JSON has no numbers for what is not finite.
            if variance.isFinite { (self.mean, deviation) = (mean, variance.squareRoot()) }
        }
    }

    private static func slicedDistance(
        _ places: [SIMD2<Double>], to others: [SIMD2<Double>], directions: Int
    ) -> Double? {
        let sum = (0..<directions).reduce(0.0) { sum, number in
            let angle = Double.pi * Double(number) / Double(directions)
            let direction = SIMD2(cos(angle), sin(angle))
            func projected(_ places: [SIMD2<Double>]) -> [Double] {
                places.map { ($0 * direction).sum() }.sorted()
            }
            return sum + zip(projected(places), projected(others)).reduce(0) { $0 + abs($1.0 - $1.1) }
        }
        let mean = sum / Double(directions * places.count)
        return mean.isFinite ? mean : nil
    }

    /// In words, such as `8 of 8 modes, 97.3% high quality, reverse KL 0.02`.
    public var summary: String {
        var parts: [String] = []
        if let modesCovered, let modeCounts, modeCounts.count > 1 {
            parts.append("\(modesCovered) of \(modeCounts.count) modes")
        }
        if let highQualityShare {
            parts.append(String(format: "%.1f%% high quality", 100 * highQualityShare))
        }
        if let modeCounts, modeCounts.count > 1 {
            parts.append("reverse KL " + (reverseKL.map { String(format: "%.2f", $0) } ?? "undefined"))
        }
        if let mean, let deviation {
            parts.append(String(format: "mean %.2f, deviation %.2f", mean, deviation))
        }
        return parts.joined(separator: ", ")
    }
}

extension ToyDistribution {
    /// The points of high quality at each mode, in the order of `modes`.
    ///
    /// - Parameter points: in row-major order and the distribution's own units.
    package func modeCounts(of points: [Scalar]) -> [Int] { modeCounts(of: places(of: points)) }

    fileprivate func modeCounts(of places: [SIMD2<Double>]) -> [Int] {
        let modes = modes
        let radius = 3 * deviation
        var counts = [Int](repeating: 0, count: modes.count)
        for place in places {
            var nearest: Int?
            var least = radius * radius
            for (index, mode) in modes.enumerated() {
                let off = place - mode
                let distance = (off * off).sum()
                if distance < least { (nearest, least) = (index, distance) }
            }
            if let nearest { counts[nearest] += 1 }
        }
        return counts
    }
}
