import Foundation
import GANs
import TestSupport
import Testing

/// Whole style-based networks beside PyTorch's, with the weights that a file tells.
@Suite struct StyleGoldenTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let model: any StyleModelConfiguration
        /// Of each layer that has some.
        let noiseCount: Int
        /// What each layer's style is multiplied by.
        let styleScale: @Sendable (_ layer: Int) -> Scalar

        var testDescription: String { name }
    }

    private static let conditioning = Conditioning(variant: .projection, classes: ["a", "b", "c"])
    static let cases = [
        Case(
            name: "stylegan",
            model: StyleGAN(
                size: 16, latentSize: 6, mappingDepth: 2, channelBase: 64, channelMaximum: 8,
                conditioning: conditioning), noiseCount: 6
        ) { _ in 1 },
        Case(
            name: "stylegan2",
            model: StyleGAN2(
                size: 16, latentSize: 6, channelBase: 64, channelMaximum: 5, conditioning: conditioning),
            noiseCount: 5
        ) { 1 + Scalar($0) / 8 },
    ]

    /// Networks with the file's weights, and what they make of its latents.
    private struct Networks {
        let golden: Golden
        let generator: any StyleGenerator
        let discriminator: any Discriminator
        let styles: Tensor
        let layerStyles: [Tensor]
        let noise: StyleNoise
        let context: ForwardContext

        init(_ test: Case) throws {
            let golden = try Golden.load(test.name)
            var source = ParameterSource.blank
            generator = try #require(test.model.makeGenerator(from: &source) as? any StyleGenerator)
            discriminator = test.model.makeDiscriminator(from: &source)
            context = ForwardContext(mode: .training, statistics: .kept, labels: golden.tensor("labels"))
            for (prefix, network) in [
                ("generator.", generator as any Module), ("discriminator.", discriminator),
            ] {
                for (name, value) in Self.parameters(of: network) {
                    let values = golden.tensor(prefix + name).scalars
                    value.withMutableScalars { _ = $0.update(from: values) }
                }
            }
            styles = generator.styles(of: golden.tensor("latents"), context)
            let styles = styles
            layerStyles = (0..<6).map { styles * test.styleScale($0) }
            noise = .given((0..<test.noiseCount).map { golden.tensor("noise.\($0)") })
            self.golden = golden
        }

        static func parameters(of network: any Module) -> [(name: String, value: Tensor)] {
            network.state.compactMap { entry in
                if case .parameter(let parameter) = entry.value { (entry.name, parameter.value) } else { nil }
            }
        }

        /// Sums of many products of numbers about one, one after the other.
        func expect(_ tensor: Tensor, _ name: String) {
            let expected = golden[name].values
            let tolerance = 2e4 * Double(Scalar.ulpOfOne)
            #expect(tensor.shape.dimensions == golden[name].shape)
            expectClose(
                tensor.scalars, expected, absolute: tolerance * max(1e-6, expected.map(abs).max() ?? 0),
                relative: tolerance, "\(name)")
        }

        func expectGradients(of loss: Tensor, in network: any Module, _ prefix: String) {
            let parameters = Self.parameters(of: network)
            let computed = gradients(of: loss, withRespectTo: parameters.map(\.value), keepGraph: true)
            #expect(parameters.count == golden.names.filter { $0.hasPrefix(prefix) }.count)
            for (gradient, parameter) in zip(computed, parameters) {
                expect(gradient, prefix + parameter.name)
            }
        }
    }

    @Test(arguments: cases) func `both networks match PyTorch's`(test: Case) throws {
        let networks = try Networks(test)
        let images = networks.generator.images(
            fromStyles: networks.layerStyles, noise: networks.noise, networks.context)
        let scores = networks.discriminator(images, networks.context).score
        networks.expect(networks.styles, "styles")
        networks.expect(images, "images")
        networks.expect(scores, "scores")
        let loss = (scores * networks.golden.tensor("cotangent")).sum()
        networks.expectGradients(of: loss, in: networks.generator, "gradient.generator.")
        networks.expectGradients(of: loss, in: networks.discriminator, "gradient.discriminator.")
    }

    @Test(arguments: cases) func `path lengths and their penalty's gradients are PyTorch's`(test: Case) throws
    {
        let networks = try Networks(test)
        let lengths = networks.generator.pathLengths(
            ofStyles: networks.layerStyles, noise: networks.noise, networks.context
        ) { _ in networks.golden.tensor("path.directions") }
        let penalty = (lengths - 0.7).squared().mean() * 2
        networks.expect(lengths, "path.lengths")
        networks.expect(penalty, "path.penalty")
        networks.expectGradients(of: penalty, in: networks.generator, "path.generator.")
    }

    @Test(arguments: cases.suffix(1)) func `R1's gradients are PyTorch's`(test: Case) throws {
        let networks = try Networks(test)
        let images = networks.golden.tensor("images").variable()
        let slopes = gradients(
            of: networks.discriminator(images, networks.context).score.sum(), withRespectTo: [images],
            createGraph: true)[0]
        let penalty = slopes.squared().sum() / Scalar(images.shape[0])
        networks.expect(penalty, "r1.penalty")
        networks.expectGradients(of: penalty, in: networks.discriminator, "r1.discriminator.")
    }

    @Test func `resampling is PyTorch's`() throws {
        let golden = try Golden.load("stylegan2")
        let images = golden.tensor("filtered")
        golden.expect(images.upsampled(.bilinearInZeros), equals: "filtered.up")
        golden.expect(images.sliced(axis: 1, 0..<4).smoothPooled(), equals: "filtered.down")
    }
}
