import Foundation
import TestSupport
import Testing

@testable import GANs

/// How `r3gan` changes rates and penalties, by the authors' program.
@Suite struct AnnealingTests {
    /// `cosine_decay_with_warmup` of the authors' training loop for gamma 2 to 0.2, rate 0.0002 to 0.00005 and beta2 0.9
    /// to 0.99 over 20 million images.
    @Test(arguments: [
        (0, 2.0, 0.0002, 0.9),
        (1_000_000, 1.988919506535624, 0.00019907662554463534, 0.9005540246732188),
        (5_000_000, 1.7363961030678927, 0.00017803300858899106, 0.9131801948466054),
        (15_000_000, 0.46360389693210724, 7.196699141100895e-05, 0.9768198051533946),
        (30_000_000, 0.2, 5e-05, 0.99),
    ])
    func `values follow the published schedule`(images: Int, gamma: Double, rate: Double, beta2: Double) {
        let annealing = Annealing()
        func value(_ first: Double, _ factor: Double) -> Double {
            first * annealing.value(from: 1, to: factor, after: images)
        }
        expectClose([value(2, annealing.penaltyFactor)], [gamma], absolute: 1e-12)
        expectClose([value(2e-4, annealing.learningRateFactor)], [rate], absolute: 1e-12)
        expectClose(
            [annealing.value(from: annealing.firstBeta2, to: 0.99, after: images)], [beta2], absolute: 1e-12)
    }

    /// As in the authors' settings for CIFAR-10, FFHQ-64 and FFHQ-256.
    @Test(arguments: [(32, 0.05), (64, 2), (256, 150), (16, 0.05), (128, 17.3205)])
    func `gamma follows the size of the images`(size: Int, gamma: Double) throws {
        var training = TrainingConfiguration(DCGAN(size: ImageSize(size)))
        Preset.r3gan.apply(to: &training)
        let strengths = training.recipe.regularizers.compactMap { regularizer -> Double? in
            switch regularizer {
            case .r1(let gamma), .r2(let gamma): gamma
            default: nil
            }
        }
        expectClose(strengths, [gamma, gamma], absolute: 1e-4)
        #expect(training.recipe.regularizers.map(\.kind) == [.r1, .r2])
        #expect(training.recipe.annealing == Annealing())
        #expect(training.recipe.paced(forImages: 1_000_000).annealing?.images == 200_000)
        Preset.dragan.apply(to: &training)
        #expect(training.recipe.annealing == nil)
    }

    /// `AdamOptimizer(learning_rate=1e-4, beta1=0.5, beta2=0.9)` in the authors' notebook.
    @Test func `DRAGAN has its authors' rates`() {
        var training = TrainingConfiguration(DCGAN())
        Preset.dragan.apply(to: &training)
        let published = OptimizerConfiguration.adam(learningRate: 1e-4, beta1: 0.5, beta2: 0.9, epsilon: 1e-8)
        #expect(training.recipe.generatorOptimizer == published)
        #expect(training.recipe.discriminatorOptimizer == published)
        #expect(training.recipe.regularizers == [.dragan(weight: 10)])
    }

    @Test func `optimizers and penalties change with the images shown`() throws {
        var configuration = SmallTraining.configuration
        Preset.r3gan.apply(to: &configuration)
        configuration.recipe.annealing?.images = 80
        let trainer = try Trainer(configuration)
        let reals = try SmallTraining.dataset().tensor([0, 1, 2, 3])
        var penalties: [Double] = []
        for _ in 0..<25 { penalties.append(try trainer.step(reals).penalty) }
        let adam = try #require(trainer.optimizers[.generator] as? Adam)
        expectClose([adam.learningRate, adam.beta2], [5e-5, 0.99], absolute: 1e-12)
        let context = StepContext(
            StepMaterial(inputs: reals, reals: reals), configuration.recipe, trainsGenerator: true,
            progress: trainer.progress)
        expectClose([context.penaltyFactor], [0.1], absolute: 1e-12)
        #expect(penalties.allSatisfy { $0 >= 0 })
    }

    @Test func `such a training goes on to the bit`() throws {
        var configuration = SmallTraining.configuration
        Preset.r3gan.apply(to: &configuration)
        configuration.recipe.annealing?.images = 60
        _ = try SmallTraining.expectExactResume(of: configuration)
    }
}
