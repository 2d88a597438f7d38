import Foundation
import TestSupport
import Testing

@testable import GANs

/// The parts of a recipe that came to models that translate with the common trainer.
@Suite struct TranslationRecipeTests {
    private static let models: [any ModelConfiguration] = [
        Pix2Pix(size: 32, inputChannels: 3, width: 2, patchLayers: 1),
        CycleGAN(size: 16, width: 2, blocks: 1, patchLayers: 1, poolSize: 2), SPADETests.models[0],
    ]

    /// Every choice that keeps state from step to step.
    private static func configuration(
        _ model: any ModelConfiguration, _ augmentation: Augmentation
    ) -> TrainingConfiguration {
        var configuration = SmallTranslation.configuration(model)
        // The loss of SPADE has no target to lower.
        if model is SPADE { configuration.recipe.adversarialLoss = .nonSaturating }
        configuration.recipe.batchSize = 2
        configuration.recipe.movingAverage = MovingAverage(halfLifeInImages: 20)
        configuration.recipe.augmentation = augmentation
        configuration.recipe.regularizers = [.r1(gamma: 1)]
        configuration.recipe.regularizationInterval = 3
        configuration.recipe.criticSteps = 2
        configuration.recipe.labelSmoothing = 0.1
        configuration.recipe.instanceNoise = 0.05
        configuration.discriminator = DiscriminatorOptions(normalization: .none, spectral: true)
        return configuration
    }

    @Test(
        arguments: models, [Augmentation.differentiable, .adaptive(target: 0.6, rampInImages: 40)])
    func `twelve steps are five, saved and loaded, and seven`(
        model: any ModelConfiguration, augmentation: Augmentation
    ) throws {
        let configuration = Self.configuration(model, augmentation)
        let data = model is SPADE ? try SPADETests.data(configuration) : nil
        try SmallTranslation.expectExactResume(of: configuration, on: data, steps: 12) { whole in
            let file = try CheckpointContents(path: whole.latestCheckpoint)
            let names = file.tensors.keys
            #expect(names.contains { $0.hasPrefix("generator") && $0.contains("_average.") })
            #expect(names.contains { $0.hasPrefix("discriminator") && $0.hasSuffix("weight_u") })
            #expect(try MetricsLog(whole, lastStep: 12).rows.allSatisfy { $0.penalty.isFinite })
        }
    }
}
