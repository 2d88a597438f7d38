import Foundation
import Networks
import TestSupport
import Testing

@testable import GANs

/// Ten steps with each adversarial loss and regularizer as PyTorch takes them, from the same weights, images,
/// latents and noise.
@Suite struct RecipeGoldenTests {
    /// What the package calls the cases of the fixture.
    private static let cases: [String: @Sendable (inout TrainingConfiguration) -> Void] = [
        "minimax": { $0.recipe.adversarialLoss = .minimax },
        "non-saturating": { $0.recipe.adversarialLoss = .nonSaturating },
        "least-squares": {
            ($0.recipe.adversarialLoss, $0.recipe.lossWeights) = (
                .leastSquares, .published(for: .leastSquares)
            )
        },
        "wasserstein": { $0.recipe.adversarialLoss = .wasserstein },
        "hinge": { $0.recipe.adversarialLoss = .hinge },
        "relativistic": { $0.recipe.adversarialLoss = .relativistic },
        "relativistic-average": { $0.recipe.adversarialLoss = .relativisticAverage },
        "smoothed": { $0.recipe.labelSmoothing = 0.1 },
        "clip": {
            ($0.recipe.adversarialLoss, $0.recipe.regularizers) = (.wasserstein, [.clip(limit: 0.05)])
            let rmsProp = OptimizerConfiguration.rmsProp(learningRate: 1e-3, decay: 0.99, epsilon: 1e-8)
            ($0.recipe.generatorOptimizer, $0.recipe.discriminatorOptimizer) = (rmsProp, rmsProp)
        },
        "gradient-penalty": {
            ($0.recipe.adversarialLoss, $0.recipe.regularizers) = (
                .wasserstein, [.gradientPenalty(weight: 10)]
            )
            $0.recipe.criticSteps = 2
            $0.discriminator?.normalization = .layer
        },
        "r1": { $0.recipe.regularizers = [.r1(gamma: 3)] },
        "r2": { ($0.recipe.adversarialLoss, $0.recipe.regularizers) = (.hinge, [.r2(gamma: 3)]) },
        "lazy-r1": { ($0.recipe.regularizers, $0.recipe.regularizationInterval) = ([.r1(gamma: 3)], 4) },
        "dragan": { $0.recipe.regularizers = [.dragan(weight: 10)] },
        "spectral": {
            $0.recipe.adversarialLoss = .hinge
            $0.discriminator?.spectral = true
        },
        "relativistic-r1-r2": {
            ($0.recipe.adversarialLoss, $0.recipe.regularizers) = (
                .relativistic, [.r1(gamma: 2), .r2(gamma: 2)]
            )
        },
    ]

    @Test(arguments: cases.keys.sorted())
    func `ten steps equal PyTorch's`(name: String) throws {
        let golden = try Golden.load("objectives")
        var configuration = TrainingConfiguration(
            DCGAN(
                size: 16, channels: 3, latentSize: 6, width: 4,
                discriminator: DiscriminatorOptions(normalization: .none)),
            batchSize: 4)
        let adam = OptimizerConfiguration.adam(learningRate: 1e-3, beta1: 0.5, beta2: 0.9, epsilon: 1e-8)
        (configuration.recipe.generatorOptimizer, configuration.recipe.discriminatorOptimizer) = (adam, adam)
        let change = try #require(Self.cases[name])
        change(&configuration)
        let trainer = try Trainer(configuration)
        Self.load(trainer, golden)

        var reports: [StepReport] = []
        for step in 0..<10 {
            reports.append(
                try trainer.step(
                    (0..<configuration.recipe.criticSteps).map { Self.material(golden, batch: 2 * step + $0) }
                ))
        }

        let tolerance = try Self.tolerance(golden, name)
        func expect(_ values: [Double], _ key: String) {
            expectClose(
                values, golden["\(name).\(key)"].values, absolute: tolerance, relative: tolerance,
                "\(name).\(key)")
        }
        expect(reports.map(\.discriminatorLoss), "loss.discriminator")
        expect(reports.map(\.generatorLoss), "loss.generator")
        expect(reports.map(\.penalty), "penalty")
        let norms = [trainer.generator as any Module, trainer.discriminator].flatMap { network in
            network.parameters.map { Double($0.value.squared().sum().scalar).squareRoot() }
        }
        expect(norms, "norms")
    }

    /// Five times what PyTorch's own in single precision are off, with the last bits of a sum's order; in
    /// double precision as much less.
    private static func tolerance(_ golden: Golden, _ name: String) throws -> Double {
        let about = try #require(
            try JSONSerialization.jsonObject(with: Data(golden.about.utf8)) as? [String: Any])
        let deviations = try #require(about["float32_deviations"] as? [String: Double])
        let single = try max(5 * #require(deviations[name]), 1e-6)
        return single * Double(Scalar.ulpOfOne) / Double(Float.ulpOfOne)
    }

    private static func load(_ trainer: Trainer, _ golden: Golden) {
        let isLayer = trainer.configuration.discriminator?.normalization == .layer
        for entry in trainer.generator.state where golden.names.contains("generator.\(entry.name)") {
            entry.load(golden["generator.\(entry.name)"])
        }
        for entry in trainer.discriminator.state {
            let name = entry.name.replacing("_orig", with: "")
            if let match = name.wholeMatch(of: /main\.(\d)\.weight_(u|v)/) {
                // The other vector follows from this one in the first pass.
                if match.2 == "u" { entry.load(golden["vector.\(match.1)"]) }
            } else {
                entry.load(golden["\(isLayer ? "layer" : "plain").\(name)"])
            }
        }
    }

    private static func material(_ golden: Golden, batch: Int) -> StepMaterial {
        func part(_ name: String, count: Int) -> [Double] {
            Array(golden[name].values[batch * count..<(batch + 1) * count])
        }
        return StepMaterial(
            inputs: Tensor(part("latents", count: 4 * 6).map { Scalar($0) }, shape: [4, 6]),
            reals: Tensor(
                part("reals", count: 4 * 16 * 16 * 3).map { Scalar($0 / 127.5 - 1) },
                shape: [4, 16, 16, 3]))
    }
}
