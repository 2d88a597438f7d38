import Foundation
import GANs
import TestSupport
import Testing

@Suite struct StyleGAN2Tests {
    private static let small = StyleGAN2(size: 16, latentSize: 6, channelBase: 64, channelMaximum: 8)

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
                layers.0.convolution.weight [8, 8, 3, 3]
                layers.0.convolution.style.weight [8, 6]
                layers.0.convolution.style.bias [8]
                layers.0.injection.weight [1]
                layers.0.injection.bias [8]
                layers.0.constant_noise [1, 4, 4, 1]
                layers.1.convolution.weight [8, 8, 3, 3]
                layers.1.convolution.style.weight [8, 6]
                layers.1.convolution.style.bias [8]
                layers.1.injection.weight [1]
                layers.1.injection.bias [8]
                layers.1.constant_noise [1, 8, 8, 1]
                layers.2.convolution.weight [8, 8, 3, 3]
                layers.2.convolution.style.weight [8, 6]
                layers.2.convolution.style.bias [8]
                layers.2.injection.weight [1]
                layers.2.injection.bias [8]
                layers.2.constant_noise [1, 8, 8, 1]
                to_pixels.0.convolution.weight [3, 8, 1, 1]
                to_pixels.0.convolution.style.weight [8, 6]
                to_pixels.0.convolution.style.bias [8]
                to_pixels.0.bias [3]
                to_pixels.1.convolution.weight [3, 8, 1, 1]
                to_pixels.1.convolution.style.weight [8, 6]
                to_pixels.1.convolution.style.bias [8]
                to_pixels.1.bias [3]
                """)
        #expect(
            try StyleNetworks(model).discriminator.listing == """
                from_pixels.0.weight [8, 3, 1, 1]
                from_pixels.0.bias [8]
                blocks.0.main.0.weight [8, 8, 3, 3]
                blocks.0.main.0.bias [8]
                blocks.0.main.2.weight [8, 8, 3, 3]
                blocks.0.main.2.bias [8]
                blocks.0.skip.1.weight [8, 8, 1, 1]
                last.1.weight [8, 9, 3, 3]
                last.1.bias [8]
                last.4.weight [8, 128]
                last.4.bias [8]
                last.6.weight [1, 8]
                last.6.bias [1]
                """)
    }

    @Test func `a mapping network of classes turns them into what features are projected on`() throws {
        var model = Self.small
        model.size = 8
        model.conditioning = Conditioning(variant: .projection, classes: ["one", "other"])
        model.classMappingDepth = 2
        let networks = try StyleNetworks(model)
        #expect(
            networks.generator.listing.hasPrefix(
                """
                mapping.embedding.weight [6, 2]
                mapping.embedding.bias [6]
                mapping.main.0.weight [6, 12]
                mapping.main.0.bias [6]
                mapping.main.2.weight [6, 6]
                """))
        #expect(
            networks.discriminator.listing.hasSuffix(
                """
                last.6.weight [8, 8]
                last.6.bias [8]
                class_mapping.0.weight [8, 2]
                class_mapping.0.bias [8]
                class_mapping.2.weight [8, 8]
                class_mapping.2.bias [8]
                class_mapping.4.weight [8, 8]
                class_mapping.4.bias [8]
                """))
        model.conditioning = nil
        #expect { try model.validate() } throws: { "\($0)".contains("the networks are told no classes") }
    }

    @Test(
        arguments: [
            8, 16, 32, 64, 128, 256, 96, ImageSize(width: 48, height: 64), ImageSize(width: 64, height: 32),
        ], [1, 3, 4])
    func `images have the size and channels asked for`(size: ImageSize, channels: Int) throws {
        try StyleNetworks.expectImages(
            of: StyleGAN2(
                size: size, channels: channels, latentSize: 5, mappingDepth: 3, channelBase: 64,
                channelMaximum: 4))
    }

    /// What a fresh network makes is of about the same size whatever the resolution: demodulation keeps it.
    @Test func `activations keep their size`() throws {
        let generator = try StyleNetworks(StyleGAN2(size: 64, latentSize: 32)).generator
        let images = generator(
            latents(seeds: Array(0..<8), latentSize: 32), ForwardContext(mode: .inference))
        let deviation = images.squared().mean().squareRoot().scalar
        // Five resolutions drawn with deviation about one, of which smoothing takes some.
        #expect(deviation > 0.7 && deviation < 2.5)
    }

    @Test func `the last style is the finest pixels' alone`() throws {
        let generator = try StyleNetworks(Self.small).generator
        let styles = latents(seeds: [1, 2], latentSize: 6)
        func images(changing layer: Int?) -> Tensor {
            let own = styles.sliced(axis: 0, 0..<1)
            return generator.images(
                fromStyles: (0..<6).map { $0 == layer ? styles.sliced(axis: 0, 1..<2) : own },
                noise: .constant, .inference)
        }
        let plain = images(changing: nil).scalars
        for layer in 0..<6 { #expect(images(changing: layer).scalars != plain, "layer \(layer)") }
        // Noise of the last layer, which convolves nothing, is not read.
        let noise = generator.noise(seeds: [7])
        #expect(noise.map { $0.shape[1] } == [4, 8, 8, 16, 16, 16])
        let all = Array(repeating: styles.sliced(axis: 0, 0..<1), count: 6)
        #expect(
            generator.images(fromStyles: all, noise: .given(noise), .inference).scalars
                == generator.images(fromStyles: all, noise: .given(Array(noise.prefix(5))), .inference)
                .scalars)
    }

    @Test func `settings that make no networks are refused`() {
        func refusal(_ change: (inout StyleGAN2) -> Void) -> String {
            var model = Self.small
            change(&model)
            do {
                try model.validate()
                return ""
            } catch { return error.description }
        }
        #expect(refusal { _ in } == "")
        #expect(refusal { $0.size = 40 }.contains("are 8, or multiples of 16 from 16 to 512"))
        #expect(refusal { $0.mappingDepth = 100 }.contains("mappingDepth is 100"))
        #expect(refusal { $0.channelBase = 1 << 30 }.contains("channelBase"))
        #expect(refusal { $0.discriminator.normalization = .batch }.contains("normalization is batch"))
        #expect(
            refusal { $0.conditioning = Conditioning(variant: .concat, classes: ["a", "b"]) }
                .contains("conditioning is concat"))
    }

    @Test func `the published recipe is the default`() throws {
        var training = TrainingConfiguration(
            StyleGAN2(size: 32), batchSize: 16)
        try training.validate()
        #expect(
            training.recipe.adversarialLoss == .nonSaturating && training.recipe.regularizationInterval == 16)
        #expect(training.recipe.regularizers == [.r1(gamma: 1.024)])
        #expect(training.recipe.pathLength == PathLengthRegularization(weight: 2, interval: 4))
        #expect(
            training.recipe.generatorOptimizer
                == .adam(learningRate: 2.5e-3, beta1: 0, beta2: 0.99, epsilon: 1e-8))
        #expect(training.discriminator == StyleGAN2.discriminator)
        // Another recipe has no path-length regularization.
        Preset.wganGP.apply(to: &training)
        try training.validate()
        #expect(training.recipe.pathLength == nil)
    }

    @Test func `twenty steps are ten, saved and loaded, and ten`() throws {
        let training = TrainingConfiguration(Self.small, batchSize: 4, seed: 3)
        let (half, whole) = try SmallTraining.expectExactResume(of: training)
        // Everything learns but the noise that is drawn once.
        let kept = half.tensors.keys.filter { half.tensors[$0] == whole.tensors[$0] }.sorted()
        #expect(kept.count == 10 && kept.allSatisfy { $0.hasSuffix("constant_noise") })
    }
}
