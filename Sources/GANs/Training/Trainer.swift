import Networks
import Tensors

/// Two networks in training, step by step, with everything that the next step depends on.
public final class Trainer {
    public let configuration: TrainingConfiguration
    public let generator: any Layer
    public let discriminator: any Layer
    /// The moving average of the generator, which samples are made with.
    public let averagedGenerator: any Layer
    public internal(set) var progress: TrainingProgress
    let generatorOptimizer: any Optimizer
    let discriminatorOptimizer: any Optimizer
    private let phases: [Phase]

    /// - Throws: `ConfigurationError` if no training can be made from the settings.
    public init(_ configuration: TrainingConfiguration) throws(ConfigurationError) {
        try configuration.validate()
        self.configuration = configuration
        progress = TrainingProgress(seed: configuration.seed)
        let family = configuration.architecture.family
        var source = ParameterSource.drawn(RandomStream(seed: configuration.seed, purpose: .initialization))
        let generator = family.makeGenerator(from: &source)
        let discriminator = family.makeDiscriminator(from: &source)
        var blank = ParameterSource.blank
        averagedGenerator = family.makeGenerator(from: &blank)
        averagedGenerator.copyParameters(from: generator)
        generatorOptimizer = configuration.generatorOptimizer.makeOptimizer(for: generator.parameters)
        discriminatorOptimizer = configuration.discriminatorOptimizer.makeOptimizer(
            for: discriminator.parameters)
        (self.generator, self.discriminator) = (generator, discriminator)
        phases = Trainer.adversarialPhases(
            configuration.objective, discriminator, generatorOptimizer, discriminatorOptimizer)
    }

    /// The two phases of every adversarial training, in the order of the published algorithm.
    ///
    /// - Source: Goodfellow et al. 2014, algorithm 1, with one discriminator step, on the same fakes.
    private static func adversarialPhases(
        _ objective: Objective, _ discriminator: any Layer, _ generatorOptimizer: any Optimizer,
        _ discriminatorOptimizer: any Optimizer
    ) -> [Phase] {
        [
            Phase(
                name: "discriminator", optimizer: discriminatorOptimizer,
                // Two passes: BatchNorm's statistics of reals and fakes must not mix.
                terms: [
                    { material in
                        let scores = material.scores(discriminator, of: material.reals, learning: true)
                        material.realProbability = Double(scores.detached.sigmoid().mean().scalar)
                        return objective.realLoss(scores)
                    },
                    { material in
                        let scores = material.scores(
                            discriminator, of: material.fakes.detached, learning: true)
                        material.fakeProbability = Double(scores.detached.sigmoid().mean().scalar)
                        return objective.fakeLoss(scores)
                    },
                ]),
            Phase(
                name: "generator", optimizer: generatorOptimizer,
                terms: [
                    { material in
                        objective.generatorLoss(
                            material.scores(discriminator, of: material.fakes, learning: false))
                    }
                ]),
        ]
    }

    /// Trains on one batch.
    ///
    /// - Parameter reals: pictures `[n, size, size, channels]` in [-1, 1].
    /// - Throws: `TrainingError` if a loss is no number any more.
    public func step(_ reals: Tensor) throws(TrainingError) -> StepReport {
        let latents = Tensor.normal(
            [reals.shape[0], configuration.architecture.family.latentSize], from: &progress.latents)
        return try step(reals, latents: latents)
    }

    package func step(_ reals: Tensor, latents: Tensor) throws(TrainingError) -> StepReport {
        let material = StepMaterial(
            reals: reals, latents: latents, generator: generator, dropout: progress.dropout)
        for phase in phases { try phase.run(material, step: progress.step + 1) }
        progress.dropout = material.dropout
        progress.step += 1
        progress.imagesSeen += reals.shape[0]
        configuration.movingAverage.update(
            averagedGenerator, from: generator, imagesInStep: reals.shape[0],
            imagesSeen: progress.imagesSeen)
        return StepReport(
            step: progress.step, imagesSeen: progress.imagesSeen,
            discriminatorLoss: material.losses["discriminator"] ?? .nan,
            generatorLoss: material.losses["generator"] ?? .nan,
            realProbability: material.realProbability, fakeProbability: material.fakeProbability)
    }

    /// Throws if a weight is no number any more: a step's loss, which is checked, is taken before the step
    /// changes the weights.
    func checkWeights() throws(TrainingError) {
        for (name, network) in [("generator", generator), ("discriminator", discriminator)] {
            let isSound = network.parameters.allSatisfy { $0.value.withScalars { $0.allSatisfy(\.isFinite) } }
            guard isSound else { throw .spoiled(step: progress.step, network: name) }
        }
    }

    /// Measures the averaged generator's normalization statistics anew: averaged weights make other
    /// activations than the trained ones that the running statistics were taken from.
    ///
    /// The same weights give the same statistics, so nothing but the weights decides what samples look
    /// like.
    ///
    /// - Source: "standing statistics", Brock et al. 2019, "Large scale GAN training", section 4.1.
    public func refreshAveragedStatistics() {
        // BatchNorm in inference mode needs mean and variance to about a percent: 512 pictures, each of
        // at least 16 pixels, give that.
        let (batches, batchSize) = (8, 64)
        var stream = RandomStream(seed: configuration.seed, purpose: .fixedLatents)
        for batch in 1...batches {
            let latents = Tensor.normal(
                [batchSize, configuration.architecture.family.latentSize], from: &stream)
            _ = averagedGenerator(
                latents,
                ForwardContext(
                    mode: .training, statistics: .averaged(batch: batch), differentiatesParameters: false))
        }
    }
}
