import Datasets
import Foundation
import GANs
import Networks
import TestSupport
import Testing

/// Trainings made to fail, and the warnings of them.
@Suite struct DiagnosticsTests {
    /// The warnings of a run, the same as events and in its metrics.
    private static func warnings(
        _ configuration: TrainingConfiguration, images: Int = 37, steps: Int,
        prepare: (Trainer) -> Void = { _ in }
    ) throws -> [TrainingWarning] {
        try withTemporaryFolder { folder in
            var seen: [TrainingWarning] = []
            let trainer = try Trainer(configuration)
            prepare(trainer)
            let runFolder = RunFolder(folder + "/run")
            let run = try TrainingLoop(
                trainer, on: SmallTraining.dataset(count: images), into: runFolder,
                schedule: Schedule(end: .steps(steps))
            ) { event in
                if case .warning(_, let warning) = event { seen.append(warning) }
            }
            try run.run()
            let rows = try String(contentsOfFile: runFolder.metrics, encoding: .utf8).split(separator: "\n")
                .map { try JSONDecoder().decode(MetricsRow.self, from: Data($0.utf8)) }
            #expect(rows.flatMap { $0.warnings ?? [] } == seen)
            return seen
        }
    }

    private static var configuration: TrainingConfiguration {
        var configuration = SmallTraining.configuration
        configuration.discriminator?.normalization = .none
        return configuration
    }

    @Test func `a discriminator that wins`() throws {
        var configuration = Self.configuration
        configuration.recipe.discriminatorOptimizer.learningRate = 1e-3
        configuration.recipe.generatorOptimizer.learningRate = 1e-9
        let warnings = try Self.warnings(configuration, steps: 400)
        let warning = try #require(warnings.first { $0.kind == .discriminatorWins })
        #expect(warning.message.contains("its loss is"))
        #expect(!warning.message.contains("\n"))
    }

    @Test func `a generator that makes one image`() throws {
        var configuration = Self.configuration
        configuration.recipe.generatorOptimizer.learningRate = 1e-9
        let warnings = try Self.warnings(configuration, steps: 300) { trainer in
            // The first layer, which reads the latents.
            trainer.generator.parameters[0].value.withMutableScalars { $0.update(repeating: 0) }
        }
        #expect(warnings.filter { $0.kind == .collapse }.count == 1)
    }

    @Test func `a critic without bounds`() throws {
        var configuration = Self.configuration
        configuration.recipe.adversarialLoss = .wasserstein
        configuration.recipe.discriminatorOptimizer.learningRate = 0.01
        configuration.recipe.generatorOptimizer.learningRate = 1e-9
        let warnings = try Self.warnings(configuration, steps: 1000)
        #expect(warnings.contains { $0.kind == .divergence })
    }

    @Test func `a discriminator that memorizes its images`() throws {
        var configuration = Self.configuration
        configuration.discriminator?.normalization = .batch
        configuration.data.heldOut = 12
        configuration.data.flip = false
        configuration.recipe.discriminatorOptimizer.learningRate = 2e-3
        let warnings = try Self.warnings(configuration, images: 17, steps: 2000)
        let warning = try #require(warnings.first { $0.kind == .memorization })
        #expect(warning.message.contains("held-out images"))
    }

    @Test func `a training that goes well is left alone`() throws {
        let warnings = try Self.warnings(SmallTraining.configuration, images: 200, steps: 300)
        #expect(warnings.isEmpty)
    }
}
