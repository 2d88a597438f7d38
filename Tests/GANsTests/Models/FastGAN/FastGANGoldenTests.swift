import Foundation
import TestSupport
import Testing

@testable import GANs

/// A narrow FastGAN as PyTorch has it, from the same weights, images, latents and random streams.
@Suite struct FastGANGoldenTests {
    private static let model = FastGAN(size: 64, latentSize: 6, width: 2)

    private static func trainer(_ golden: Golden) throws -> Trainer {
        var training = TrainingConfiguration(model)
        training.recipe.augmentation = .none
        training.recipe.setLearningRates(2e-4)
        let trainer = try Trainer(training)
        for (prefix, network) in networks(trainer) {
            let stored = Set(golden.names.filter { $0.hasPrefix("initial.\(prefix).") })
            let names = network.state.map(\.name).filter {
                !["running_mean", "running_var", "num_batches_tracked"].contains(
                    $0.split(separator: ".").last)
            }
            #expect(stored == Set(names.map { "initial.\(prefix).\($0)" }))
            for entry in network.state where stored.contains("initial.\(prefix).\(entry.name)") {
                entry.load(golden["initial.\(prefix).\(entry.name)"])
            }
        }
        return trainer
    }

    private static func networks(_ trainer: Trainer) -> [(String, any Module)] {
        [("generator", trainer.generator), ("discriminator", trainer.discriminator)]
    }

    private static func latents(_ golden: Golden, step: Int) -> Tensor {
        Tensor(golden["latents"].values[step * 12..<(step + 1) * 12].map { Scalar($0) }, shape: [2, 6])
    }

    private static func parameters(_ network: any Module) -> [Parameter] {
        network.state.sorted { $0.name < $1.name }.compactMap {
            if case .parameter(let parameter) = $0.value { parameter } else { nil }
        }
    }

    /// Five times what PyTorch's own single precision is off; in double precision as much less.
    private static func tolerance(_ golden: Golden, _ group: String) throws -> Double {
        let about = try #require(
            try JSONSerialization.jsonObject(with: Data(golden.about.utf8)) as? [String: Any])
        let deviations = try #require(about["float32_deviations"] as? [String: Double])
        return try max(5 * #require(deviations[group]), 1e-6) * Double(Scalar.ulpOfOne)
            / Double(Float.ulpOfOne)
    }

    @Test func `both networks and their gradients are PyTorch's`() throws {
        let golden = try Golden.load("fastgan")
        let trainer = try Self.trainer(golden)
        func expect(_ values: [Double], _ name: String, _ group: String) throws {
            let tolerance = try Self.tolerance(golden, group)
            expectClose(
                values, golden[name].values, absolute: tolerance, relative: tolerance, "\(name)")
        }
        func still() -> ForwardContext {
            ForwardContext(
                mode: .training, statistics: .kept, random: RandomStream(seed: 0, purpose: .dropout))
        }
        let images = trainer.generator(Self.latents(golden, step: 0), still())
        let discriminator = try #require(trainer.discriminator as? any SelfSupervisedDiscriminator)
        let output = discriminator.supervised(images, still())
        let reconstruction = try #require(output.supervisedLoss)
        let scores = Tensor.concatenated(output.scores.map { $0.reshaped([$0.shape.count]) }, axis: 0)
        try expect(images.sliced(axis: 1, 28..<32).scalars.map { Double($0) }, "images", "images")
        try expect(scores.scalars.map { Double($0) }, "scores", "scores")
        try expect([Double(reconstruction.scalar)], "reconstruction", "reconstruction")

        let loss = (scores * golden.tensor("cotangent")).sum() + reconstruction
        for (prefix, network) in Self.networks(trainer) {
            let found = gradients(
                of: loss, withRespectTo: Self.parameters(network).map(\.value), keepGraph: true)
            let values = found.flatMap { gradient in
                [
                    Double(gradient.squared().sum().scalar).squareRoot(),
                    gradient.scalars.map { Double($0) }.reduce(0, +),
                ]
            }
            try expect(values, "gradients.\(prefix)", "gradients")
        }
    }

    @Test func `three steps equal PyTorch's`() throws {
        let golden = try Golden.load("fastgan")
        let trainer = try Self.trainer(golden)
        let count = 2 * 64 * 64 * 3
        let reports = try (0..<3).map { step in
            let bytes = golden["reals"].values[step * count..<(step + 1) * count]
            let reals = Tensor(bytes.map { Scalar($0 / 127.5 - 1) }, shape: [2, 64, 64, 3])
            return try trainer.step([
                StepMaterial(inputs: Self.latents(golden, step: step), reals: reals)
            ])
        }
        let tolerance = try Self.tolerance(golden, "loss")
        for (name, values) in [
            ("discriminator", reports.map(\.discriminatorLoss)), ("generator", reports.map(\.generatorLoss)),
            ("reconstruction", reports.map { $0.parts["reconstruction"] ?? .nan }),
        ] {
            expectClose(
                values, golden["loss.\(name)"].values, absolute: tolerance, relative: tolerance, "\(name)")
        }
        for (prefix, network) in Self.networks(trainer) {
            let norms = Self.parameters(network).map {
                Double($0.value.squared().sum().scalar).squareRoot()
            }
            let tolerance = try Self.tolerance(golden, "norms")
            expectClose(
                norms, golden["norms.\(prefix)"].values, absolute: tolerance, relative: tolerance, "\(prefix)"
            )
        }
    }
}
