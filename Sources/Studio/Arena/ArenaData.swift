import GANs
import Networks

/// Where the real points of the arena come from.
public enum ArenaData: Hashable, Sendable {
    /// A distribution of `gan toy`.
    case toy(ToyDistribution)
    /// Points that a person drew, or a file's.
    case drawn(DrawnPoints)

    /// What drawn points are called in settings.
    public static let drawnName = "points"

    /// The data that settings name.
    ///
    /// - Parameter drawn: what was drawn so far.
    /// - Throws: `ConfigurationError` if there is none of the name.
    package init(named name: String, drawn: DrawnPoints?) throws(ConfigurationError) {
        if let toy = ToyDistribution(rawValue: name) {
            self = .toy(toy)
        } else if name == ArenaData.drawnName {
            guard let drawn else { throw ConfigurationError("draw some points first, or load a CSV file") }
            self = .drawn(drawn)
        } else {
            let known = ToyDistribution.allCases.map(\.rawValue) + [ArenaData.drawnName]
            throw ConfigurationError("data", name, "it must be one of \(known.joined(separator: ", "))")
        }
    }

    /// Coordinates of a point: 1 or 2.
    var dimensions: Int {
        switch self {
        case .toy(let toy): toy.dimensions
        case .drawn(let points): points.dimensions
        }
    }

    /// The part of the line or plane to show, a range for each coordinate, all of the same length.
    var extent: [ClosedRange<Double>] {
        switch self {
        case .toy(let toy): toy.extent
        case .drawn(let points): points.extent
        }
    }

    /// The middle of the points, and what is divided by, for the networks.
    private var frame: (center: [Double], scale: Double) {
        switch self {
        case .toy(let toy): ([Double](repeating: 0, count: toy.dimensions), toy.scale)
        case .drawn(let points): (points.center, points.scale)
        }
    }

    /// Whether networks see points of both alike, so that a training can go on from one to the other.
    func isFitted(like other: ArenaData) -> Bool {
        switch (self, other) {
        case (.toy, .toy): self == other
        case (.drawn(let one), .drawn(let two)):
            one.extent == two.extent && one.center == two.center && one.scale == two.scale
        case (.toy, .drawn), (.drawn, .toy): false
        }
    }

    /// Independent points, in the data's own units.
    ///
    /// - Shapes: `[count, dimensions]`.
    func points(count: Int, from stream: inout RandomStream) -> Tensor {
        switch self {
        case .toy(let toy): toy.points(count: count, from: &stream)
        case .drawn(let points): points.points(count: count, from: &stream)
        }
    }

    /// Points as the networks see them: images of one pixel, about within [-1, 1].
    ///
    /// - Shapes: `[n, dimensions]` to `[n, 1, 1, dimensions]`.
    package func networkPoints(_ points: Tensor) -> Tensor {
        let (center, scale) = frame
        var moved = points
        if center.contains(where: { $0 != 0 }) {
            moved = points - Tensor(center.map { Scalar($0) }, shape: [1, dimensions])
        }
        return (moved / Scalar(scale)).reshaped([points.shape[0], 1, 1, dimensions])
    }

    /// The networks' points in the data's own units.
    ///
    /// - Shapes: `[n, 1, 1, dimensions]` to `n dimensions` scalars in row-major order.
    func scalars(ofNetworkPoints points: Tensor) -> [Scalar] {
        let (center, scale) = frame
        return
            (points.reshaped([points.shape[0], dimensions]) * Scalar(scale)
            + Tensor(center.map { Scalar($0) }, shape: [1, dimensions])).scalars
    }

    /// The points at each mode of 2,500 generated ones; nil where there are no modes to count.
    ///
    /// - Parameter generated: in row-major order and the data's own units.
    func modeCounts(of generated: [Scalar]) -> [Int]? {
        guard case .toy(let toy) = self, toy.modes.count > 1 else { return nil }
        return toy.modeCounts(of: generated)
    }

    /// The modes of a distribution that has some, in the order of `modeCounts`.
    var modes: [SIMD2<Double>] {
        guard case .toy(let toy) = self, toy.modes.count > 1 else { return [] }
        return toy.modes
    }
}

/// Batches of the arena's data, drawn as `gan toy` draws them.
final class ArenaSource: BatchSource {
    private let data: ArenaData

    init(_ data: ArenaData) { self.data = data }

    func batch(at position: Int, count: Int, drawing stream: inout RandomStream) -> TrainingBatch {
        TrainingBatch(reals: data.networkPoints(data.points(count: count, from: &stream)))
    }
}
