import Foundation
import TestSupport
import Testing

@testable import GANs

@Suite struct TranslationTests {
    @Test(arguments: SmallTranslation.models)
    func `eight steps are five, saved and loaded, and three`(model: any ModelConfiguration) throws {
        try SmallTranslation.expectExactResume(of: SmallTranslation.configuration(model))
    }

    @Test func `a run's folder holds sheets, figures and the best checkpoint`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder)
            let configuration = SmallTranslation.configuration(SmallTranslation.models[0])
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
            let configuration = SmallTranslation.configuration(SmallTranslation.models[0])
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
                "\($0)".contains("does not make images of latents")
            }
            let faces = try SmallTraining.checkpoint(in: folder + "/faces")
            #expect { try Translator(path: faces) } throws: {
                "\($0)".contains("does not translate images")
            }
        }
    }

    @Test func `a cyclegan knows both ways, with channels of their own`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder)
            let configuration = SmallTranslation.configuration(SmallTranslation.models[2])
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

    @Test func `settings without sense are refused`() {
        func refuse(_ change: (inout TrainingConfiguration) -> Void, _ words: String) {
            var bad = SmallTranslation.configuration(SmallTranslation.models[0])
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
