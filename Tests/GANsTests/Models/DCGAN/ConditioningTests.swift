import Foundation
import TestSupport
import Testing

@testable import GANs

/// Whether a conditional generator makes the classes that it is asked for.
@Suite struct ConditioningTests {
    private static let classes = ["black", "dark", "light", "white"]
    private static let levels: [Scalar] = [-0.9, -0.3, 0.3, 0.9]

    /// Images of one shade with a little noise, a shade for each class.
    private static func batch(_ stream: inout RandomStream) -> TrainingBatch {
        let labels = (0..<16).map { _ in stream.integer(in: 0..<4) }
        let shades = Tensor(labels.map { levels[$0] }, shape: [16, 1, 1, 1]).broadcast(to: [16, 16, 16, 1])
        return TrainingBatch(
            reals: shades + Tensor.normal([16, 16, 16, 1], from: &stream) * 0.05, labels: labels)
    }

    /// The share of generated images whose shade is nearest to that of the class asked for.
    private static func share(_ variant: Conditioning.Variant) throws -> Double {
        let conditioning = Conditioning(variant: variant, classes: classes)
        let model = DCGAN(size: 16, channels: 1, latentSize: 8, width: 8, conditioning: conditioning)
        var configuration = TrainingConfiguration(model, batchSize: 16, seed: 1)
        configuration.recipe.movingAverage = nil
        configuration.recipe.setLearningRates(1e-3)
        let trainer = try Trainer(configuration)
        var stream = RandomStream(seed: 2, purpose: .drawing)
        for _ in 0..<steps { _ = try trainer.step { batch(&stream) } }
        let labels = (0..<64).map { $0 % 4 }
        let images = trainer.generator(
            latents(seeds: Array(0..<64), latentSize: 8), .inference(labels: model.oneHot(labels)))
        let shades = images.mean(axes: [1, 2, 3]).scalars
        let right = zip(shades, labels).filter { shade, label in
            levels.indices.min { abs(levels[$0] - shade) < abs(levels[$1] - shade) } == label
        }
        return Double(right.count) / 64
    }

    private static let steps = 400

    @Test(arguments: Conditioning.Variant.allCases)
    func `the class asked for is made`(variant: Conditioning.Variant) throws {
        let share = try Self.share(variant)
        #expect(share > 0.9, "\(variant)")
    }

    /// A discriminator's scores of the same images with one class and with another.
    private static func scores(_ conditioning: Conditioning) -> [[Scalar]] {
        let model = DCGAN(size: 16, channels: 1, latentSize: 8, width: 8, conditioning: conditioning)
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        let discriminator = model.makeDiscriminator(from: &source)
        var stream = RandomStream(seed: 2, purpose: .drawing)
        let images = Tensor.normal([4, 16, 16, 1], from: &stream)
        return [0, 1].map { (label: Int) in
            let labels = model.oneHot([Int](repeating: label, count: 4))
            return discriminator(images, .inference(labels: labels)).score.scalars
        }
    }

    @Test func `the score depends on the class, of an auxiliary classifier alone it does not`() {
        for variant in Conditioning.Variant.allCases {
            let scores = Self.scores(Conditioning(variant: variant, classes: Self.classes))
            #expect((scores[0] == scores[1]) == (variant == .acgan), "\(variant)")
        }
    }

    @Test func `a projection discriminator sees the class as maps beside the image, too`() {
        var conditioning = Conditioning(variant: .projection, classes: Self.classes)
        func shapes() -> [Shape] {
            let model = DCGAN(size: 16, channels: 1, latentSize: 8, width: 8, conditioning: conditioning)
            var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
            return model.makeDiscriminator(from: &source).parameters.map(\.shape)
        }
        let withMaps = shapes()
        conditioning.labelsBesideImage = false
        #expect(withMaps != shapes())
    }

    @Test(arguments: [
        (#"{"variant": "projection", "classes": ["a", "b"]}"#, 0, 0),
        (#"{"variant": "projection", "classes": ["a", "b"], "labelsBesideLatent": true}"#, 2, 0),
        (#"{"variant": "concat", "classes": ["a", "b"]}"#, 2, 2),
        (#"{"variant": "acgan", "classes": ["a", "b"], "labelsBesideLatent": true}"#, 2, 0),
    ])
    func `earlier checkpoints keep their networks`(json: String, latentSize: Int, imageChannels: Int) throws {
        let read = try JSONDecoder().decode(Conditioning.self, from: Data(json.utf8))
        #expect((read.latentSize, read.imageChannels) == (latentSize, imageChannels))
    }

    @Test(arguments: Conditioning.Variant.allCases)
    func `a conditioning is read as it was written`(variant: Conditioning.Variant) throws {
        let new = Conditioning(variant: variant, classes: ["a", "b"])
        #expect(try JSONDecoder().decode(Conditioning.self, from: JSONEncoder().encode(new)) == new)
        #expect((new.latentSize, new.imageChannels) == (2, variant == .acgan ? 0 : 2))
    }

    @Test func `maps of many classes would be larger than the images`() {
        let classes = (0..<33).map(String.init)
        #expect(Conditioning(variant: .projection, classes: classes).imageChannels == 0)
        #expect(Conditioning(variant: .projection, classes: classes.dropLast()).imageChannels == 32)
        #expect(Conditioning(variant: .concat, classes: classes).imageChannels == 33)
    }
}
