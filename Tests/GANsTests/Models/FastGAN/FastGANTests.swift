import Checkpoints
import Datasets
import Foundation
import TestSupport
import Testing

@testable import GANs

@Suite struct FastGANTests {
    private static func networks(
        _ model: FastGAN, drawn: Bool = false
    ) -> (generator: any Layer, discriminator: any Discriminator) {
        var source: ParameterSource =
            drawn ? .drawn(RandomStream(seed: 1, purpose: .initialization)) : .counting
        return (model.makeGenerator(from: &source), model.makeDiscriminator(from: &source))
    }

    /// Counted in the authors' program, less the generator's second output, which is not taken here.
    @Test(arguments: [(256, 29_127_654, 11_526_160), (512, 29_174_200, 11_526_496)])
    func `the published networks have as many parameters`(size: Int, generator: Int, discriminator: Int) {
        let networks = Self.networks(FastGAN(size: ImageSize(size), width: 64))
        #expect(networks.generator.parameterCount == generator)
        #expect(networks.discriminator.parameterCount == discriminator)
    }

    @Test func `networks of smaller images are those of 256 pixels without the largest layers`() {
        func shapes(_ network: any Module) -> [String: [Int]] {
            Dictionary(uniqueKeysWithValues: network.state.map { ($0.name, $0.shape.dimensions) })
        }
        /// Whether all layers of the smaller one are in the larger one, but for those that reach pixels.
        func isPart(_ small: any Module, of large: any Module, but pixels: [String]) -> Bool {
            let large = shapes(large)
            return shapes(small).allSatisfy { name, shape in
                large[name] == shape || pixels.contains { name.hasPrefix($0) }
            }
        }
        let large = Self.networks(FastGAN(size: 256, width: 64))
        for size in [64, 128] {
            let small = Self.networks(FastGAN(size: ImageSize(size), width: 64))
            #expect(isPart(small.generator, of: large.generator, but: ["to_big"]))
            #expect(
                isPart(
                    small.discriminator, of: large.discriminator,
                    but: ["down_from_big", "down_from_small", "decoder_"]))
        }
    }

    @Test(arguments: [64, 128, 256, 512], [1, 3, 4])
    func `images and scores have the shapes of the paper`(size: Int, channels: Int) throws {
        let model = FastGAN(size: ImageSize(size), channels: channels, latentSize: 6, width: 2)
        try model.validate()
        let (generator, discriminator) = Self.networks(model, drawn: true)
        let images = generator(latents(seeds: [1, 2], latentSize: 6), .inference)
        #expect(images.shape == [2, size, size, channels])
        #expect(images.scalars.allSatisfy { abs($0) <= 1 })
        #expect(discriminator(images, .inference).scores.map(\.shape) == [[2, 5, 5, 1], [2, 5, 5, 1]])
        #expect(discriminator.features(of: images, .inference)?.shape == [2, 8, 8, 16])
    }

    @Test func `a latent gives the same image whatever stands beside it`() throws {
        let model = FastGAN(latentSize: 6, width: 2)
        let generator = Self.networks(model, drawn: true).generator
        for entry in generator.state where entry.shape == [1] {
            if case .parameter(let strength) = entry.value { strength.value.fill([0.5]) }
        }
        let pair = generator(latents(seeds: [1, 2], latentSize: 6), .inference)
        let alone = generator(latents(seeds: [2], latentSize: 6), .inference)
        expectClose(pair.sliced(axis: 0, 1..<2).scalars, alone.scalars)
    }

    /// Liu et al. 2021 and the authors' program.
    @Test func `the recipe is the published one`() {
        let recipe = FastGAN(width: 64).recipe
        #expect(recipe.adversarialLoss == .hinge && recipe.marginJitter == 0.2 && recipe.regularizers == [])
        #expect(recipe.batchSize == 8)
        #expect(recipe.augmentation == .differentiable(policy: [.color, .translation]))
        for optimizer in [recipe.generatorOptimizer, recipe.discriminatorOptimizer] {
            #expect(optimizer == .adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8))
        }
        let half = pow(0.999, (recipe.movingAverage?.halfLifeInImages ?? 0) / 8)
        #expect(abs(half - 0.5) < 1e-4)
        #expect(
            [16, 32, 128].map { FastGAN(width: $0).recipe.generatorOptimizer.learningRate } == [
                5e-4, 4e-4, 1e-4,
            ])
        #expect(FastGAN().discriminator.spectral && FastGAN().discriminator.normalization == .batch)
    }

    @Test func `twenty steps are ten, saved and loaded, and ten`() throws {
        let model = FastGAN(latentSize: 6, width: 2)
        _ = try SmallTraining.expectExactResume(
            of: TrainingConfiguration(model, batchSize: 2, seed: 4))
    }

    @Test func `the discriminator learns to reconstruct real images`() throws {
        var training = TrainingConfiguration(FastGAN(latentSize: 6, width: 4), batchSize: 4, seed: 2)
        training.recipe.setLearningRates(2e-3)
        training.recipe.augmentation = .none
        let trainer = try Trainer(training)
        let reals = Tensor((0..<4).map { Avatar.image(seed: 1, index: $0, size: 64) })
        let losses = try (0..<40).map { _ in try trainer.step(reals).parts["reconstruction"] ?? .nan }
        #expect(losses.allSatisfy { $0.isFinite })
        #expect(losses[39] < 0.5 * losses[0])
    }

    @Test func `margins are of the hinge loss alone`() throws {
        var training = TrainingConfiguration(FastGAN(latentSize: 6, width: 2))
        #expect(training.recipeDescription[0] == "adversarial loss hinge, margins from 0.8 to 1")
        training.recipe.adversarialLoss = .nonSaturating
        #expect(training.recipeDescription[0] == "adversarial loss non-saturating")
        Preset.sngan.apply(to: &training)
        #expect(training.recipe.marginJitter == 0)
        training.recipe.marginJitter = 2
        #expect(throws: ConfigurationError.self) { try training.validate() }
    }

    @Test func `settings without networks are refused`() {
        var conditional = FastGAN()
        conditional.conditioning = Conditioning(variant: .concat, classes: ["a", "b"])
        for (model, message) in [
            (
                FastGAN(size: 32),
                "size is 32; width and height of a FastGAN's images are multiples of 16 from 48 to 512, one at most 4 "
                    + "times the other"
            ),
            (FastGAN(width: 0), "width is 0; it must lie between 1 and 256"),
            (FastGAN(discriminator: DiscriminatorOptions(pack: 2)), "pack is 2; it must lie between 1 and 1"),
            (conditional, "conditioning is concat; a FastGAN is not class-conditional"),
        ] {
            #expect { try model.validate() } throws: { "\($0)" == message }
        }
    }
}
