import Foundation
import GANs
import TestSupport
import Testing

@Suite struct StyleGANTests {
    static let small = StyleGAN(
        size: 16, latentSize: 6, mappingDepth: 2, channelBase: 64, channelMaximum: 8)

    @Test func `names and shapes are pinned`() throws {
        var model = Self.small
        model.size = 8
        #expect(
            try StyleNetworks(model).generator.listing == """
                mapping.main.1.weight [6, 6]
                mapping.main.1.bias [6]
                mapping.main.3.weight [6, 6]
                mapping.main.3.bias [6]
                style_mean [1, 6]
                constant [1, 4, 4, 8]
                layers.0.injection.weight [8]
                layers.0.injection.bias [8]
                layers.0.constant_noise [1, 4, 4, 1]
                layers.0.normalization.style.weight [16, 6]
                layers.0.normalization.style.bias [16]
                layers.1.convolution.weight [8, 8, 3, 3]
                layers.1.injection.weight [8]
                layers.1.injection.bias [8]
                layers.1.constant_noise [1, 4, 4, 1]
                layers.1.normalization.style.weight [16, 6]
                layers.1.normalization.style.bias [16]
                layers.2.convolution.weight [8, 8, 3, 3]
                layers.2.injection.weight [8]
                layers.2.injection.bias [8]
                layers.2.constant_noise [1, 8, 8, 1]
                layers.2.normalization.style.weight [16, 6]
                layers.2.normalization.style.bias [16]
                layers.3.convolution.weight [8, 8, 3, 3]
                layers.3.injection.weight [8]
                layers.3.injection.bias [8]
                layers.3.constant_noise [1, 8, 8, 1]
                layers.3.normalization.style.weight [16, 6]
                layers.3.normalization.style.bias [16]
                to_pixels.0.weight [3, 8, 1, 1]
                to_pixels.0.bias [3]
                """)
        #expect(
            try StyleNetworks(model).discriminator.listing == """
                from_pixels.0.0.weight [8, 3, 1, 1]
                from_pixels.0.0.bias [8]
                blocks.0.0.weight [8, 8, 3, 3]
                blocks.0.0.bias [8]
                blocks.0.3.weight [8, 8, 3, 3]
                blocks.0.3.bias [8]
                last.1.weight [8, 9, 3, 3]
                last.1.bias [8]
                last.4.weight [8, 128]
                last.4.bias [8]
                last.6.weight [1, 8]
                last.6.bias [1]
                """)
    }

    @Test(
        arguments: [
            8, 16, 32, 64, 128, 256, 96, ImageSize(width: 48, height: 64), ImageSize(width: 64, height: 32),
        ], [1, 3, 4])
    func `images have the size and channels asked for`(size: ImageSize, channels: Int) throws {
        try StyleNetworks.expectImages(
            of: StyleGAN(
                size: size, channels: channels, latentSize: 5, mappingDepth: 3, channelBase: 64,
                channelMaximum: 4))
    }

    @Test func `path lengths are the Jacobian's, by central differences`() throws {
        let generator = try StyleNetworks(Self.small).generator
        let context = ForwardContext(mode: .inference)
        let styles = (0..<6).map { layer in latents(seeds: [UInt64(layer)], latentSize: 6).variable() }
        var stream = RandomStream(seed: 5, purpose: .drawing)
        let direction = Tensor.normal([1, 16, 16, 3], from: &stream)
        let length = generator.pathLengths(ofStyles: styles, noise: .constant, context) { _ in direction }
        // A small one: rectifiers bend between coarser ones.
        let step: Scalar = Scalar.self == Double.self ? 1e-6 : 0x1p-10
        var squares = 0.0
        for layer in 0..<6 {
            for place in 0..<6 {
                func projection(_ step: Scalar) -> Double {
                    var moved = styles
                    var numbers = styles[layer].scalars
                    numbers[place] += step
                    moved[layer] = Tensor(numbers, shape: [1, 6])
                    let made = generator.images(fromStyles: moved, noise: .constant, context)
                    return zip(made.scalars, direction.scalars).reduce(0) { $0 + Double($1.0 * $1.1) }
                }
                let slope = (projection(step) - projection(-step)) / Double(2 * step)
                squares += slope * slope
            }
        }
        #expect(abs(Double(length.scalar) / (squares / 6).squareRoot() - 1) < 0.02)
    }

    @Test func `path lengths draw the average after them`() throws {
        var training = Self.configuration
        training.recipe.pathLength = PathLengthRegularization(interval: 2)
        let trainer = try Trainer(training)
        let reals = Tensor.zeros([4, 16, 16, 3])
        let first = try trainer.step(reals)
        let mean = try #require(trainer.progress.pathLength)
        #expect(mean > 0 && first.penalty > 0)
        // Every second step.
        _ = try trainer.step(reals)
        #expect(trainer.progress.pathLength == mean)
        _ = try trainer.step(reals)
        #expect(trainer.progress.pathLength != mean)
        training.model = DCGAN(size: 16, channels: 3)
        #expect(throws: ConfigurationError.self) { try training.validate() }
    }

    @Test func `settings that make no networks are refused`() {
        func refusal(_ change: (inout StyleGAN) -> Void) -> String {
            var model = Self.small
            change(&model)
            do {
                try model.validate()
                return ""
            } catch { return error.description }
        }
        #expect(refusal { _ in } == "")
        #expect(refusal { $0.size = 40 }.contains("are 8, or multiples of 16 from 16 to 512"))
        #expect(refusal { $0.channels = 2 }.contains("channels is 2"))
        #expect(refusal { $0.latentSize = 0 }.contains("latentSize is 0"))
        #expect(refusal { $0.mappingDepth = 100 }.contains("mappingDepth is 100"))
        #expect(refusal { $0.channelBase = 1 << 30 }.contains("channelBase"))
        #expect(refusal { $0.channelMaximum = 0 }.contains("channelMaximum is 0"))
        #expect(refusal { $0.styleMixing = 1.5 }.contains("styleMixing is 1.5"))
        #expect(refusal { $0.discriminator.normalization = .batch }.contains("normalization is batch"))
        #expect(refusal { $0.discriminator.spectral = true }.contains("normalization is spectral"))
        #expect(
            refusal { $0.conditioning = Conditioning(variant: .acgan, classes: ["a", "b"]) }
                .contains("conditioning is acgan"))
    }

    @Test func `the published recipe is the default`() throws {
        var training = TrainingConfiguration(
            StyleGAN(size: 32), batchSize: 16)
        try training.validate()
        #expect(
            training.recipe.adversarialLoss == .nonSaturating && training.recipe.regularizationInterval == 16)
        #expect(training.recipe.regularizers == [.r1(gamma: 1.024)])
        #expect(
            training.recipe.generatorOptimizer
                == .adam(learningRate: 2e-3, beta1: 0, beta2: 0.99, epsilon: 1e-8))
        #expect(training.discriminator == StyleGAN.discriminator)
        // Every other recipe suits the networks, too, but spectral normalization.
        for preset in Preset.allCases {
            preset.apply(to: &training)
            let isSound = (try? training.validate()) != nil
            #expect(isSound == (preset != .sngan), "\(preset)")
        }
    }

    private static let configuration: TrainingConfiguration = {
        var training = TrainingConfiguration(small, batchSize: 4, seed: 3)
        training.recipe.regularizationInterval = 4
        training.recipe.pathLength = PathLengthRegularization()
        return training
    }()

    @Test func `twenty steps are ten, saved and loaded, and ten`() throws {
        let (half, whole) = try SmallTraining.expectExactResume(of: Self.configuration)
        // Noise that is drawn once stays, and is the average's, too.
        let kept = half.tensors.keys.filter { half.tensors[$0] == whole.tensors[$0] }.sorted()
        #expect(kept.count == 12 && kept.allSatisfy { $0.hasSuffix("constant_noise") })
        #expect(
            whole.tensors["generator.layers.3.constant_noise"]
                == whole.tensors["generator_average.layers.3.constant_noise"])
    }

    @Test func `the mean style is the styles' mean`() throws {
        let trainer = try Trainer(Self.configuration)
        for _ in 0..<2 { _ = try trainer.step(Tensor.zeros([4, 16, 16, 3])) }
        let averaged = try #require(trainer.generator as? any StyleGenerator)
        let seeds = (0..<4000).map(UInt64.init)
        let (styles, meanStyle) = trainer.withSamplingWeights {
            (
                averaged.styles(of: GANs.latents(seeds: seeds, latentSize: 6), .inference),
                averaged.meanStyle.scalars
            )
        }
        let mean = styles.mean(axes: [0], keepingAxes: true)
        let spread = (styles - mean).squared().mean().squareRoot().scalar
        // A mean of 512 styles.
        expectClose(
            meanStyle, mean.scalars.map { Double($0) },
            absolute: 4 * Double(spread) / 512.0.squareRoot(),
            relative: 0)
        // The trained generator's follows by a two-hundredth a step.
        let trained = try #require(trainer.generator as? any StyleGenerator)
        let before = trained.meanStyle.scalars
        let latents = GANs.latents(seeds: [1, 2], latentSize: 6)
        let batch = trained.styles(of: latents, ForwardContext(mode: .training, statistics: .moving))
        let expected = zip(before, batch.mean(axes: [0]).scalars).map { Double($0 + ($1 - $0) * 0.005) }
        expectClose(trained.meanStyle.scalars, expected, absolute: 1e-6)
        _ = trained.styles(of: latents, ForwardContext(mode: .training, statistics: .kept))
        expectClose(trained.meanStyle.scalars, expected, absolute: 1e-6)
    }
}
