import Networks
import Tensors

/// A training of small networks on the points of a toy distribution.
public final class ToyTraining {
    public let distribution: ToyDistribution
    public let trainer: Trainer
    private var stream: RandomStream

    /// Points that the published tables are measured by.
    ///
    /// - Source: Lin et al. 2018, "PacGAN", section 4.1.
    public static let sampleCount = 2500

    /// - Throws: `ConfigurationError` if no training can be made from the settings.
    public init(
        _ distribution: ToyDistribution, _ configuration: TrainingConfiguration
    ) throws(ConfigurationError) {
        guard case .points(let networks) = configuration.architecture,
            networks.dimensions == distribution.dimensions
        else {
            throw ConfigurationError("\(distribution.rawValue) needs networks for its points' coordinates")
        }
        self.distribution = distribution
        trainer = try Trainer(configuration)
        stream = RandomStream(seed: configuration.seed, purpose: .samplingOrder)
    }

    /// Trains one step of the generator, on fresh points in each of its rounds.
    ///
    /// - Throws: `TrainingError` if a loss is no number any more.
    public func step() throws(TrainingError) -> StepReport {
        let count = trainer.configuration.batchSize
        return try trainer.step {
            (reals: self.networkPoints(self.distribution.points(count: count, from: &self.stream)), nil)
        }
    }

    /// Generated points of the moving average, in the distribution's own units, always from the same latents.
    ///
    /// - Returns: `[count, dimensions]` in row-major order.
    public func generatedPoints(count: Int = ToyTraining.sampleCount) -> [Scalar] {
        var stream = RandomStream(seed: trainer.configuration.seed, purpose: .fixedLatents)
        let latents = Tensor.normal(
            [count, trainer.configuration.architecture.family.latentSize], from: &stream)
        return (trainer.averagedGenerator(latents, .inference) * Scalar(distribution.scale)).scalars
    }

    /// Points of the distribution, always the same.
    ///
    /// - Returns: `[count, dimensions]` in row-major order.
    public func realPoints(count: Int = ToyTraining.sampleCount) -> [Scalar] {
        var stream = RandomStream(seed: trainer.configuration.seed, purpose: .drawing)
        return distribution.points(count: count, from: &stream).scalars
    }

    /// What the discriminator says at some points, and the gradient of its scores there.
    ///
    /// Of a discriminator of several points at once, each point is shown as all of them.
    ///
    /// - Shapes: points `[n, dimensions]` in the distribution's own units, to scores `[n]` and slopes
    ///   `[n, dimensions]`.
    public func judgement(of points: Tensor) -> (scores: Tensor, slopes: Tensor) {
        let (count, dimensions) = (points.shape[0], points.shape[1])
        let pack = trainer.configuration.architecture.family.discriminator.pack
        let shown = networkPoints(points).variable()
        let repeated = Tensor.concatenated([Tensor](repeating: shown, count: pack), axis: 3)
            .reshaped([count * pack, 1, 1, dimensions])
        let context = ForwardContext(
            mode: .training, statistics: .kept, differentiatesParameters: false)
        let scores = trainer.discriminator(repeated, context).scores
        let slopes = gradients(of: scores.sum(), withRespectTo: [shown])[0]
        return (scores, slopes.reshaped(points.shape) / Scalar(distribution.scale))
    }

    /// Points as the networks see them.
    private func networkPoints(_ points: Tensor) -> Tensor {
        (points / Scalar(distribution.scale)).reshaped([points.shape[0], 1, 1, points.shape[1]])
    }
}
