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
    private static func share(_ variant: Conditioning.Variant, labelsBesideLatent: Bool) throws -> Double {
        var conditioning = Conditioning(variant: variant, classes: classes)
        conditioning.labelsBesideLatent = labelsBesideLatent
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
        let share = try Self.share(variant, labelsBesideLatent: true)
        #expect(share > 0.9, "\(variant)")
    }

    @Test func `earlier projections keep their networks`() throws {
        let old = #"{"variant": "projection", "classes": ["a", "b"]}"#
        let read = try JSONDecoder().decode(Conditioning.self, from: Data(old.utf8))
        #expect(!read.labelsBesideLatent && read.latentSize == 0)
        let new = Conditioning(variant: .projection, classes: ["a", "b"])
        #expect(try JSONDecoder().decode(Conditioning.self, from: JSONEncoder().encode(new)) == new)
        #expect(new.latentSize == 2)
    }
}
