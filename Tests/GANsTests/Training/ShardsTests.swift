import GANs
import Networks
import TestSupport
import Testing

/// A batch that is computed in shards.
@Suite struct ShardsTests {
    private static func configuration(
        shards: Int, _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingConfiguration {
        var configuration = TrainingConfiguration(
            DCGAN(size: 16, channels: 3, latentSize: 8, width: 8), batchSize: 8)
        configuration.recipe.shards = shards
        change(&configuration)
        return configuration
    }

    /// The weights after some steps, and the last step's report.
    private static func train(
        _ configuration: TrainingConfiguration, steps: Int = 1
    ) throws -> (weights: [[Scalar]], report: StepReport) {
        let trainer = try Trainer(configuration)
        var stream = RandomStream(seed: 3, purpose: .drawing)
        var report: StepReport?
        for _ in 0..<steps {
            report = try trainer.step(.uniform([8, 16, 16, 3], from: &stream) * 2 - 1)
        }
        let weights = trainer.model.networks.flatMap { $0.network.parameters.map(\.value.scalars) }
        return (weights, try #require(report))
    }

    /// Whose steps are the gradients.
    private static let plain = OptimizerConfiguration.sgd(learningRate: 1, momentum: 0)

    @Test(arguments: [2, 4, 8]) func `their gradients are the batch's`(shards: Int) throws {
        func settings(_ configuration: inout TrainingConfiguration) {
            configuration.recipe.generatorOptimizer = Self.plain
            configuration.recipe.discriminatorOptimizer = Self.plain
            configuration.recipe.augmentation = .adaptive
            configuration.discriminator?.minibatchDeviation = true
        }
        let start = try Trainer(Self.configuration(shards: 1, settings)).model.networks
            .flatMap { $0.network.parameters.map(\.value.scalars) }
        let whole = try Self.train(Self.configuration(shards: 1, settings))
        let parts = try Self.train(Self.configuration(shards: shards, settings))
        func gradient(_ weights: [[Scalar]]) -> [Scalar] { zip(weights.joined(), start.joined()).map(-) }
        let (one, other) = (gradient(whole.weights), gradient(parts.weights))
        let size = one.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let difference = zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        #expect(size > 0.01 && difference <= 2e-5 * size)
        #expect(abs(whole.report.discriminatorLoss - parts.report.discriminatorLoss) < 1e-5)
        #expect(abs(whole.report.generatorLoss - parts.report.generatorLoss) < 1e-5)
    }

    @Test func `the number of threads changes nothing`() throws {
        let trained = try [1, 2, 3].map { threads in
            try Parallel.limited(to: threads) {
                try Self.train(
                    Self.configuration(shards: 4) { $0.discriminator?.spectral = true }, steps: 5)
            }
        }
        for other in trained[1...] {
            #expect(other.weights == trained[0].weights && other.report == trained[0].report)
        }
    }

    @Test func `a loss that is no number is told by all`() throws {
        let trainer = try Trainer(Self.configuration(shards: 4))
        let weights = trainer.discriminator.parameters.map(\.value.scalars)
        var reals = [Scalar](repeating: 0.5, count: 8 * 16 * 16 * 3)
        // Of the last shard.
        reals[reals.count - 1] = .nan
        #expect(throws: TrainingError.diverged(step: 1, phase: "discriminator", loss: "nan")) {
            try trainer.step(Tensor(reals, shape: [8, 16, 16, 3]))
        }
        #expect(trainer.progress.step == 0)
        #expect(trainer.discriminator.parameters.map(\.value.scalars) == weights)
    }

    @Test func `a batch must be a multiple of them`() throws {
        #expect(throws: ConfigurationError.self) { try Self.configuration(shards: 3).validate() }
        let error = try #require(throws: ConfigurationError.self) {
            try Self.configuration(shards: 16).validate()
        }
        #expect(error.description.contains("8") && error.description.contains("16 shards"))
        #expect(throws: ConfigurationError.self) {
            try Self.configuration(shards: 8) { $0.discriminator?.pack = 2 }.validate()
        }
        try Self.configuration(shards: 4) { $0.discriminator?.pack = 2 }.validate()
    }
}
