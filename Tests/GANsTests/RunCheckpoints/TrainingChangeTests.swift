import Files
import Foundation
import GANs
import TestSupport
import Testing

/// Trainings that go on by other settings than they began with.
@Suite struct TrainingChangeTests {
    private static var changed: TrainingConfiguration {
        var training = SmallTraining.configuration
        training.recipe.generatorOptimizer.learningRate = 0.001
        training.recipe.batchSize = 6
        training.recipe.augmentation = .adaptive(target: 0.6, rampInImages: 100)
        training.recipe.frozenDiscriminatorLayers = 1
        training.data.fit = .stretch
        return training
    }

    private static func begin(_ folder: RunFolder, steps: Int = 4) throws {
        try SmallTraining.run(Trainer(SmallTraining.configuration), into: folder, steps: steps).run()
    }

    /// A run of four steps that goes on by other settings to the twelfth, in parts that end at some steps.
    private static func train(into folder: RunFolder, endingAt stops: [Int]) throws -> CheckpointContents {
        try begin(folder)
        let trainer = try Trainer(resumingFrom: folder.latestCheckpoint)
        try trainer.change(to: changed)
        try SmallTraining.run(trainer, into: folder, steps: stops[0]).run()
        for stop in stops.dropFirst() {
            let resumed = try Trainer(resumingFrom: folder.latestCheckpoint)
            #expect(resumed.configuration == changed)
            try SmallTraining.run(resumed, into: folder, steps: stop).run()
        }
        return try CheckpointContents(path: folder.latestCheckpoint)
    }

    @Test func `a changed training resumes to the bit, and keeps what does not learn any more`() throws {
        try withTemporaryFolder { path in
            let whole = try Self.train(into: RunFolder(path + "/whole"), endingAt: [12])
            let parts = try Self.train(into: RunFolder(path + "/parts"), endingAt: [5, 9, 12])
            #expect(parts.differences(from: whole) == [] && parts.header == whole.header)

            let begun = RunFolder(path + "/begun")
            try Self.begin(begun)
            let before = try CheckpointContents(path: begun.latestCheckpoint)
            let same = Set(before.tensors.keys).filter { before.tensors[$0] == whole.tensors[$0] }
            #expect(same.contains("discriminator.main.0.weight"))
            #expect(same.isDisjoint(with: ["discriminator.main.2.weight", "generator.main.0.weight"]))
            // Four images in a step, and six.
            #expect(
                try CheckpointHeader(path: path + "/whole/checkpoints/latest.safetensors").progress.imagesSeen
                    == 4 * 4 + 8 * 6)
        }
    }

    @Test func `what was changed is recorded with the step`() throws {
        try withTemporaryFolder { path in
            let folder = RunFolder(path + "/run")
            _ = try Self.train(into: folder, endingAt: [6])
            let progress = try CheckpointHeader(path: folder.latestCheckpoint).progress
            let change = try #require(progress.changes.first)
            #expect(progress.changes.count == 1 && change.step == 4)
            let settings = Dictionary(uniqueKeysWithValues: change.settings.map { ($0.path, $0) })
            #expect(settings["recipe.batchSize"]?.before == "4" && settings["recipe.batchSize"]?.after == "6")
            #expect(settings["data.fit"]?.after == "stretch")
            #expect(settings.keys.allSatisfy { $0.hasPrefix("recipe.") || $0 == "data.fit" })
            // The same again is no change.
            let trainer = try Trainer(resumingFrom: folder.latestCheckpoint)
            #expect(try trainer.change(to: Self.changed) == nil && trainer.progress == progress)
        }
    }

    @Test func `a change holds before the next step is trained`() throws {
        try withTemporaryFolder { path in
            let folder = RunFolder(path + "/run")
            try Self.begin(folder)
            let record = try Data(contentsOf: URL(fileURLWithPath: folder.configuration))
            let trainer = try Trainer(resumingFrom: folder.latestCheckpoint)
            try trainer.change(to: Self.changed)
            _ = try SmallTraining.run(trainer, into: folder, steps: 12)
            let resumed = try Trainer(resumingFrom: folder.latestCheckpoint)
            #expect(resumed.configuration == Self.changed && resumed.progress.changes.count == 1)
            #expect(try RunRecord(from: folder).training == Self.changed)
            // As after a kill between the writing of the checkpoint and of the record.
            try AtomicFile.write(record, to: folder.configuration)
            #expect(try RunRecord(from: folder).differences(from: resumed) == [])
        }
    }

    @Test func `networks and seed stay`() throws {
        let trainer = try Trainer(SmallTraining.configuration)
        let progress = trainer.progress
        var seed = Self.changed
        seed.seed += 1
        #expect {
            try trainer.change(to: seed)
        } throws: { ($0 as? ConfigurationError)?.setting == "seed" }
        let wider = TrainingConfiguration(
            DCGAN(size: 16, channels: 3, latentSize: 8, width: 8), recipe: Self.changed.recipe, seed: 5)
        #expect {
            try trainer.change(to: wider)
        } throws: { ($0 as? ConfigurationError)?.setting == "width" }
        var frozen = SmallTraining.configuration
        frozen.recipe.frozenDiscriminatorLayers = 100
        #expect(throws: ConfigurationError.self) { try trainer.change(to: frozen) }
        #expect(trainer.configuration == SmallTraining.configuration && trainer.progress == progress)
    }

    @Test func `the best checkpoint is chosen anew by other images`() throws {
        try withTemporaryFolder { path in
            var training = SmallTraining.configuration
            training.data.heldOut = 8
            let folder = RunFolder(path + "/run")
            try SmallTraining.run(Trainer(training), into: folder, steps: 4, checkpointEvery: 2).run()
            let trainer = try Trainer(resumingFrom: folder.latestCheckpoint)
            training.data.heldOut = 12
            try trainer.change(to: training)
            // So large a step that it spoils the images.
            let parameter = trainer.model.networks[0].network.parameters[0]
            parameter.value.withMutableScalars { for index in $0.indices { $0[index] *= 100 } }
            try SmallTraining.run(trainer, into: folder, steps: 6, checkpointEvery: 2).run()
            #expect(try CheckpointHeader(path: folder.bestCheckpoint).progress.step == 6)
        }
    }
}
