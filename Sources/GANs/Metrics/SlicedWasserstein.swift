import Images
import Kernels
import Tensors

/// How far generated images are from real ones in their details, size by size; it needs no trained network.
///
/// Of each level of the images' Laplacian pyramids, 128 neighborhoods of 7 by 7 pixels are taken from each
/// image, at the same places of both sets, and projected on 512 random directions. The distance is the mean
/// difference of the projections in rising order, times 1000: 0 for equal sets. Chance alone makes it greater
/// the fewer images there are, so figures can be compared where the number of images is the same, and both
/// sets are of one size.
///
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 5. Neighborhoods are scaled by the reals'
///   deviation in each channel; the authors' program scales and centers each set by its own, so that images
///   which are too dark or too pale as a whole go unpunished. The paper compares 16,384 images.
public struct SlicedWassersteinDistance: Codable, Hashable, Sendable {
    /// The distance of a level of the pyramids.
    public struct Level: Codable, Hashable, Sendable {
        /// The shorter side of the pyramid's level, in pixels.
        public let size: Int
        /// The distance, times 1000.
        public let distance: Double
    }

    /// From the images' own size down to one below 32 pixels: 16, for powers of two.
    public let levels: [Level]

    /// Over the levels.
    public var mean: Double { levels.reduce(0) { $0 + $1.distance } / Double(levels.count) }

    /// - Parameters:
    ///   - reals: at least one, of at least 7 pixels a side.
    ///   - fakes: as many, of the same size and channels.
    ///   - seed: the same one takes the same neighborhoods and directions.
    public init(reals: [Image], fakes: [Image], seed: UInt64 = 0) {
        require(
            !reals.isEmpty && reals.count == fakes.count,
            "SlicedWassersteinDistance: \(reals.count) reals and \(fakes.count) fakes are not as many")
        let extents = Set((reals + fakes).map { [$0.height, $0.width, $0.channels] })
        require(
            extents.count == 1 && extents.allSatisfy { min($0[0], $0[1]) >= Self.side },
            "SlicedWassersteinDistance: images of \(extents) [height, width, channels] are not of one size "
                + "of at least \(Self.side) pixels")
        var pair = [Tensor(reals), Tensor(fakes)]
        var levels: [Level] = []
        while true {
            let shape = pair[0].shape
            let isLast = min(shape[1], shape[2]) < 32
            let halves = isLast ? [] : pair.map(halved)
            let details = isLast ? pair : zip(pair, halves).map(details)
            var random = RandomStream(seed: seed, purpose: .slicing, index: UInt64(levels.count))
            levels.append(
                Level(size: min(shape[1], shape[2]), distance: Self.distance(details[0], details[1], &random))
            )
            if isLast { break }
            pair = halves
        }
        self.levels = levels
    }

    private static let side = 7
    private static let neighborhoodsPerImage = 128
    private static let directionCount = 512

    /// Of one level: `[n, h, w, c]` each.
    private static func distance(_ reals: Tensor, _ fakes: Tensor, _ random: inout RandomStream) -> Double {
        let shape = reals.shape
        let corners = (0..<shape[0] * neighborhoodsPerImage).map { _ in
            (
                row: random.integer(in: 0..<shape[1] - side + 1),
                column: random.integer(in: 0..<shape[2] - side + 1)
            )
        }
        let (a, b) = (neighborhoods(of: reals, corners), neighborhoods(of: fakes, corners))
        let directions = Self.directions(scales: deviations(of: a), &random)
        let distance = a.withScalars { a in
            b.withScalars { b in
                directions.withScalars { directions in
                    slicedDistance(
                        a.baseAddress!, b.baseAddress!, count: corners.count,
                        dimensions: side * side * shape[3], directions: directions.baseAddress!,
                        directionCount: directionCount)
                }
            }
        }
        return 1000 * distance
    }

    private static func neighborhoods(of images: Tensor, _ corners: [(row: Int, column: Int)]) -> Tensor {
        let shape = images.shape
        return Tensor(filling: [corners.count, side * side, shape[3]]) { buffer in
            images.withScalars {
                gatherNeighborhoods(
                    of: $0.baseAddress!, into: buffer.baseAddress!, count: shape[0], height: shape[1],
                    width: shape[2], channels: shape[3], corners: corners, side: side)
            }
        }
    }

    /// Of each channel; at least one step of an 8-bit sample in [-1, 1], so that a channel that is the same
    /// everywhere, such as full opacity, counts no more than it shows.
    private static func deviations(of neighborhoods: Tensor) -> [Scalar] {
        let channels = neighborhoods.shape[2]
        var (mean, variance) = (
            [Scalar](repeating: 0, count: channels), [Scalar](repeating: 0, count: channels)
        )
        neighborhoods.withScalars {
            moments(
                of: $0.baseAddress!, mean: &mean, variance: &variance,
                rows: neighborhoods.shape[0] * neighborhoods.shape[1], columns: channels)
        }
        return variance.map { max(2 / 255, $0.squareRoot()) }
    }

    /// Random directions of length 1, divided by each channel's scale: what they give of plain neighborhoods is
    /// what unit directions would of scaled ones. A common mean need not be subtracted from two sets that are
    /// compared.
    private static func directions(scales: [Scalar], _ random: inout RandomStream) -> Tensor {
        let dimensions = side * side * scales.count
        let normal = Tensor.normal([directionCount, dimensions], from: &random)
        let lengths = normal.squared().sum(axes: [1], keepingAxes: true).squareRoot()
        return (normal / lengths).reshaped([directionCount, side * side, scales.count])
            / Tensor(scales, shape: [scales.count])
    }
}

private func halved(_ images: Tensor) -> Tensor {
    let pyramid = Pyramid(images.shape)
    let shape = images.shape
    return Tensor(filling: [shape[0], pyramid.halfHeight, pyramid.halfWidth, shape[3]]) { buffer in
        images.withScalars { pyramid.halve($0.baseAddress!, into: buffer.baseAddress!) }
    }
}

/// The details that are lost by halving.
private func details(_ images: Tensor, _ halves: Tensor) -> Tensor {
    let pyramid = Pyramid(images.shape)
    return Tensor(filling: images.shape) { buffer in
        images.withScalars { images in
            halves.withScalars {
                pyramid.subtractDoubled(
                    $0.baseAddress!, from: images.baseAddress!, into: buffer.baseAddress!)
            }
        }
    }
}

extension Pyramid {
    fileprivate init(_ shape: Shape) {
        self.init(count: shape[0], height: shape[1], width: shape[2], channels: shape[3])
    }
}
