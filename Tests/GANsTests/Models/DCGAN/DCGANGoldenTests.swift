import Foundation
import TestSupport
import Testing

@testable import GANs

/// Ten steps of a small DCGAN as PyTorch takes them, from the same weights, images and latents.
@Suite struct DCGANGoldenTests {
    /// What ten steps may be off by: five times what PyTorch's own in single precision are off from those
    /// in double precision, which the fixture holds; in double precision as much less. Rounding differs
    /// with the order of sums, not in kind; anything wrong in a formula shows at 1e-4, Adam's first change
    /// of a weight.
    private static func tolerance(_ golden: Golden, _ group: String) throws -> Double {
        let about = try #require(
            try JSONSerialization.jsonObject(with: Data(golden.about.utf8)) as? [String: Any])
        let deviations = try #require(about["float32_deviations"] as? [String: Double])
        return try 5 * #require(deviations[group]) * Double(Scalar.ulpOfOne) / Double(Float.ulpOfOne)
    }

    private static func trainer(_ golden: Golden) throws -> Trainer {
        let model = DCGAN(size: 16, channels: 3, latentSize: 10, width: 8)
        let trainer = try Trainer(TrainingConfiguration(model, batchSize: 8))
        for (prefix, network) in networks(trainer) {
            for entry in network.state { entry.load(golden["initial.\(prefix).\(entry.name)"]) }
        }
        return trainer
    }

    private static func networks(_ trainer: Trainer) -> [(String, any Module)] {
        [("generator", trainer.generator), ("discriminator", trainer.discriminator)]
    }

    private static func latents(_ golden: Golden, step: Int) -> Tensor {
        Tensor(golden["latents"].values[step * 80..<(step + 1) * 80].map { Scalar($0) }, shape: [8, 10])
    }

    @Test func `ten steps equal PyTorch's`() throws {
        let golden = try Golden.load("dcgan16")
        let trainer = try Self.trainer(golden)
        let imageCount = 8 * 16 * 16 * 3
        var reports: [StepReport] = []
        for step in 0..<10 {
            let bytes = golden["reals"].values[step * imageCount..<(step + 1) * imageCount]
            let reals = Tensor(bytes.map { Scalar($0 / 127.5 - 1) }, shape: [8, 16, 16, 3])
            reports.append(
                try trainer.step([
                    StepMaterial(inputs: Self.latents(golden, step: step), reals: reals)
                ]))
        }

        let (loss, score) = (try Self.tolerance(golden, "loss"), try Self.tolerance(golden, "score"))
        let pairs = [
            ("loss.discriminator", reports.map(\.discriminatorLoss), loss),
            ("loss.generator", reports.map(\.generatorLoss), loss),
            ("score.real", reports.map(\.realScore), score),
            ("score.generated.before", reports.map(\.fakeScore), score),
        ]
        for (name, values, tolerance) in pairs {
            expectClose(values, golden[name].values, absolute: tolerance, relative: 0, "\(name)")
        }

        let final = try Self.tolerance(golden, "final")
        for (prefix, network) in Self.networks(trainer) {
            for entry in network.state {
                let name = "final.\(prefix).\(entry.name)"
                expectClose(
                    entry.values, golden[name].values, absolute: final, relative: 0, "\(name)")
            }
        }

        let count = golden["samples"].shape[0]
        let samples = trainer.generator(
            Tensor(golden["latents"].values[..<(count * 10)].map { Scalar($0) }, shape: [count, 10]),
            .inference)
        expectClose(
            samples.scalars, golden["samples"].values, absolute: try Self.tolerance(golden, "samples"),
            relative: 0, "samples")
    }

    @Test func `the first images equal PyTorch's`() throws {
        let golden = try Golden.load("dcgan16")
        let trainer = try Self.trainer(golden)
        let images = trainer.generator(
            Self.latents(golden, step: 0), ForwardContext(mode: .training, statistics: .kept))
        let expected = golden["generated"].values
        expectClose(
            Array(images.scalars[..<expected.count]), expected,
            absolute: try Self.tolerance(golden, "generated"), relative: 0)
    }
}
