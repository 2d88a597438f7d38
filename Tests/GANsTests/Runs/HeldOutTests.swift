import Datasets
import Foundation
import GANs
import TestSupport
import Testing

/// Images held out of training, and what is measured by them.
@Suite struct HeldOutTests {
    private static var configuration: TrainingConfiguration {
        var configuration = SmallTraining.configuration
        configuration.data.heldOut = 8
        configuration.recipe.augmentation = .adaptive(target: 0.6, rampInImages: 100)
        configuration.recipe.instanceNoise = 0.05
        configuration.recipe.criticSteps = 2
        configuration.recipe.regularizers = [.r1(gamma: 1)]
        configuration.recipe.regularizationInterval = 3
        configuration.discriminator = DiscriminatorOptions(
            normalization: .none, spectral: true, minibatchDeviation: true)
        return configuration
    }

    @Test func `the best checkpoint is better by two standard errors`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder + "/run")
            let run = try SmallTraining.run(
                Trainer(Self.configuration), into: runFolder, steps: 60, checkpointEvery: 10)
            #expect(run.data.count == 29 && run.data.examples.heldOut?.count == 8)
            try run.run()
            let rows = try String(contentsOfFile: runFolder.metrics, encoding: .utf8).split(separator: "\n")
                .map { try JSONDecoder().decode(MetricsRow.self, from: Data($0.utf8)) }
            let measured = rows.filter { $0.kid != nil }
            #expect(measured.map(\.step) == [10, 20, 30, 40, 50, 60])
            var best = measured[0]
            for row in measured {
                let (new, old) = (try #require(row.kid), try #require(best.kid))
                #expect(new.standardError > 0)
                let error = hypot(new.standardError, old.standardError)
                if new.value < old.value - 2 * error { best = row }
            }
            #expect(
                try CheckpointContents(path: runFolder.bestCheckpoint)
                    == CheckpointContents(path: runFolder.checkpoint(step: best.step)))
            #expect(rows.contains { ($0.augmentation ?? 0) > 0 })
        }
    }

    @Test func `all that a step depends on is in the checkpoint`() throws {
        try withTemporaryFolder { folder in
            let whole = RunFolder(folder + "/whole")
            try SmallTraining.run(Trainer(Self.configuration), into: whole, steps: 20).run()
            let parts = RunFolder(folder + "/parts")
            try SmallTraining.run(Trainer(Self.configuration), into: parts, steps: 7).run()
            let resumed = try Trainer(resumingFrom: parts.latestCheckpoint)
            #expect(resumed.configuration == Self.configuration)
            #expect(resumed.progress.augmentation != nil)
            try SmallTraining.run(resumed, into: parts, steps: 20).run()
            let (one, other) = (
                try CheckpointContents(path: whole.latestCheckpoint),
                try CheckpointContents(path: parts.latestCheckpoint)
            )
            #expect(other.differences(from: one) == [])
            #expect(other.header == one.header)
            #expect(one.tensors.keys.contains("discriminator.main.0.weight_u"))
        }
    }

    @Test func `learning rates fall to nothing`() throws {
        var configuration = SmallTraining.configuration
        configuration.recipe.learningRateDecay = LearningRateDecay(from: 2, to: 4)
        let trainer = try Trainer(configuration)
        let reals = Tensor(repeating: 0.5, shape: [4, 16, 16, 3])
        func change() throws -> Scalar {
            let weight = trainer.generator.parameters[0].value
            let before = weight.scalars
            _ = try trainer.step(reals)
            return zip(before, weight.scalars).map { abs($0 - $1) }.max() ?? 0
        }
        let changes = try (0..<5).map { _ in try change() }
        #expect(changes[0] > 0 && changes[2] > 0)
        #expect(changes[3] > 0 && changes[3] < 0.7 * changes[2])
        #expect(changes[4] == 0)
    }

    @Test func `more images than there are cannot be held out`() throws {
        try withTemporaryFolder { folder in
            var configuration = SmallTraining.configuration
            configuration.data.heldOut = 37
            let trainer = try Trainer(configuration)
            #expect(throws: ConfigurationError("heldOut", 37, "there are 37 images in all")) {
                try SmallTraining.run(trainer, into: RunFolder(folder + "/run"), steps: 1)
            }
        }
    }
}
