import Foundation
import Tensors

/// How a path goes from one latent to the next.
public enum Interpolation: String, CaseIterable, Sendable {
    /// Along the arc of a great circle: all on the way is as far from the origin as the ends are.
    ///
    /// - Source: White 2016, "Sampling generative networks", section 2.1.
    case slerp
    /// Along the straight line.
    case lerp
    /// Along a smooth curve through all latents, without a bend at any.
    ///
    /// - Source: Catmull and Rom 1974, "A class of local interpolating splines".
    case spline
}

extension LatentSpace {
    /// The interpolation that suits the space.
    public var defaultInterpolation: Interpolation { geometry == .sphere ? .slerp : .lerp }

    /// Latents on the way through some: `framesPerLeg` steps from each to the next, both ends included.
    ///
    /// - Shapes: keys `[n, size]`, at least two, to `[legs framesPerLeg + 1, size]`; without the last of a
    ///   loop, which is its first.
    /// - Parameter isLoop: goes on from the last latent to the first.
    public func path(
        through keys: Tensor, framesPerLeg: Int, isLoop: Bool = false, by interpolation: Interpolation? = nil
    ) -> Tensor {
        require(
            keys.shape.rank == 2 && keys.shape[0] >= 2 && keys.shape[1] == size && framesPerLeg > 0,
            "path: keys of shape \(keys.shape) are no latents of \(size) numbers, or only one")
        let (points, count) = (keys.rows, keys.shape[0])
        let legs = isLoop ? count : count - 1
        let frames = (0..<legs * framesPerLeg + (isLoop ? 0 : 1)).flatMap { frame -> [Scalar] in
            let leg = min(frame / framesPerLeg, legs - 1)
            let share = Double(frame - leg * framesPerLeg) / Double(framesPerLeg)
            let (from, to) = (points[leg], points[(leg + 1) % count])
            switch interpolation ?? defaultInterpolation {
            case .slerp: return slerp(from, to, share)
            case .lerp: return lerp(from, to, share)
            case .spline:
                let before = isLoop || leg > 0 ? points[(leg + count - 1) % count] : lerp(from, to, -1)
                let after =
                    isLoop || leg + 2 < count ? points[(leg + 2) % count] : lerp(from, to, 2)
                let point = catmullRom(before, from, to, after, share)
                // The curve cuts corners as a straight line does.
                let radius = length(from) + (length(to) - length(from)) * share
                return geometry == .sphere ? scaled(point, to: radius) : point
            }
        }
        return Tensor(frames, shape: [frames.count / size, size])
    }

    /// A point on each of some ways, arcs or straight lines as suits the space.
    ///
    /// - Shapes: ends `[n, size]` to the same.
    /// - Parameter shares: for each way how much of it lies before the point.
    package func points(from starts: Tensor, to ends: Tensor, at shares: [Double]) -> Tensor {
        let points = zip(zip(starts.rows, ends.rows), shares).flatMap { ends, share in
            geometry == .sphere ? slerp(ends.0, ends.1, share) : lerp(ends.0, ends.1, share)
        }
        return Tensor(points, shape: starts.shape)
    }

    /// Latents of a square between four, row after row: the corners are the upper left one, the upper right,
    /// the lower left and the lower right.
    ///
    /// - Shapes: corners `[4, size]` to `[side side, size]`.
    /// - Parameters:
    ///   - side: latents along a side, at least 2.
    ///   - interpolation: along the sides and from the left one to the right one; of two there is no curve, so
    ///     that `spline` gives arcs or straight lines.
    public func square(
        between corners: Tensor, side: Int, by interpolation: Interpolation? = nil
    ) -> Tensor {
        require(
            corners.shape == [4, size] && side >= 2,
            "square: corners of shape \(corners.shape) are not four latents of \(size) numbers")
        let points = corners.rows
        func between(_ a: [Scalar], _ b: [Scalar], _ share: Double) -> [Scalar] {
            interpolation ?? defaultInterpolation == .lerp || geometry == .flat
                ? lerp(a, b, share) : slerp(a, b, share)
        }
        let shares = (0..<side).map { Double($0) / Double(side - 1) }
        let cells = shares.flatMap { down in
            let (left, right) = (between(points[0], points[2], down), between(points[1], points[3], down))
            return shares.flatMap { between(left, right, $0) }
        }
        return Tensor(cells, shape: [side * side, size])
    }
}

private func lerp(_ a: [Scalar], _ b: [Scalar], _ share: Double) -> [Scalar] {
    combined([a, b], [1 - share, share])
}

/// `(sin((1 - share) angle) a + sin(share angle) b) / sin(angle)`
private func slerp(_ a: [Scalar], _ b: [Scalar], _ share: Double) -> [Scalar] {
    let (lengthA, lengthB) = (length(a), length(b))
    guard lengthA > 0, lengthB > 0 else { return lerp(a, b, share) }
    let cosine = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / (lengthA * lengthB)
    let angle = acos(min(max(cosine, -1), 1))
    // Of one direction or of opposite ones there is no arc, or none before the others.
    guard sin(angle) > 1e-4 else { return lerp(a, b, share) }
    return combined([a, b], [sin((1 - share) * angle) / sin(angle), sin(share * angle) / sin(angle)])
}

/// The uniform curve from `from` to `to`.
private func catmullRom(
    _ before: [Scalar], _ from: [Scalar], _ to: [Scalar], _ after: [Scalar], _ share: Double
) -> [Scalar] {
    let (t, t2, t3) = (share, share * share, share * share * share)
    return combined(
        [before, from, to, after],
        [(-t + 2 * t2 - t3) / 2, (2 - 5 * t2 + 3 * t3) / 2, (t + 4 * t2 - 3 * t3) / 2, (t3 - t2) / 2])
}

private func combined(_ points: [[Scalar]], _ weights: [Double]) -> [Scalar] {
    points[0].indices.map { place in
        Scalar(zip(points, weights).reduce(0.0) { $0 + Double($1.0[place]) * $1.1 })
    }
}

private func scaled(_ point: [Scalar], to radius: Double) -> [Scalar] {
    let own = length(point)
    return own > 0 ? point.map { Scalar(Double($0) * radius / own) } : point
}

private func length(_ point: [Scalar]) -> Double {
    point.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
}
