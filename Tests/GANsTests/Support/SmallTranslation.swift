import Foundation
import TestSupport
import Testing

@testable import GANs

/// Trainings of models that translate that take moments.
enum SmallTranslation {
    static let models: [any ModelConfiguration] = [
        Pix2Pix(size: 64, inputChannels: 1, width: 2, patchLayers: 1),
        CycleGAN(
            size: 16, inputChannels: 1, outputChannels: 1, width: 2, blocks: 1, patchLayers: 1,
            poolSize: 2),
        CycleGAN(size: 16, inputChannels: 1, outputChannels: 3, width: 2, blocks: 1, patchLayers: 0),
        Pix2Pix(
            size: 32, inputChannels: 1, width: 2, patchLayers: 1,
            style: StyleEncoding(size: 3, divergenceWeight: 0.01)),
    ]

    static func configuration(_ model: any ModelConfiguration) -> TrainingConfiguration {
        var configuration = TrainingConfiguration(model, seed: 3)
        if model is Pix2Pix { configuration.data.heldOut = 2 }
        return configuration
    }

    static func data(_ configuration: TrainingConfiguration) throws -> TranslationData {
        let size = configuration.model.size.longSide
        let avatars = (0..<9).map { Avatar(seed: 1, index: UInt64($0)) }
        let lines = InMemoryImages(avatars.map { $0.outline(size: size) })
        let colors = InMemoryImages(avatars.map { $0.image(size: size) })
        if configuration.model is Pix2Pix {
            return try TranslationData(pairs: PairSource(lines, colors), for: configuration)
        }
        return try TranslationData(first: lines, second: colors, path: "memory", for: configuration)
    }

    /// Trains on the data given, or on outlines and avatars.
    static func run(
        _ trainer: Trainer, on data: TranslationData? = nil, into folder: RunFolder, steps: Int
    ) throws {
        try TrainingLoop(
            trainer, on: data ?? self.data(trainer.configuration), into: folder,
            schedule: Schedule(end: .steps(steps), sampleEvery: 3, checkpointEvery: 4)
        ).run()
    }

    /// Steps in one go are five, saved and loaded, and those that are left, also while learning rates fall.
    ///
    /// - Parameters:
    ///   - steps: of the whole training, at least 6.
    ///   - inspect: given the folder of the whole training.
    static func expectExactResume(
        of configuration: TrainingConfiguration, on data: TranslationData? = nil, steps: Int = 8,
        inspect: (RunFolder) throws -> Void = { _ in }
    ) throws {
        try withTemporaryFolder { folder in
            var configuration = configuration
            configuration.recipe.learningRateDecay = LearningRateDecay(from: 4, to: steps + 1)
            let (whole, pieces) = (RunFolder(folder + "/whole"), RunFolder(folder + "/pieces"))
            try run(Trainer(configuration), on: data, into: whole, steps: steps)
            try run(Trainer(configuration), on: data, into: pieces, steps: 5)
            let part = try CheckpointContents(path: pieces.latestCheckpoint)
            let resumed = try Trainer(resumingFrom: pieces.latestCheckpoint)
            #expect(resumed.configuration == configuration && resumed.progress.step == 5)
            try run(resumed, on: data, into: pieces, steps: steps)
            let (one, other) = (
                try CheckpointContents(path: whole.latestCheckpoint),
                try CheckpointContents(path: pieces.latestCheckpoint)
            )
            #expect(other.differences(from: one) == [] && other.header == one.header)
            // So that equality means something.
            #expect(part.differences(from: one).count > one.tensors.count / 2)
            #expect(
                try Image(decoding: whole.sample(step: steps)) == Image(decoding: pieces.sample(step: steps)))
            try inspect(whole)
        }
    }
}
