import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import GANs

/// Files of version 1, which the program wrote when every kind of model had a trainer of its own: three steps of
/// small networks on avatars. See the configuration in each file's header.
@Suite struct Version1Tests {
    private static func path(_ model: String) -> String { Golden.fixture("version1/\(model).safetensors") }

    private static let models = ["dcgan", "stylegan2", "pix2pix", "cyclegan", "spade", "srgan"]

    @Test(arguments: models)
    func `a training goes on from its checkpoint`(name: String) throws {
        let file = try SafetensorsFile(path: Self.path(name))
        #expect(file.metadata["swift-gan.version"] == "1")
        let trainer = try Trainer(resumingFrom: Self.path(name))
        let (model, recipe) = (trainer.configuration.model, trainer.configuration.recipe)
        #expect(model.name == name && trainer.progress.step == 3 && trainer.progress.imagesSeen == 12)
        #expect(recipe.batchSize == 4 && recipe.criticSteps == 1)
        #expect((recipe.movingAverage != nil) == model is any LatentModelConfiguration)
        for network in trainer.model.networks {
            for entry in network.network.state {
                guard case .parameter(let parameter) = entry.value else { continue }
                #expect(
                    try file.values("\(network.name).\(entry.name)", as: Scalar.self)
                        == parameter.value.scalars)
            }
        }

        let reals = Tensor(
            repeating: 0.5, shape: [4, model.size.height, model.size.width, model.outputChannels])
        let report = try trainer.step {
            let translation = model as? any TranslationModelConfiguration
            let channels = translation?.labels?.count ?? translation?.inputChannels
            let scale = (model as? any EnlargingModelConfiguration)?.scale ?? 1
            let side = model.size.width / scale
            return TrainingBatch(
                inputs: channels.map { Tensor(repeating: 0.25, shape: [4, side, side, $0]) }, reals: reals,
                labels: [0, 1, 2, 0])
        }
        #expect(report.step == 4 && report.discriminatorLoss.isFinite && report.generatorLoss.isFinite)
        for optimizer in trainer.optimizers.values { #expect(optimizer.stepCount >= 4) }
    }

    @Test func `recipes are those that were written`() throws {
        func recipe(_ model: String) throws -> Recipe {
            try CheckpointHeader(path: Self.path(model)).training.recipe
        }
        let dcgan = try recipe("dcgan")
        #expect(dcgan.adversarialLoss == .nonSaturating && dcgan.regularizers == [.r1(gamma: 20)])
        #expect(dcgan.regularizationInterval == 16)
        #expect(dcgan.augmentation == .adaptive(target: 0.6, rampInImages: 500_000))
        #expect(try recipe("stylegan2").pathLength?.interval == 4)
        let pix2pix = try recipe("pix2pix")
        #expect(pix2pix.lossWeights == LossWeights(discriminator: 0.5, generator: 1))
        #expect(pix2pix.augmentation == .none && pix2pix.regularizers == [])
        #expect(try recipe("cyclegan").adversarialLoss == .leastSquares)
        #expect(try recipe("spade").adversarialLoss == .hinge)
        let header = try CheckpointHeader(path: Self.path("dcgan"))
        #expect(header.training.data == DataPreparation(for: header.model, flip: true, heldOut: 6))
        let classes = try #require(header.model as? DCGAN).conditioning?.classes
        #expect(classes == ["none", "round", "square"])
    }

    @Test func `generators, translators and upscalers make images`() throws {
        for name in ["dcgan", "stylegan2"] {
            let trained = try TrainedGenerator(path: Self.path(name))
            let images = trained.images(seeds: [1, 2], labels: name == "dcgan" ? [0, 2] : nil)
            #expect(images.map(\.width) == [Int](repeating: trained.configuration.size.width, count: 2))
        }
        for name in ["pix2pix", "cyclegan", "spade"] {
            let translator = try Translator(path: Self.path(name))
            let size = translator.configuration.size.width
            let input = Image(
                width: size, height: size, color: translator.labels == nil ? [90, 120, 40] : [1])
            #expect(try translator.translation(of: input).output.width == size)
        }
        let upscaler = try Upscaler(path: Self.path("srgan"))
        #expect(try upscaler.enlarged(Image(width: 9, height: 7, color: [90, 120, 40])).height == 14)
    }

    @Test func `a run's record and rows are read`() throws {
        try withTemporaryFolder { path in
            for name in ["config.json", "metrics.jsonl"] {
                try FileManager.default.copyItem(
                    atPath: Golden.fixture("version1/\(name)"), toPath: path + "/" + name)
            }
            let folder = RunFolder(path)
            let record = try RunRecord(from: folder)
            #expect(record.images == 60 && record.schedule.end == .steps(3))
            #expect(record.training == (try CheckpointHeader(path: Self.path("dcgan")).training))
            let row = try #require(try MetricsLog(folder, lastStep: 3).rows.first)
            #expect(row.step == 3 && row.realScore > 0.49 && row.fakeScore > 0.49)
        }
    }
}
