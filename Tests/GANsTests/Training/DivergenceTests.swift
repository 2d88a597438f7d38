import Foundation
import GANs
import TestSupport
import Testing

/// A training whose numbers are no numbers any more ends, and leaves the last good checkpoint alone.
@Suite struct DivergenceTests {
    @Test func `a real that is no number names step and phase`() throws {
        let trainer = try Trainer(SmallTraining.configuration)
        let reals = Tensor(repeating: 0.5, shape: [4, 16, 16, 3])
        #expect(try trainer.step(reals).step == 1)
        let before = trainer.discriminator.parameters[0].value.scalars
        reals.fill([.nan] + [Scalar](repeating: 0.5, count: reals.shape.count - 1))
        #expect(throws: TrainingError.diverged(step: 2, phase: "discriminator", loss: "nan")) {
            try trainer.step(reals)
        }
        #expect(trainer.progress.step == 1)
        #expect(trainer.discriminator.parameters[0].value.scalars == before)
    }

    @Test func `a learning rate that is far too high diverges in the generator's phase`() throws {
        var configuration = SmallTraining.configuration
        configuration.recipe.adversarialLoss = .wasserstein
        configuration.discriminator?.normalization = .none
        configuration.recipe.discriminatorOptimizer = .sgd(learningRate: 10, momentum: 0)
        let trainer = try Trainer(configuration)
        // So large that the discriminator's loss, which is linear in them, is a number still, and after its
        // step the product of its three layers is none.
        let reals = Tensor(
            repeating: Scalar(pow(Double(Scalar.greatestFiniteMagnitude), 0.4)), shape: [4, 16, 16, 3])
        let error = try #require(throws: TrainingError.self) { try trainer.step(reals) }
        guard case .diverged(step: 1, phase: "generator", _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.description.contains("nothing was saved over the last checkpoint"))
        #expect(!error.description.contains("\n"))
    }

    @Test func `the last good checkpoint stays`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder + "/run")
            try SmallTraining.run(Trainer(SmallTraining.configuration), into: runFolder, steps: 4).run()
            let good = try CheckpointContents(path: runFolder.latestCheckpoint)

            let trainer = try Trainer(resumingFrom: runFolder.latestCheckpoint)
            let weight = trainer.discriminator.parameters[0].value
            weight.fill([Scalar](repeating: .infinity, count: weight.shape.count))
            let run = try SmallTraining.run(trainer, into: runFolder, steps: 8, checkpointEvery: 1)
            #expect(throws: TrainingError.self) { try run.run() }
            #expect(try CheckpointContents(path: runFolder.latestCheckpoint) == good)
            #expect(!FileManager.default.fileExists(atPath: runFolder.checkpoint(step: 5)))
        }
    }

    /// The loss of a step is known before its change of the weights: the last step's could spoil them unseen.
    @Test func `weights that are no numbers are never saved`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder + "/run")
            let trainer = try Trainer(SmallTraining.configuration)
            let run = try SmallTraining.run(trainer, into: runFolder, steps: 1, checkpointEvery: 1) {
                guard case .step = $0 else { return }
                trainer.generator.parameters[2].value.withMutableScalars { $0[0] = .nan }
            }
            let error = try #require(throws: TrainingError.self) { try run.run() }
            #expect(error.description.contains("step 1: the generator's weights"))
            #expect(!FileManager.default.fileExists(atPath: runFolder.latestCheckpoint))
            #expect(!FileManager.default.fileExists(atPath: runFolder.checkpoint(step: 1)))
        }
    }
}
