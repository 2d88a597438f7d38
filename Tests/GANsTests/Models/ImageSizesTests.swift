import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import GANs

/// Images that are not square, and the sizes that models take.
@Suite struct ImageSizesTests {
    private static func size(_ width: Int, _ height: Int) -> ImageSize {
        ImageSize(width: width, height: height)
    }

    @Test func `maps double from a few pixels to every size that is allowed`() {
        for width in stride(from: 8, through: 512, by: 8) {
            for height in stride(from: 8, through: 512, by: 8) {
                let size = Self.size(width, height)
                let allowed = [DCGAN.sizes, StyleGAN2.sizes, FastGAN.sizes, SPADE.sizes]
                    .filter { $0.contains(size) }
                guard !allowed.isEmpty else { continue }
                #expect(size.firstMap.map { $0 << size.doublings } == size)
                #expect(size.firstMap.shortSide >= 3 && size.firstMap.longSide <= 32, "\(size)")
                #expect(size.map(at: size.doubledSide) == size && size.map(at: 4) == size.firstMap)
                // The layers of a FastGAN, and of a SPADE generator.
                if FastGAN.sizes.contains(size) { #expect((64...512).contains(size.doubledSide), "\(size)") }
                if SPADE.sizes.contains(size) { #expect(size.doublings >= 2) }
            }
        }
        for (size, first) in [
            (64, 4), (8, 4), (256, 4), (96, 3), (80, 5), (Self.size(64, 96), Self.size(4, 6)),
            (Self.size(48, 64), Self.size(3, 4)), (Self.size(64, 32), Self.size(8, 4)),
        ] as [(ImageSize, ImageSize)] {
            #expect(size.firstMap == first, "\(size)")
        }
        #expect(ImageSize(0).doublings == 0 && ImageSize(Int.max).doublings == 0)
        #expect(ImageSize(Int.min).doublings == 0)
    }

    @Test func `sizes without bounds are refused before anything is computed of them`() {
        let sizes = [0, -64, Int.max, Int.min, 1 << 62]
        for width in sizes + [64] {
            for height in sizes {
                let size = Self.size(width, height)
                for model: any ModelConfiguration in [
                    DCGAN(size: size), StyleGAN(size: size), StyleGAN2(size: size), FastGAN(size: size),
                    Pix2Pix(size: size), CycleGAN(size: size),
                    SPADE(size: size, labels: LabelSet(names: ["a", "b"])), SRResNet(size: size),
                    SRGAN(size: size), RRDB(size: size), ESRGAN(size: size),
                ] {
                    #expect(throws: ConfigurationError.self) { try model.validate() }
                }
            }
        }
    }

    @Test func `a configuration of squares is written as it always was`() throws {
        var training = TrainingConfiguration(Pix2Pix(size: 64))
        training.data.cropFrom = 72
        let json = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(training)) as? [String: Any])
        #expect((json["configuration"] as? [String: Any])?["size"] as? Int == 64)
        #expect((json["data"] as? [String: Any])?["cropFrom"] as? Int == 72)
    }

    private static let latentModels: [any LatentModelConfiguration] = [
        DCGAN(size: size(32, 48), channels: 3, latentSize: 8, width: 4),
        DCGAN(
            size: size(48, 32), latentSize: 8, width: 4,
            discriminator: DiscriminatorOptions(normalization: .none, spectral: true)),
        StyleGAN2(size: size(32, 48), latentSize: 6, mappingDepth: 2, channelBase: 64, channelMaximum: 8),
        StyleGAN(
            size: size(32, 16), latentSize: 6, mappingDepth: 2, channelBase: 64, channelMaximum: 8,
            growth: Growth(phaseImages: 16)),
        FastGAN(size: size(48, 64), latentSize: 6, width: 2),
    ]

    @Test(arguments: latentModels)
    func `images that are not square are trained on, and a training goes on to the bit`(
        model: any LatentModelConfiguration
    ) throws {
        var configuration = TrainingConfiguration(model, flip: true, seed: 5)
        configuration.recipe.batchSize = 4
        configuration.recipe.augmentation = .adaptive(target: 0.6, rampInImages: 64)
        _ = try SmallTraining.expectExactResume(of: configuration)
    }

    @Test func `networks of other shapes take the weights of squares, but for the first map's pixels`() throws
    {
        func shapes(_ size: ImageSize) -> [String: [Int]] {
            var source = ParameterSource.counting
            let model = StyleGAN2(size: size)
            let networks: [any Module] = [
                model.makeGenerator(from: &source), model.makeDiscriminator(from: &source),
            ]
            let entries = networks.enumerated().flatMap { network, module in
                module.state.map { ("\(network) \($0.name)", $0.shape.dimensions) }
            }
            return Dictionary(uniqueKeysWithValues: entries)
        }
        let (square, oblong) = (shapes(64), shapes(Self.size(64, 96)))
        let different = oblong.filter { square[$0.key] != $0.value }.keys
        #expect(
            different.allSatisfy {
                $0 == "0 constant" || $0.hasSuffix("constant_noise") || $0 == "1 last.4.weight"
            })
        #expect(oblong["0 constant"] == [1, 6, 4, 64] && oblong.count == square.count)
    }

    private static let translationModels: [any ModelConfiguration] = [
        Pix2Pix(size: size(64, 96), inputChannels: 1, width: 2, patchLayers: 1),
        CycleGAN(
            size: size(24, 16), inputChannels: 1, outputChannels: 1, width: 2, blocks: 1, patchLayers: 1,
            poolSize: 2),
    ]

    @Test(arguments: translationModels)
    func `images that are not square are translated`(model: any ModelConfiguration) throws {
        let configuration = SmallTranslation.configuration(model)
        try SmallTranslation.expectExactResume(of: configuration) { whole in
            let translator = try Translator(path: whole.latestCheckpoint)
            let size = model.size
            for (width, height) in [(size.width, size.height), (40, 40), (97, 20)] {
                let made = try translator.translation(of: Image(width: width, height: height, color: [90]))
                // As large as it would be if the format were cut out of it.
                let scale = max(
                    Double(size.width) / Double(width), Double(size.height) / Double(height))
                #expect(abs(Double(made.output.width) - Double(width) * scale) <= 0.5)
                #expect(abs(Double(made.output.height) - Double(height) * scale) <= 0.5)
            }
        }
    }

    @Test func `label maps that are not square are painted, in styles`() throws {
        let size = Self.size(48, 32)
        let labels = LabelSet(names: ["background", "shape"])
        let model = SPADE(
            size: size, labels: labels, width: 2, patchLayers: 1,
            style: StyleEncoding(size: 5, divergenceWeight: 0.05))
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        let built = try #require(model.makeModel(from: &source) as? any TranslatingModel)
        let networks = built.translator(.a2b)
        let image = Tensor.zeros([1, 32, 48, 3])
        let style = try #require(networks.style(of: image))
        #expect(style.shape == [1, 5])
        let map = Tensor.oneHot([Int](repeating: 1, count: 32 * 48), classes: 2).reshaped([1, 32, 48, 2])
        #expect(networks.output(of: map, style: style, .inference).shape == [1, 32, 48, 3])
    }

    @Test func `parts that are not square are enlarged`() throws {
        for model: any SuperResolutionConfiguration in [
            SRGAN(size: Self.size(48, 32), channels: 1, scale: 2, width: 2, blocks: 1),
            ESRGAN(size: Self.size(32, 64), channels: 1, scale: 2, width: 2, blocks: 1),
        ] {
            var configuration = TrainingConfiguration(model, heldOut: 2, seed: 3)
            configuration.recipe.batchSize = 2
            configuration.data.cropFrom = model.size.map { $0 + 8 }
            let avatars = InMemoryImages((0..<9).map { Avatar.image(seed: 1, index: $0, size: 72) })
            let data = try TranslationData(images: avatars, for: configuration)
            try SmallTranslation.expectExactResume(of: configuration, on: data)
        }
    }
}
