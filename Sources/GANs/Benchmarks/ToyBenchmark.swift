import Tensors
import Toys

/// How fast small networks on points train, where every operation is small: both networks 2-128-128-out.
package struct ToyBenchmark: Codable, Sendable {
    /// Generator steps a second, by the median step, of the non-saturating loss.
    package let nonSaturating: Double
    /// The same of WGAN-GP with five critic steps.
    package let wganGP: Double

    /// Times the steps of both after ten others each.
    package init(batch: Int, steps: Int) throws {
        func stepsPerSecond(_ change: (inout Recipe) -> Void) throws -> Double {
            guard let model = ModelRegistry.first(learningFrom: .points) else { return 0 }
            let traits = DataTraits(size: 1, channels: 2, count: batch)
            var configuration = TrainingConfiguration(model.init(suiting: traits))
            (configuration.recipe.batchSize, configuration.recipe.movingAverage) = (batch, MovingAverage())
            configuration.recipe.setLearningRates(1e-4)
            change(&configuration.recipe)
            let trainer = try Trainer(configuration)
            var stream = RandomStream(seed: configuration.seed, purpose: .drawing)
            let reals = Tensor.normal([batch, 1, 1, 2], from: &stream)
            for _ in 0..<10 { _ = try trainer.step(reals) }
            return 1 / median(try (0..<steps).map { _ in try seconds { _ = try trainer.step(reals) } })
        }
        nonSaturating = try stepsPerSecond { _ in }
        wganGP = try stepsPerSecond {
            $0.adversarialLoss = .wasserstein
            $0.regularizers = [.gradientPenalty(weight: 10)]
            $0.criticSteps = 5
        }
    }
}
