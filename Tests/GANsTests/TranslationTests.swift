import Foundation
import TestSupport
import Testing

@testable import GANs

/// Trainings to translate that take moments.
enum SmallTranslation {
    static let architectures: [any ModelConfiguration] = [
        Pix2Pix(size: 64, inputChannels: 1, width: 2, patchLayers: 1),
        CycleGAN(
            size: 16, inputChannels: 1, outputChannels: 1, width: 2, blocks: 1, patchLayers: 1,
            poolSize: 2),
        CycleGAN(size: 16, inputChannels: 1, outputChannels: 3, width: 2, blocks: 1, patchLayers: 0),
    ]

    static func configuration(_ architecture: any ModelConfiguration) -> TrainingConfiguration {
        var configuration = TrainingConfiguration(architecture, seed: 3)
        if architecture is Pix2Pix { configuration.data.heldOut = 2 }
        return configuration
    }

    static func data(_ configuration: TrainingConfiguration) throws -> TranslationData {
        let size = configuration.model.size
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

    /// Eight steps are five, saved and loaded, and three more, also while learning rates fall.
    ///
    /// - Parameter look: at the folder of the eight.
    static func expectExactResume(
        of configuration: TrainingConfiguration, on data: TranslationData? = nil,
        look: (RunFolder) throws -> Void = { _ in }
    ) throws {
        try withTemporaryFolder { folder in
            var configuration = configuration
            configuration.recipe.learningRateDecay = LearningRateDecay(from: 4, to: 9)
            let (whole, pieces) = (RunFolder(folder + "/whole"), RunFolder(folder + "/pieces"))
            try run(Trainer(configuration), on: data, into: whole, steps: 8)
            try run(Trainer(configuration), on: data, into: pieces, steps: 5)
            let part = try CheckpointContents(path: pieces.latestCheckpoint)
            let resumed = try Trainer(resumingFrom: pieces.latestCheckpoint)
            #expect(resumed.configuration == configuration && resumed.progress.step == 5)
            try run(resumed, on: data, into: pieces, steps: 8)
            let (one, other) = (
                try CheckpointContents(path: whole.latestCheckpoint),
                try CheckpointContents(path: pieces.latestCheckpoint)
            )
            #expect(other.differences(from: one) == [] && other.header == one.header)
            // So that equality means something.
            #expect(part.differences(from: one).count > one.tensors.count / 2)
            #expect(try Image(decoding: whole.sample(step: 8)) == Image(decoding: pieces.sample(step: 8)))
            try look(whole)
        }
    }
}

@Suite struct TranslationTests {
    @Test(arguments: SmallTranslation.architectures)
    func `eight steps are five, saved and loaded, and three`(architecture: any ModelConfiguration) throws {
        try SmallTranslation.expectExactResume(of: SmallTranslation.configuration(architecture))
    }

    @Test func `a run's folder holds sheets, figures and the best checkpoint`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder)
            let configuration = SmallTranslation.configuration(SmallTranslation.architectures[0])
            try SmallTranslation.run(Trainer(configuration), into: runFolder, steps: 4)
            // Two triples of input, output and target, the pairs held out, in one row.
            let sheet = try Image(decoding: runFolder.sample(step: 4))
            #expect((sheet.width, sheet.height) == (6 * 66 + 2, 66 + 2))
            let rows = try MetricsLog(runFolder, lastStep: 4).rows
            let row = try #require(rows.last)
            #expect(row.parts?.keys.sorted() == ["l1"])
            #expect((0.01...2).contains(try #require(row.difference)))
            for path in [runFolder.page, runFolder.losses, runFolder.bestCheckpoint] {
                #expect(FileManager.default.fileExists(atPath: path))
            }
            let record = try RunRecord(from: runFolder)
            #expect(record.training == configuration && record.images == 9)
        }
    }

    @Test func `images of any shape keep it, and the same seed gives the same image`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder)
            let configuration = SmallTranslation.configuration(SmallTranslation.architectures[0])
            try SmallTranslation.run(Trainer(configuration), into: runFolder, steps: 1)
            let translator = try Translator(path: runFolder.latestCheckpoint)
            for (width, height) in [(64, 64), (71, 64), (1, 5), (200, 100), (63, 65)] {
                let image = Avatar(seed: 0, index: 1).image(size: 256).resized(
                    width: width, height: height)
                let full = try translator.translation(of: image, isFullSize: true)
                #expect((full.output.width, full.output.height) == (width, height))
                #expect((full.withPatchScores()?.width, full.withPatchScores()?.height) == (width, height))
                let scaled = try translator.translation(of: image).output
                #expect(min(scaled.width, scaled.height) == 64 && scaled.channels == 3)
                #expect(try translator.translation(of: image).output == scaled)
            }
            let image = Avatar(seed: 0, index: 1).image(size: 64)
            // Dropout as noise, which another seed makes another of; fixed has none.
            #expect(
                try translator.translation(of: image, seed: 1).output
                    != translator.translation(of: image, seed: 2).output)
            #expect(
                try translator.translation(of: image, mode: .fixed, seed: 1).output
                    == translator.translation(of: image, mode: .fixed, seed: 2).output)
            let strip = Image(width: 300_000, height: 1, color: [9])
            #expect { _ = try translator.translation(of: strip) } throws: {
                "\($0)".contains("19200000x64, which is too large")
            }
            #expect { try Translator(path: runFolder.latestCheckpoint, direction: .b2a) } throws: {
                "\($0)".contains("trained to translate a2b alone")
            }
            #expect { try TrainedGenerator(path: runFolder.latestCheckpoint) } throws: {
                "\($0)".contains("makes images of images, not of latents")
            }
            let faces = try SmallTraining.checkpoint(in: folder + "/faces")
            #expect { try Translator(path: faces) } throws: {
                "\($0)".contains("makes images of latents, not of images")
            }
        }
    }

    @Test func `a cyclegan knows both ways, with channels of their own`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder)
            let configuration = SmallTranslation.configuration(SmallTranslation.architectures[2])
            try SmallTranslation.run(Trainer(configuration), into: runFolder, steps: 1)
            let image = Avatar(seed: 0, index: 1).image(size: 16)
            for (direction, channels) in [(TranslationDirection.a2b, 3), (.b2a, 1)] {
                let translator = try Translator(path: runFolder.latestCheckpoint, direction: direction)
                let made = try translator.translation(of: image)
                #expect(made.output.channels == channels && made.input.channels == 4 - channels)
            }
        }
    }

    @Test func `the parts cut out of a pair lie at the same place`() throws {
        var configuration = SmallTranslation.configuration(
            Pix2Pix(size: 32, inputChannels: 3, width: 2, patchLayers: 1))
        configuration.data.heldOut = 0
        let images = InMemoryImages((0..<7).map { Avatar.image(seed: 1, index: $0, size: 36) })
        let data = try TranslationData(pairs: PairSource(images, images), for: configuration)
        let source = data.makeSource()
        let batches = try (0..<30).map { try source.pair(at: $0, count: 1) }
        for (inputs, targets) in batches { #expect(inputs.scalars == targets.scalars) }
        // Each image came four times, almost never as the same part.
        #expect(Set(batches.map(\.inputs.scalars)).count > 20)
        #expect(try data.makeSource().pair(at: 17, count: 1).inputs.scalars == batches[17].inputs.scalars)
    }

    @Test func `the pool gives what it is given until it is full, then half of it from before`() {
        let pool = ImagePool(capacity: 10, size: 1, channels: 1)
        var random = RandomStream(seed: 1, purpose: .replayedImages)
        func exchange(_ number: Int) -> Int {
            Int(pool.exchange(Tensor([Scalar(number)], shape: [1, 1, 1, 1]), &random).scalar)
        }
        #expect((0..<10).map(exchange) == Array(0..<10))
        let shown = (10..<1010).map { (asked: $0, given: exchange($0)) }
        let old = shown.filter { $0.given != $0.asked }
        #expect((450...550).contains(old.count))
        // What was shown again has left the pool.
        #expect(Set(old.map(\.given)).count == old.count && old.allSatisfy { $0.given < $0.asked })
        #expect(pool.images.count == 10)
    }

    @Test(
        arguments: [
            Pix2Pix(size: 64, inputChannels: 1, width: 3),
            Pix2Pix(size: 256, width: 2, patchLayers: 0),
            CycleGAN(size: 32, inputChannels: 4, width: 3, blocks: 2, patchLayers: 2),
        ] as [any ModelConfiguration])
    func `parameters are counted without making any`(architecture: any ModelConfiguration) throws {
        let made = try Trainer(TrainingConfiguration(architecture)).model
        #expect(made.parameterCount == architecture.parameterCount)
        // Counting takes no memory, so that the absurdly large is counted, too.
        var source = ParameterSource.counting
        let counted = architecture.makeModel(from: &source)
        #expect(
            counted.networks.flatMap(\.network.parameters).count { $0.value.isAllocated } < 50)
    }

    @Test func `settings without sense are refused`() {
        func refuse(_ change: (inout TrainingConfiguration) -> Void, _ words: String) {
            var bad = SmallTranslation.configuration(SmallTranslation.architectures[0])
            change(&bad)
            #expect { try bad.validate() } throws: { "\($0)".contains(words) }
        }
        refuse({ $0.model = Pix2Pix(size: 100) }, "size is 100")
        refuse({ $0.model = Pix2Pix(size: 32, patchLayers: 5) }, "patchLayers is 5")
        refuse({ $0.model = CycleGAN(size: 30) }, "size is 30")
        refuse({ $0.model = CycleGAN(blocks: 0) }, "blocks is 0")
        refuse({ $0.recipe.regularizers = [.r1(gamma: 1)] }, "normalization is batch")
        refuse({ $0.discriminator?.pack = 2 }, "pack is 2")
        refuse({ $0.data.cropFrom = 10 }, "cropFrom is 10")
        refuse({ $0.recipe.batchSize = 0 }, "batchSize is 0")
    }
}

@Suite struct PatchGANTests {
    @Test(arguments: [(0, 1), (1, 16), (2, 34), (3, 70), (4, 142), (5, 286)])
    func `a score sees the square its name says`(layers: Int, field: Int) {
        #expect(PatchGANDiscriminator.receptiveField(layers: layers) == field)
        guard layers < 4 else { return }
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        let judge = PatchGANDiscriminator(
            inputChannels: 1, width: 1, layers: layers, normalization: .instance, from: &source)
        let size = 160
        let image = Tensor.zeros([1, size, size, 1]).variable()
        let scores = judge(image, .inference).score
        let extent = PatchGANDiscriminator.scores(along: size, layers: layers)
        #expect(scores.shape == [1, extent, extent, 1])
    }

    /// Without normalization a score's gradient is nonzero in its square alone, and that lies about its center.
    @Test(arguments: [1, 2, 3])
    func `patches lie about their centers`(layers: Int) {
        let (size, score) = (128, PatchGANDiscriminator.scores(along: 128, layers: layers) / 2)
        var field = score..<score + 1
        // Back through the two layers of stride 1, then those of stride 2: kernel 4, padding 1.
        for stride in [1, 1] + [Int](repeating: 2, count: layers) {
            field = field.lowerBound * stride - 1..<(field.upperBound - 1) * stride + 3
        }
        #expect(field.count == PatchGANDiscriminator.receptiveField(layers: layers))
        #expect(field.lowerBound >= 0 && field.upperBound <= size)
        let middle = Double(field.lowerBound + field.upperBound - 1) / 2
        #expect(PatchGANDiscriminator.center(of: score, layers: layers) == middle)
    }
}
