import Datasets
import Images
import Tensors
import Toys

/// Points of a toy distribution, drawn anew in every step.
public struct PointData: TrainingData {
    /// Where the points come from.
    public let distribution: ToyDistribution
    /// Examples for sheets and measurements.
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

    /// The name of the distribution.
    public var path: String { distribution.rawValue }
    /// Points that the published tables are measured by stand for an epoch, of which there is none.
    public var count: Int { ToyDistribution.sampleCount }
    /// As many as an epoch has.
    public var total: Int { count }

    /// Batches of new points.
    public func makeSource() -> any BatchSource { PointSource(distribution) }

    /// Points of the distribution as a figure.
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
    /// Points as the networks see them: images of one pixel, about within [-1, 1].
    ///
    /// - Shapes: `[n, dimensions]` to `[n, 1, 1, dimensions]`.
    func networkPoints(_ points: Tensor) -> Tensor {
        (points / Scalar(scale)).reshaped([points.shape[0], 1, 1, points.shape[1]])
    }
}
