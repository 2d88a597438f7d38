import Datasets
import Images
import Tensors

/// Points of a toy distribution, drawn anew in every step.
public struct PointData: TrainingData {
    public let distribution: ToyDistribution
    public let examples: Examples

    /// - Throws: `ConfigurationError` if the model's points have another number of coordinates.
    public init(
        _ distribution: ToyDistribution, for configuration: TrainingConfiguration
    ) throws(ConfigurationError) {
        guard configuration.model.outputChannels == distribution.dimensions else {
            throw ConfigurationError(
                "dimensions", configuration.model.outputChannels,
                "points of \(distribution.rawValue) have \(distribution.dimensions)")
        }
        self.distribution = distribution
        examples = Examples(configuration, distribution: distribution)
    }

    public var path: String { distribution.rawValue }
    /// Points that the published tables are measured by stand for an epoch, of which there is none.
    public var count: Int { ToyDistribution.sampleCount }
    public var total: Int { count }

    public func makeSource() -> any BatchSource { PointSource(distribution) }

    public func realsSheet() -> Image {
        let figure = ToyFigure(distribution, title: distribution.rawValue, values: .scores, lastStep: 1)
        let points = distribution.examplePoints(seed: examples.configuration.seed)
        return figure.render(
            ToyFigure.Frame(
                step: 0, reals: points, generated: [],
                values: [Scalar](repeating: 0, count: figure.mapPoints.shape[0])))
    }
}

private final class PointSource: BatchSource {
    private let distribution: ToyDistribution

    init(_ distribution: ToyDistribution) { self.distribution = distribution }

    func batch(at position: Int, count: Int, drawing stream: inout RandomStream) -> TrainingBatch {
        TrainingBatch(
            reals: distribution.networkPoints(distribution.points(count: count, from: &stream)))
    }
}

extension ToyDistribution {
    /// Points that the published tables are measured by.
    ///
    /// - Source: Lin et al. 2018, "PacGAN", section 4.1.
    public static let sampleCount = 2500

    /// Points as the networks see them: images of one pixel, about within [-1, 1].
    ///
    /// - Shapes: `[n, dimensions]` to `[n, 1, 1, dimensions]`.
    func networkPoints(_ points: Tensor) -> Tensor {
        (points / Scalar(scale)).reshaped([points.shape[0], 1, 1, points.shape[1]])
    }

    /// Points that no training sees, always the same.
    ///
    /// - Returns: `[count, dimensions]` in row-major order.
    func freshPoints(count: Int) -> [Scalar] {
        var stream = RandomStream(seed: 0, purpose: .heldOutImages)
        return points(count: count, from: &stream).scalars
    }

    /// Points of the distribution, always the same.
    ///
    /// - Returns: `[sampleCount, dimensions]` in row-major order.
    public func examplePoints(seed: UInt64) -> [Scalar] {
        var stream = RandomStream(seed: seed, purpose: .drawing)
        return points(count: ToyDistribution.sampleCount, from: &stream).scalars
    }
}
